"""One bench from beginning to end: the figures, ratios first."""

from __future__ import annotations

import asyncio
import os
import platform
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.threads import THREADS
from evals.bench.building import build_speed
from evals.bench.contenders import Answering, Floor, Plain, Retrieval, load_bare_model
from evals.bench.corpus import Corpus, corpus_from_beir, corpus_of, grown, write_library, write_plain
from evals.bench.load import Questions, Tally, put
from evals.bench.processes import cold_starts, resident_memory
from evals.cases import load_cases
from evals.errors import EvalsInfrastructure
from evals.vectors import KeptVectors
from evals.watching import WatchedApp
from knowledge.cores import usable_cores
from knowledge.embedding import SentenceEmbeddings, packaged_model
from knowledge.passages import FIELDS, count_indexed_texts
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chromadb.api.models.Collection import Collection

    from bot.settings import Settings
    from evals.bench.load import Contender
    from evals.bench.plan import Plan
    from knowledge.library import Library

    Say = Callable[[str], Callable[[int, int], None]]
    """Begins a stage by its name; gives what its progress is reported to."""

MEMORY_QUESTIONS = 50
GROWTH_ASKERS = 1
Figures = dict[str, Any]


class ForgetfulApp(WatchedApp):
    """The app without a memory for vectors, so that every question is encoded; it writes nothing into the journal."""

    @cached_property
    def _embeddings(self) -> SentenceEmbeddings:
        return SentenceEmbeddings(self.settings.embedding_model, self.settings.data_dir / "encoder", remembered=0)


async def measure(plan: Plan, app: ForgetfulApp, stage: Say) -> Figures:
    """Measure everything that the plan asks for, with an app that is open.

    Raises:
        EvalsUsage: the folder of documents cannot be used.
        EvalsInfrastructure: a process that is to be timed fails.
        KnowledgeError: the library can be neither opened nor built.
    """
    settings = app.settings
    questions = _questions()
    library = await app.current()
    workshop = await app.workshop()
    active = await workshop.registry.active()
    if active is None:
        raise EvalsInfrastructure("there is no library; run 'citewell knowledge build'")
    encoder = workshop.embeddings
    progress = stage("Reading the library")
    reader = workshop.store.read(active.collection)
    guidance = await asyncio.to_thread(corpus_of, library.passages, reader, encoder, questions)
    progress(1, 1)
    model = await asyncio.to_thread(load_bare_model)
    with tempfile.TemporaryDirectory(prefix="citewell-bench-") as folder:
        room = _Room(folder=Path(folder), encoder=encoder, model=model)
        load = await _under_load(plan, app, room, guidance, stage)
        growth = await _growing(plan, room, await _documents(plan, settings, guidance, encoder, stage), stage)
        room.close()
    build = await build_speed(model, settings.data_dir / "encoder", plan.build_topics, stage("Building"))
    path = str(packaged_model())
    collections = [f"{active.collection}.{field}" for field in FIELDS]
    memory = await asyncio.to_thread(resident_memory, settings, path, collections, questions[:MEMORY_QUESTIONS])
    start = await asyncio.to_thread(cold_starts, settings, path, plan.starts, stage("Starting processes"))
    found: Figures = {"load": load, "growth": growth, "build": build, "memory": memory, "cold_start": start}
    return {"ratios": ratios(found), **found, "measured": _circumstances(plan, len(library.passages))}


class _Room:
    """A folder for the bench's own collections, the two models, and a pool of threads for each kind of contender."""

    def __init__(self, *, folder: Path, encoder: SentenceEmbeddings, model: Any) -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        quiet = ChromaSettings(anonymized_telemetry=False)
        self.client = chromadb.PersistentClient(str(folder / "plain"), settings=quiet)
        self.store = VectorStore(folder / "libraries")
        self.encoder, self.model = encoder, model
        self.plain_threads = ThreadPoolExecutor(min(32, (os.cpu_count() or 1) + 4))  # as many as asyncio's own
        self.threads = ThreadPoolExecutor(THREADS)

    def searchers(self, collection: Collection, library: Library) -> dict[str, Contender]:
        """The three that find passages, over the same ones."""
        return {
            "floor": Floor(model=self.model, collection=collection, threads=self.plain_threads),
            "plain": Plain.over(self.model, collection, self.plain_threads),
            "retrieval": Retrieval(library=library, threads=self.threads),
        }

    def close(self) -> None:
        """Let go of the folder and the threads."""
        self.store.close()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        self.plain_threads.shutdown()
        self.threads.shutdown()


async def _under_load(plan: Plan, app: ForgetfulApp, room: _Room, corpus: Corpus, stage: Say) -> list[Figures]:
    """Every contender over the shipped passages, at every level of askers."""
    collection = await asyncio.to_thread(write_plain, room.client, "load", corpus.passages, corpus)
    contenders = room.searchers(collection, await app.current())
    contenders["answer"] = Answering(app=app, threads=room.threads)
    asked = Questions(corpus.questions)
    progress = stage("Asking")
    rows: list[Figures] = []
    for place, askers in enumerate(plan.askers):
        for contender in contenders.values():  # a first turn that does not count
            await put(contender, asked, askers=min(askers, 8), seconds=0.1, tally=Tally())
        tallies = await _in_turn(contenders, asked, askers, plan.rounds, plan.seconds)
        rows += [{"askers": askers, "who": who, **tally.figures()} for who, tally in tallies.items()]
        progress(place + 1, len(plan.askers))
    return rows


async def _growing(plan: Plan, room: _Room, corpus: Corpus, stage: Say) -> list[Figures]:
    """The floor, the plain chain and CiteWell's retrieval over libraries of each size, in turn with one another."""
    contenders: dict[str, Contender] = {}
    indexed: dict[str, int] = {}
    for size in plan.sizes:
        passages = grown(corpus, size, plan.wordings)
        progress = stage(f"Writing {size:,} passages")
        name = f"bench-{size}"
        library = await asyncio.to_thread(write_library, room.store, name, passages, corpus, room.encoder, progress)
        collection = await asyncio.to_thread(write_plain, room.client, name, passages, corpus)
        searchers = room.searchers(collection, library)
        contenders |= {f"{who} {size}": searcher for who, searcher in searchers.items()}
        indexed[str(size)] = count_indexed_texts(passages)
    asked = Questions(corpus.questions)
    progress = stage("Asking the growing libraries")
    for contender in contenders.values():
        await put(contender, asked, askers=GROWTH_ASKERS, seconds=0.3, tally=Tally())
    tallies = await _in_turn(contenders, asked, GROWTH_ASKERS, plan.rounds, plan.growth_seconds)
    progress(1, 1)
    rows = []
    for name, tally in tallies.items():
        who, size_text = name.split()
        rows.append({"passages": int(size_text), "texts": indexed[size_text], "who": who, **tally.figures()})
    return rows


async def _in_turn(
    contenders: dict[str, Contender], asked: Questions, askers: int, rounds: int, seconds: float
) -> dict[str, Tally]:
    tallies = {name: Tally() for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            await put(contender, asked, askers=askers, seconds=seconds, tally=tallies[name])
    return tallies


async def _documents(
    plan: Plan, settings: Settings, guidance: Corpus, encoder: SentenceEmbeddings, stage: Say
) -> Corpus:
    if plan.beir is None:
        return guidance
    kept = KeptVectors(settings.data_dir / "evals" / "vectors", encoder.identity)
    today = datetime.now(UTC).date()
    return await asyncio.to_thread(corpus_from_beir, plan.beir, encoder, kept, today, stage("Encoding"))


def ratios(found: Figures) -> list[Figures]:
    """What a reader wants first: each ratio with its target and whether it is met. Memory is absent off Linux."""
    at = {(row["askers"], row["who"]): row for row in found["load"]}
    most = max(askers for askers, _ in at if askers <= 64)
    growth = [row for row in found["growth"] if row["who"] == "retrieval"]
    small, large = min(growth, key=lambda row: row["passages"]), max(growth, key=lambda row: row["passages"])
    wanted: list[tuple[str, float, float, Sequence[str]]] = [
        ("answer p50, one asker, to the floor", at[1, "answer"]["p50_ms"] / at[1, "floor"]["p50_ms"], 1.5, "<="),
        (
            f"retrieval questions/s, {most} askers, to the plain chain",
            at[most, "retrieval"]["per_second"] / at[most, "plain"]["per_second"],
            4.0,
            ">=",
        ),
        (
            f"retrieval p95, {most} askers, to the plain chain",
            at[most, "retrieval"]["p95_ms"] / at[most, "plain"]["p95_ms"],
            1.0,
            "<=",
        ),
        (
            f"retrieval p95, {large['passages']:,} passages to {small['passages']:,}",
            large["p95_ms"] / small["p95_ms"],
            2.0,
            "<=",
        ),
        ("build texts/s to bare encoding", found["build"]["ratio"], 0.9, ">="),
        ("cold start of ask to its bare parts", found["cold_start"]["ratio"], 1.25, "<="),
    ]
    if found["memory"] is not None:
        wanted.append(("resident memory, serving, to bare model and Chroma", found["memory"]["ratio"], 1.3, "<="))
    return [
        {
            "what": what,
            "ratio": ratio,
            "target": f"{'at most' if sense == '<=' else 'at least'} {target:g}",
            "met": ratio <= target if sense == "<=" else ratio >= target,
        }
        for what, ratio, target, sense in wanted
    ]


def _questions() -> list[str]:
    """What the eval cases ask in one message, crisis aside: that is answered before anything is looked up."""
    cases = [case for case in load_cases() if case.suite in ("answerable", "paraphrases") and case.question]
    return list(dict.fromkeys(case.question for case in cases if case.question))


def _circumstances(plan: Plan, passages: int) -> Figures:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "cores": usable_cores(),
        "load_average": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "passages": passages,
        "rounds": plan.rounds,
        "seconds_a_turn": plan.seconds,
        "wordings_in_growth": plan.wordings,
        "growth_from": plan.beir.name if plan.beir else "guidance",
    }

"""Builds on a real Chroma, with a fake embedding that carries meaning."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import date
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from samples import BagOfWords

from bot.shelf import Shelf
from bot.store.database import Database
from knowledge.build import Builder, BuildStopped
from knowledge.builds import BuildRegistry
from knowledge.errors import BuildRunning, GuidanceError, LibraryError, LibraryMissing
from knowledge.library import Library
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from knowledge.schema import LibraryBuild

TODAY = date(2026, 6, 1)


class Bench:
    """A builder with everything it touches within reach."""

    def __init__(self, folder: Path, guidance: Path, database: Database) -> None:
        self.folder, self.guidance = folder, guidance
        self.embeddings = BagOfWords()
        self.store = VectorStore(folder / "chroma")
        self.registry = BuildRegistry(database.engine)
        self.shown: list[tuple[int, int]] = []

    def builder(self) -> Builder:
        return Builder(
            guidance=self.guidance,
            store=self.store,
            registry=self.registry,
            embeddings=self.embeddings,
            lock=self.folder / "build.lock",
        )

    async def build(self) -> tuple[int, int, bool]:
        self.embeddings.encoded = 0
        report = await self.builder().build(TODAY, lambda done, total: self.shown.append((done, total)))
        return report.embedded, report.reused, report.changed

    async def library(self) -> Library:
        active = await self.registry.active()
        assert active is not None
        return Library(active.fingerprint, self.store.read(active.collection), self.embeddings)


@pytest.fixture
async def bench(tmp_path: Path, guidance_dir: Path, write_guidance: Callable[..., Path]) -> AsyncIterator[Bench]:
    write_guidance("fever")
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'citewell.db'}") as database:
        made = Bench(tmp_path / "data", guidance_dir, database)
        yield made
        made.store.close()


async def test_a_build_is_searchable(bench: Bench) -> None:
    embedded, reused, changed = await bench.build()
    assert (reused, changed) == (0, True)
    assert embedded > 10
    hits = (await bench.library()).search("when do I get help with a fever", 2)
    assert hits[0].passage.section == "When should I get help for a fever?"
    assert hits[0].score >= hits[1].score
    assert bench.shown[-1] == (embedded, embedded)


async def test_an_unchanged_library_is_not_built_again(bench: Bench) -> None:
    await bench.build()
    assert (await bench.build())[::2] == (0, False)


async def test_only_what_changed_is_embedded_again(bench: Bench, write_guidance: Callable[..., Path]) -> None:
    whole, _, _ = await bench.build()
    write_guidance("cough")
    embedded, reused, _ = await bench.build()
    assert reused == whole
    assert embedded == whole
    assert {p.guidance_id for p in (await bench.library()).passages} == {"fever", "cough"}


async def test_the_build_before_is_kept_and_older_ones_are_dropped(
    bench: Bench, write_guidance: Callable[..., Path]
) -> None:
    await bench.build()
    first = await bench.registry.active()
    for topic in ("cough", "rash"):
        write_guidance(topic)
        await bench.build()
    active, previous = await bench.registry.active(), await bench.registry.previous()
    assert active is not None
    assert previous is not None
    assert first is not None
    assert set(bench.store.names()) == {active.collection, previous.collection}
    assert first.collection not in bench.store.names()


async def test_rollback_brings_the_build_before_back(bench: Bench, write_guidance: Callable[..., Path]) -> None:
    await bench.build()
    with pytest.raises(LibraryMissing, match="no earlier build"):
        await bench.builder().rollback()
    write_guidance("cough")
    await bench.build()
    await bench.builder().rollback()
    assert {p.guidance_id for p in (await bench.library()).passages} == {"fever"}


async def test_bad_guidance_leaves_the_library_alone(bench: Bench, write_guidance: Callable[..., Path]) -> None:
    await bench.build()
    write_guidance("cough", body="## What is a cough?\nA cough clears the throat.\n")
    with pytest.raises(GuidanceError, match=r"cough\.md:\d+: "):
        await bench.build()
    assert {p.guidance_id for p in (await bench.library()).passages} == {"fever"}


async def test_a_text_past_its_review_is_built(bench: Bench, write_guidance: Callable[..., Path]) -> None:
    """The grace period is the answerer's; a bot set up on the day after must not be left without a library."""
    write_guidance("cough", due="2026-01-02")
    await bench.build()
    assert {p.guidance_id for p in (await bench.library()).passages} == {"fever", "cough"}


async def test_a_build_that_fails_its_check_never_goes_live(
    bench: Bench, write_guidance: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.build()
    write_guidance("cough")
    monkeypatch.setattr("knowledge.build.CANARY_DEPTH", 0)
    with pytest.raises(LibraryError, match="is untouched"):
        await bench.build()
    assert {p.guidance_id for p in (await bench.library()).passages} == {"fever"}


async def test_a_second_builder_is_turned_away(bench: Bench) -> None:
    bench.folder.mkdir(exist_ok=True)
    with FileLock(bench.folder / "build.lock"), pytest.raises(BuildRunning, match="another build"):
        await bench.build()


async def test_an_interrupted_build_resumes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.build._BATCH", 8)
    builder = bench.builder()
    with pytest.raises(BuildStopped, match="untouched"):
        await builder.build(TODAY, lambda done, _: builder.stop.set() if done >= 8 else None)
    assert await bench.registry.active() is None
    before = bench.embeddings.encoded
    embedded, _, _ = await bench.build()
    total = bench.shown[-1][1]
    assert 8 <= before < total
    assert embedded == total - before


async def test_a_damaged_store_is_built_anew(bench: Bench) -> None:
    await bench.build()
    bench.store.close()
    for file in (bench.folder / "chroma").rglob("*.bin"):
        file.write_bytes(b"")
    with sqlite3.connect(bench.folder / "chroma" / "chroma.sqlite3") as database:
        database.execute("DELETE FROM embedding_metadata")
        database.execute("DELETE FROM embeddings")
    database.close()
    assert (await bench.build())[2]
    assert (await bench.library()).search("fever", 1)


async def test_a_question_to_a_damaged_library_rebuilds_it_and_says_why(bench: Bench) -> None:
    said: list[str] = []

    async def rebuild(why: str) -> LibraryBuild:
        said.append(why)
        await bench.build()
        active = await bench.registry.active()
        assert active is not None
        return active

    shelf = Shelf(registry=bench.registry, store=bench.store, embeddings=bench.embeddings, rebuild=rebuild)
    assert (await shelf.current()).search("fever", 1)
    bench.store.close()
    shutil.rmtree(bench.folder / "chroma")
    anew = Shelf(registry=bench.registry, store=bench.store, embeddings=bench.embeddings, rebuild=rebuild)
    assert (await anew.current()).search("fever", 1)
    assert said[0] == "The library has not been built yet; building it now."
    assert said[1].startswith("The library is damaged (")
    assert len(said) == 2


async def test_a_removed_store_is_built_anew(bench: Bench) -> None:
    await bench.build()
    bench.store.close()
    shutil.rmtree(bench.folder / "chroma")
    assert (await bench.build())[2]


async def test_a_reader_keeps_its_build_while_a_new_one_goes_live(
    bench: Bench, write_guidance: Callable[..., Path]
) -> None:
    await bench.build()
    open_before = await bench.library()
    stop = threading.Event()
    failures: list[Exception] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert open_before.search("what is a fever", 1)
            except Exception as error:
                failures.append(error)
                return

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        write_guidance("cough")
        await bench.build()
    finally:
        stop.set()
        asking.join()
    assert failures == []

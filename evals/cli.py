"""`citewell evals …`: measure. Nothing heavy is imported before a command needs it.

Exit status: 0 all gates pass, 1 a gate failed, 2 wrong usage, 3 the measurement itself could not be made.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from evals.bench.command import bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings
    from evals.measuring import Prepared
    from evals.watching import WatchedApp

__all__ = ["app", "bench"]
app = typer.Typer(
    help="Measure whether answers stay grounded, and what changed.", no_args_is_help=True, rich_markup_mode=None
)

Suites = Annotated[list[str] | None, typer.Option(help="A suite; may be given more than once. Default: all.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the run; default: evals/runs/ in the data folder.")]
Cases = Annotated[Path | None, typer.Option(help="Folder of case files; default: the shipped ones.")]
GateFile = Annotated[Path | None, typer.Option(help="Gate file; default: evals/gates.toml.")]
RunA = Annotated[Path, typer.Argument(metavar="A", help="Folder of the earlier run.")]
RunB = Annotated[Path, typer.Argument(metavar="B", help="Folder of the later run.")]
Beir = Annotated[Path, typer.Option(help="Folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels/*.tsv.")]
Pairs = Annotated[Path, typer.Argument(metavar="FILE", help='JSONL of {"claim", "evidence", "label"}.')]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoVectors = Annotated[bool, typer.Option("--no-cache", help="Encode every document again, and keep nothing.")]
Result = TypeVar("Result")
FAILED = 1


@app.command()
def run(
    *,
    suite: Suites = None,
    split: Annotated[str | None, typer.Option(help="dev or gate. Default: both.")] = None,
    writer: Annotated[str, typer.Option(help="extractive, or a model as in CITEWELL_MODEL.")] = "extractive",
    out: Out = None,
    as_json: AsJson = False,
    cases: Cases = None,
    gates: GateFile = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Cases asked side by side.")] = 4,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask every case again, and keep nothing.")] = False,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Note the crisis cases that pass now in evals/baseline.json.")
    ] = False,
) -> None:
    """Put the cases to the bot, score the replies, write a report, and check the gates."""
    from evals.measuring import Plan, prepare
    from evals.opening import settings_for

    settings = guarded(lambda: settings_for(writer))
    home = settings.data_dir / "evals"
    named = (("cases", cases), ("gates", gates))
    given: dict[str, Any] = {name: path for name, path in named if path is not None}
    plan = Plan(
        out=out or home / "runs" / now(),
        suites=tuple(suite or ()),
        split=split,
        writer=writer,
        concurrency=concurrency,
        cache=None if no_cache else home / "cache.jsonl",
        history=home / "history.jsonl",
        update_baseline=update_baseline,
        **given,
    )
    summary = guarded(lambda: _measure(prepare(plan), settings))
    if as_json:
        sys.stdout.write(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    else:
        from evals.tables import print_summary

        print_summary(summary, plan.out)
    if not summary["passed"]:
        raise typer.Exit(FAILED)


@app.command()
def compare(
    a: RunA,
    b: RunB,
    *,
    as_json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Compare though cases or guidance differ.")] = False,
) -> None:
    """Show what got better or worse from A to B, whether that is more than noise, and which cases flipped."""
    from evals.comparing import compare_runs
    from evals.runs import read_run

    found = guarded(lambda: compare_runs(read_run(a), read_run(b), force=force))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    else:
        from evals.tables import print_comparison

        print_comparison(found)
    if found["regressed"]:
        raise typer.Exit(FAILED)


@app.command()
def retrieval(
    *,
    beir: Beir,
    split: Annotated[str, typer.Option(help="Which qrels file.")] = "test",
    as_json: AsJson = False,
    no_cache: NoVectors = False,
) -> None:
    """Measure the retriever on a public dataset: dense, lexical and hybrid side by side."""
    from evals.beir import read_dataset

    dataset = guarded(lambda: read_dataset(beir, split))
    found = guarded(lambda: _retrieval(dataset, keep=not no_cache))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        from evals.tables import print_retrieval

        print_retrieval(found)


@app.command()
def grounding(file: Pairs, *, as_json: AsJson = False) -> None:
    """Measure the support checker on labelled claims: supported, refuted or neither."""
    from evals.claims import read_pairs

    pairs = guarded(lambda: read_pairs(file))
    found = guarded(lambda: _grounding(file.name, pairs))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        from evals.tables import print_grounding

        print_grounding(found)


def _measure(prepared: Prepared, settings: Settings) -> dict[str, Any]:
    from evals.measuring import measure
    from evals.opening import check_writer, product_of, progress_bar, warnings_of, with_app
    from evals.report import render
    from evals.versions import answer_settings

    async def work(opened: WatchedApp) -> dict[str, Any]:
        subject, guidance = await product_of(opened)
        await check_writer(opened)
        warnings = await warnings_of(opened, guidance)
        with progress_bar("Measuring", "cases") as progress:
            return await measure(
                prepared,
                subject,
                guidance=guidance,
                settings=answer_settings(opened.settings),
                progress=progress,
                render=render,
                warnings=warnings,
            )

    return with_app(settings, work)


def _retrieval(dataset: Any, *, keep: bool) -> dict[str, Any]:
    from bot.settings import load_settings
    from evals.beir import evaluate
    from evals.opening import embeddings, progress_bar
    from evals.vectors import KeptVectors

    encoder = embeddings()
    kept = KeptVectors(load_settings().data_dir / "evals" / "vectors" if keep else None, encoder.identity)
    with progress_bar("Encoding", "documents") as progress:
        return evaluate(dataset, encoder, progress, kept)


def _grounding(name: str, pairs: Any) -> dict[str, Any]:
    from evals.claims import evaluate
    from evals.opening import progress_bar, support_checker

    with progress_bar("Judging", "pairs") as progress:
        return evaluate(name, pairs, support_checker(), progress)


def guarded(work: Callable[[], Result]) -> Result:
    """Do the work; whatever breaks unforeseen is the measurement's fault (3), never a failing gate (1)."""
    from bot.errors import BotError
    from evals.errors import EvalsError, EvalsInfrastructure
    from knowledge.errors import KnowledgeError

    try:
        return work()
    except (EvalsError, BotError):
        raise
    except KnowledgeError as error:
        raise EvalsInfrastructure(str(error)) from error
    except Exception as error:
        if os.environ.get("CITEWELL_LOG_LEVEL") == "DEBUG":
            raise
        reason = (str(error).splitlines() or [""])[0]
        message = f"unexpected {type(error).__name__}: {reason} (CITEWELL_LOG_LEVEL=DEBUG shows where)"
        raise EvalsInfrastructure(message) from error


def now() -> str:
    """The time as part of a file name, in UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")

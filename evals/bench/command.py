"""`citewell bench`: the command. Nothing heavy is imported before it runs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path  # noqa: TC003 (typer reads it)
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.bench.plan import Plan


def bench(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Shorter turns, smaller libraries: a minute or two.")] = False,
    sizes: Annotated[
        str | None, typer.Option(help="Passages of the growing libraries, such as 1000,10000,100000.")
    ] = None,
    wordings: Annotated[
        int | None,
        typer.Option(min=1, help="Index only so many ways of asking and sentences of a passage there."),
    ] = None,
    beir: Annotated[
        Path | None, typer.Option(help="Let the libraries grow from a folder in BEIR's layout instead of the guidance.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.05, max=600, help="Length of a contender's turn, of which it gets several.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for bench.json and bench.svg; default: in the data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure speed: CiteWell, a plain LangChain + Chroma chain and the floor, on the same passages in one run."""
    from bot.settings import load_settings
    from evals.bench.plan import Plan
    from evals.bench.showing import print_figures
    from evals.cli import guarded, now

    plan = Plan.quick() if quick else Plan()
    if sizes is not None:
        plan = replace(plan, sizes=_sizes(sizes))
    if seconds is not None:
        plan = replace(plan, seconds=seconds, growth_seconds=seconds)
    plan = replace(plan, wordings=wordings or plan.wordings, beir=beir)
    settings = load_settings().model_copy(update={"model": None})
    folder = out or settings.data_dir / "evals" / "bench" / now()
    figures = guarded(lambda: _measured(plan, settings))
    written = guarded(lambda: _write(folder, figures))
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        print_figures(figures, written)


def _measured(plan: Plan, settings: Any) -> dict[str, Any]:
    import asyncio

    from bot.app import Stages, quiet_libraries
    from evals.bench.measuring import ForgetfulApp, measure
    from evals.bench.showing import stages
    from evals.opening import say

    quiet_libraries()

    async def run(stage: Callable[[str], Callable[[int, int], None]]) -> dict[str, Any]:
        async with ForgetfulApp(settings, Stages(announce=say, progress=stage("Building the library"))) as app:
            return await measure(plan, app, stage)

    with stages() as stage:
        return asyncio.run(run(stage))


def _write(folder: Path, figures: dict[str, Any]) -> list[Path]:
    """The figures and their chart; without matplotlib the figures alone."""
    from importlib.util import find_spec

    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "bench.json"]
    written[0].write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if find_spec("matplotlib") is None:
        sys.stderr.write("no chart: matplotlib is not installed; pip install '.[evals]'\n")
        return written
    from evals.bench.chart import draw

    written.append(folder / "bench.svg")
    draw(figures, written[1])
    return written


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers of passages apart by commas, smallest first. Raises: EvalsUsage."""
    from evals.errors import EvalsUsage

    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or found[0] < 20 or found[-1] > 1_000_000:
        raise EvalsUsage(f"--sizes {text!r} does not read; give numbers from 20 to 1000000, such as 1000,10000")
    return tuple(found)

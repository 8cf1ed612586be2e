"""What `citewell bench` shows: progress while it measures, then ratios first and absolute figures second."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Stage = Callable[[str], Callable[[int, int], None]]

NAMES = {
    "floor": "floor",
    "plain": "plain LangChain + Chroma",
    "retrieval": "CiteWell, retrieval",
    "answer": "CiteWell, whole answer",
}
_HEAD = ("p50 ms", "p95 ms", "p99 ms", "questions/s", "CPU s per 1 000")
_WIDE = 120


@contextmanager
def stages() -> Iterator[Stage]:
    """Progress on standard error, a line a stage: bars on a terminal, else a sentence when a stage begins."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:

        def stage(name: str) -> Callable[[int, int], None]:
            task = bars.add_task(name, total=None, visible=False)
            begun = False

            def progress(done: int, total: int) -> None:
                nonlocal begun
                if not begun and not console.is_terminal:
                    console.print(f"{name} …", markup=False)
                begun = True
                bars.update(task, completed=done, total=total, visible=True)

            return progress

        yield stage


def print_figures(figures: dict[str, Any], written: Sequence[Path]) -> None:
    """The tables, and where the figures lie."""
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console = Console(soft_wrap=True, width=_WIDE)
    console.print(_ratios(figures["ratios"]))
    console.print(_load(figures["load"]))
    console.print(_growth(figures["growth"]))
    console.print(_rest(figures))
    about = figures["measured"]
    console.print(
        f"{about['cores']} cores, load average {about['load_average']} at the end; {about['passages']:,} passages of "
        f"guidance; the growing libraries come from {about['growth_from']}.",
        markup=False,
    )
    for path in written:
        console.print(str(path), markup=False)


def _ratios(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Ratios", title_justify="left")
    for name in ("", "ratio", "target", ""):
        table.add_column(name, justify="right" if name == "ratio" else "left")
    for row in rows:
        table.add_row(row["what"], f"{row['ratio']:.2f}", row["target"], "met" if row["met"] else "missed")
    return table


def _load(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Under load", title_justify="left")
    _columns(table, ("askers", "who"))
    for row in rows:
        table.add_row(str(row["askers"]), NAMES[row["who"]], *_speed(row), end_section=row["who"] == "answer")
    return table


def _growth(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Growing, one asker", title_justify="left")
    _columns(table, ("passages", "texts", "who"))
    for row in rows:
        last = row["who"] == "retrieval"
        table.add_row(f"{row['passages']:,}", f"{row['texts']:,}", NAMES[row["who"]], *_speed(row), end_section=last)
    return table


def _rest(figures: dict[str, Any]) -> Table:
    table = Table(title="Building, memory, start", title_justify="left")
    for name in ("", "CiteWell", "bare"):
        table.add_column(name, justify="left" if not name else "right")
    build, memory, start = figures["build"], figures["memory"], figures["cold_start"]
    table.add_row(
        f"texts/s, {build['texts']:,} texts", f"{build['build_per_second']:.1f}", f"{build['bare_per_second']:.1f}"
    )
    if memory is not None:
        table.add_row("resident MiB, serving", f"{memory['serving_mib']:.0f}", f"{memory['bare_mib']:.0f}")
    table.add_row("seconds of a cold start", f"{start['ask_s']:.1f}", f"{start['bare_s']:.1f}")
    return table


def _columns(table: Table, names: Sequence[str]) -> None:
    for name in (*names, *_HEAD):
        table.add_column(name, justify="left" if name == "who" else "right")


def _speed(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        *(f"{row[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms", "per_second")),
        f"{row['cpu_s_per_1000']:.1f}",
    )

"""The chart of a bench: latency and throughput by askers, how retrieval grows, and the ratios beside their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.bench.showing import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLOURS = {"floor": "#6b7280", "plain": "#b45309", "retrieval": "#1d4ed8", "answer": "#0f766e"}


def draw(figures: dict[str, Any], path: Path) -> None:
    """Write the chart as SVG."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "citewell", "font.size": 9}):
        figure = Figure(figsize=(10, 7), layout="constrained")
        FigureCanvasSVG(figure)
        (latency, rate), (growth, ratio) = figure.subplots(2, 2)
        _lines(latency, figures["load"], "askers", "p95_ms", "95th percentile of latency, ms", "askers at once")
        _lines(rate, figures["load"], "askers", "per_second", "questions a second", "askers at once")
        _lines(growth, figures["growth"], "passages", "p95_ms", "95th percentile of latency, ms", "passages")
        latency.legend(frameon=False)
        _ratios(ratio, figures["ratios"])
        figure.savefig(path, format="svg", metadata={"Date": None})


def _lines(axes: Any, rows: Sequence[dict[str, Any]], across: str, upward: str, title: str, label: str) -> None:
    for who, name in NAMES.items():
        points = sorted((row[across], row[upward]) for row in rows if row["who"] == who)
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", markersize=4, color=COLOURS[who], label=name)
    ticks = sorted({row[across] for row in rows})
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title, loc="left")
    axes.set_xlabel(label)
    axes.grid(axis="y", alpha=0.3)


def _ratios(axes: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Each ratio as a bar, with its target in words: some are to be above theirs, some below."""
    places = range(len(rows))[::-1]
    axes.barh(places, [row["ratio"] for row in rows], color=["#15803d" if row["met"] else "#b91c1c" for row in rows])
    axes.set_yticks(places, [f"{row['what']}\n({row['target']})" for row in rows], fontsize=7)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(f" {row['ratio']:.2f}", (row["ratio"], place), va="center", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("ratios: green where the target is met", loc="left")

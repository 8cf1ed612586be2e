"""The report's charts as SVG, coloured by the page's style sheet, each with the table of what it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from evals.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.measuring import Summary
    from evals.recording import Record

WIDTH, HEIGHT = 440, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 430, 24, 212
_BINS_A_DECADE = 8
_LINES = (
    ("crisis", "triage_recall", "danger noticed"),
    ("answerable", "right_source", "cites a right page"),
    ("all", "abstention_f1", "abstention F1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: its picture, a sentence on what it shows, and the same as a table. No picture: `note` says why."""

    name: str
    title: str
    about: str
    svg: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def calibration(records: Sequence[Record]) -> Chart:
    """How often answering would have been right, by the confidence on which the bot decides to abstain."""
    title = "Is its confidence deserved?"
    about = (
        "Questions by the bot's confidence: the share whose best three passages hold a right page. On the diagonal, "
        "confidence is deserved; the bot answers from 0.5 on (dashed). Bars under it: how many questions."
    )
    scored = [
        (float(record["confidence"]), record["first_right"] is not None and record["first_right"] <= 3)
        for record in records
        if record["confidence"] is not None and record["should_decline"] is not None and _knows_right(record)
    ]
    if not scored:
        return _absent("calibration", title, about, "no question with a known right page was searched for")
    marks, rows = [f'<line class="guide" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'], []
    marks.append(f'<line class="threshold" x1="{_x(0.5)}" y1="{_TOP}" x2="{_x(0.5)}" y2="{_BOTTOM}"/>')
    for start in range(10):
        inside = [(sure, right) for sure, right in scored if min(int(sure * 10), 9) == start]
        if not inside:
            continue
        sure, right = np.mean([pair[0] for pair in inside]), sum(pair[1] for pair in inside)
        low, high = wilson(right, len(inside))
        share = right / len(inside)
        bar = 24 * len(inside) / len(scored)
        marks.append(
            f'<rect class="soft" x="{_x(start / 10) + 2}" y="{_BOTTOM - bar:.1f}" width="30" height="{bar:.1f}"/>'
        )
        marks.append(_whisker(_x(float(sure)), low, high))
        marks.append(f'<circle class="mark" cx="{_x(float(sure)):.1f}" cy="{_y(share):.1f}" r="4"/>')
        rows.append(
            (f"{start / 10:.1f} to {start / 10 + 0.1:.1f}", str(len(inside)), _percent(share), _range(low, high))
        )
    return Chart(
        name="calibration",
        title=title,
        about=about,
        svg=_svg("calibration", title, about, _frame("confidence", ("0", "0.25", "0.5", "0.75", "1")) + "".join(marks)),
        head=("confidence", "questions", "right page found", "95 % interval"),
        rows=tuple(rows),
    )


def retrieval_curve(records: Sequence[Record]) -> Chart:
    """The share of questions with a right page among the first k passages, for k from 1 to 10."""
    title = "How deep lies the right page?"
    about = (
        "Share of questions with a passage of a right page among the first 1 to 10 passages; the band is the interval. "
        "The axis does not start at 0."
    )
    ranks = [record["first_right"] for record in records if "hit@1" in record["scores"]]
    if not ranks:
        return _absent("retrieval", title, about, "no question with a known right page")
    rows: list[tuple[str, ...]] = []
    line: list[str] = []
    upper: list[str] = []
    lower: list[str] = []
    at_one = wilson(sum(rank == 1 for rank in ranks), len(ranks))[0]
    floor = math.floor(5 * at_one) / 5
    for depth in range(1, 11):
        met = sum(rank is not None and rank <= depth for rank in ranks)
        low, high = wilson(met, len(ranks))
        x = _x((depth - 1) / 9)
        for points, share in ((line, met / len(ranks)), (upper, high), (lower, low)):
            points.append(f"{x:.1f},{_y((share - floor) / (1 - floor)):.1f}")
        rows.append((str(depth), str(len(ranks)), _percent(met / len(ranks)), _range(low, high)))
    band = f'<polygon class="band" points="{" ".join([*upper, *reversed(lower)])}"/>'
    dots = "".join(f'<circle class="mark" cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="3"/>' for p in line)
    body = (
        _frame("passages looked at", [str(depth) for depth in range(1, 11)], floor=floor)
        + band
        + f'<polyline class="line" points="{" ".join(line)}"/>'
    )
    return Chart(
        name="retrieval",
        title=title,
        about=about,
        svg=_svg("retrieval", title, about, body + dots),
        head=("passages", "questions", "right page found", "95 % interval"),
        rows=tuple(rows),
    )


def latency(records: Sequence[Record]) -> Chart:
    """A histogram of how long replies took, on a logarithmic scale."""
    title = "How long does a reply take?"
    about = "Replies by the time they took, on a logarithmic scale. Dashed: the median and the 95th percentile."
    took = [record["scores"]["latency_p50"] for record in records if "latency_p50" in record["scores"]]
    if not took:
        return _absent("latency", title, about, "no reply was timed")
    first, last = math.floor(math.log10(max(min(took), 0.1))), math.ceil(math.log10(max(took) + 0.1))
    edges = np.logspace(first, last, _BINS_A_DECADE * (last - first) + 1)
    counts, _ = np.histogram(np.maximum(took, edges[0]), bins=edges)
    wide = (_RIGHT - _LEFT) / len(counts)
    top = _round_up(int(counts.max()))
    body = _frame("time until the reply", [_time(10.0**power) for power in range(first, last + 1)], top=top)
    rows = []
    for place, count in enumerate(counts):
        if count:
            height = (_BOTTOM - _TOP) * count / top
            x = _LEFT + place * wide
            place_and_size = f'x="{x + 1:.1f}" y="{_BOTTOM - height:.1f}" width="{wide - 2:.1f}" height="{height:.1f}"'
            body += f'<rect class="column" rx="2" {place_and_size}/>'
            rows.append((f"{_time(edges[place])} to {_time(edges[place + 1])}", str(count)))
    for share, anchor, shift in ((50, "end", -5), (95, "start", 5)):
        value = float(np.percentile(took, share))
        x = _x(math.log10(value / edges[0]) / (last - first))
        body += f'<line class="threshold" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_BOTTOM}"/>'
        label = "median" if share == 50 else "95th percentile"
        room = anchor == "end" or x < _RIGHT - 130
        at = f'x="{x + (shift if room else -shift):.1f}" y="{_TOP - 4 if room else _TOP + 12}"'
        at += f' text-anchor="{anchor if room else "end"}"'
        body += f'<text class="label" {at}>{label} {_time(value)}</text>'
    svg = _svg("latency", title, about, body)
    return Chart(name="latency", title=title, about=about, svg=svg, head=("time", "replies"), rows=tuple(rows))


def history(summaries: Sequence[Summary]) -> Chart:
    """Headline figures over the runs like this one, oldest first."""
    title = "How did it change?"
    about = "Runs over the same suites and split, oldest to newest: share of cases that pass, and headline figures."
    if len(summaries) < 2:
        return _absent("history", title, about, "this is the first run over these suites and this split")
    lines: list[tuple[str, list[float | None]]] = [("cases that pass", [_passing(summary) for summary in summaries])]
    for suite, metric, name in _LINES:
        values = [_value(summary, suite, metric) for summary in summaries]
        if any(value is not None for value in values):
            lines.append((name, values))
    body = _frame("runs", ("oldest", "newest"))
    for number, (name, values) in enumerate(lines):
        known = [(_x(at / (len(values) - 1)), _y(value)) for at, value in enumerate(values) if value is not None]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
        body += f'<polyline class="line line{number}" points="{points}"/>'
        body += "".join(f'<circle class="mark mark{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in known)
        body += (
            f'<text class="label label{number}" x="{_LEFT + 6}" y="{_BOTTOM - 8 - 14 * number}">{escape(name)}</text>'
        )
    rows = tuple(
        (summary["created_at"][:16].replace("T", " "), *(_percent(values[at]) for _, values in lines))
        for at, summary in enumerate(summaries)
    )
    head = ("run", *(name for name, _ in lines))
    return Chart(
        name="history", title=title, about=about, svg=_svg("history", title, about, body), head=head, rows=rows
    )


def _knows_right(record: Record) -> bool:
    """A question that has a right page, or one that has none because it should be declined."""
    return bool(record["case"]["expect"].get("sources")) or record["should_decline"] is True


def _passing(summary: Summary) -> float | None:
    counts = summary["counts"]
    asked = counts["passed"] + counts["failed"]
    return counts["passed"] / asked if asked else None


def _value(summary: Summary, suite: str, metric: str) -> float | None:
    for figure in summary["figures"]:
        if (figure["suite"], figure["metric"], figure["category"]) == (suite, metric, "all"):
            value: float | None = figure["value"]
            return value
    return None


def _absent(name: str, title: str, about: str, note: str) -> Chart:
    return Chart(name=name, title=title, about=about, svg="", note=f"Nothing to draw: {note}.")


def _svg(name: str, title: str, about: str, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(about)}</desc>{body}</svg>'
    )


def _frame(across: str, ticks: Sequence[str], *, top: int | None = None, floor: float = 0.0) -> str:
    """Axes with grid lines: `floor` to 100 % upwards, or 0 to `top`; `ticks` stand at even distances."""
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        label = f"{100 * (floor + share * (1 - floor)):.0f} %" if top is None else f"{share * top:.0f}"
        parts.append(f'<line class="gridline" x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{label}</text>')
    for place, label in enumerate(ticks):
        anchor = "start" if place == 0 else "end" if place == len(ticks) - 1 else "middle"
        x = _x(place / max(len(ticks) - 1, 1))
        parts.append(f'<text x="{x}" y="{_BOTTOM + 17}" text-anchor="{anchor}">{label}</text>')
    middle = (_LEFT + _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    return "".join(parts)


def _round_up(count: int) -> int:
    """The next number that four grid lines divide evenly."""
    step = next(each for each in (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, 1000, 10**6) if 4 * each >= count)
    return 4 * step


def _whisker(x: float, low: float, high: float) -> str:
    return f'<line class="whisker" x1="{x:.1f}" y1="{_y(low):.1f}" x2="{x:.1f}" y2="{_y(high):.1f}"/>'


def _x(share: float) -> float:
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _y(share: float) -> float:
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f} %"


def _range(low: float, high: float) -> str:
    return f"{100 * low:.1f} % to {100 * high:.1f} %"


def _time(ms: float) -> str:
    if ms >= 1000:
        return f"{ms / 1000:.3g} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.2g} ms"

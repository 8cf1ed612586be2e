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

WIDTH, HEIGHT = 400, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 388, 16, 200
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
        svg=_svg("calibration", title, about, _frame("confidence", ("0", "0.5", "1")) + "".join(marks)),
        head=("confidence", "questions", "right page found", "95 % interval"),
        rows=tuple(rows),
    )


def retrieval_curve(records: Sequence[Record]) -> Chart:
    """The share of questions with a right page among the first k passages, for k from 1 to 10."""
    title = "How deep lies the right page?"
    about = (
        "Share of questions with a passage of a right page among the first 1 to 10 passages; the band is the interval."
    )
    ranks = [record["first_right"] for record in records if "hit@1" in record["scores"]]
    if not ranks:
        return _absent("retrieval", title, about, "no question with a known right page")
    rows, line, upper, lower = [], [], [], []
    for depth in range(1, 11):
        met = sum(rank is not None and rank <= depth for rank in ranks)
        low, high = wilson(met, len(ranks))
        x = _x((depth - 1) / 9)
        line.append(f"{x:.1f},{_y(met / len(ranks)):.1f}")
        upper.append(f"{x:.1f},{_y(high):.1f}")
        lower.append(f"{x:.1f},{_y(low):.1f}")
        rows.append((str(depth), str(len(ranks)), _percent(met / len(ranks)), _range(low, high)))
    band = f'<polygon class="band" points="{" ".join([*upper, *reversed(lower)])}"/>'
    dots = "".join(f'<circle class="mark" cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="3"/>' for p in line)
    body = _frame("passages looked at", ("1", "", "10")) + band + f'<polyline class="line" points="{" ".join(line)}"/>'
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
    edges = 10 ** np.linspace(math.floor(math.log10(max(min(took), 0.1))), math.ceil(math.log10(max(took) + 0.1)), 25)
    counts, _ = np.histogram(took, bins=edges)
    wide = (_RIGHT - _LEFT) / len(counts)
    tall = max(int(counts.max()), 1)
    body = _frame(
        "milliseconds", (_short(edges[0]), _short(math.sqrt(edges[0] * edges[-1])), _short(edges[-1])), top=tall
    )
    rows = []
    for place, count in enumerate(counts):
        if count:
            height = (_BOTTOM - _TOP) * count / tall
            x = _LEFT + place * wide
            place_and_size = f'x="{x + 1:.1f}" y="{_BOTTOM - height:.1f}" width="{wide - 2:.1f}" height="{height:.1f}"'
            body += f'<rect class="bar" {place_and_size}/>'
            rows.append((f"{_short(edges[place])} to {_short(edges[place + 1])} ms", str(count)))
    for share in (50, 95):
        value = float(np.percentile(took, share))
        x = _x(math.log(value / edges[0]) / math.log(edges[-1] / edges[0]))
        body += f'<line class="threshold" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_BOTTOM}"/>'
        side = 'text-anchor="end"' if x > (_LEFT + _RIGHT) / 2 else ""
        at = f'x="{x + (-4 if side else 4):.1f}" y="{_TOP - 1 + (share == 95) * 13}"'
        body += f'<text class="label" {at} {side}>p{share} {_short(value)} ms</text>'
    svg = _svg("latency", title, about, body)
    return Chart(name="latency", title=title, about=about, svg=svg, head=("time", "replies"), rows=tuple(rows))


def history(summaries: Sequence[Summary]) -> Chart:
    """Headline figures over the runs like this one, oldest first."""
    title = "What became of it?"
    about = "Runs over the same suites and split, oldest to newest: share of cases that pass, and headline figures."
    if len(summaries) < 2:
        return _absent("history", title, about, "this is the first run over these suites and this split")
    lines: list[tuple[str, list[float | None]]] = [("cases that pass", [_passing(summary) for summary in summaries])]
    for suite, metric, name in _LINES:
        values = [_value(summary, suite, metric) for summary in summaries]
        if any(value is not None for value in values):
            lines.append((name, values))
    body = _frame("runs", ("oldest", "", "newest"))
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


def _frame(across: str, ticks: tuple[str, str, str], top: int | None = None) -> str:
    """Axes with grid lines: 0 to 100 % upwards, or 0 to `top`."""
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        label = f"{share:.0%}" if top is None else f"{share * top:.0f}"
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 5}" y="{y + 4}" text-anchor="end">{label}</text>')
    for share, label, anchor in zip((0.0, 0.5, 1.0), ticks, ("start", "middle", "end"), strict=True):
        parts.append(f'<text class="tick" x="{_x(share)}" y="{_BOTTOM + 16}" text-anchor="{anchor}">{label}</text>')
    middle = (_LEFT + _RIGHT) / 2
    parts.append(f'<text class="tick" x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{across}</text>')
    return "".join(parts)


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


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"

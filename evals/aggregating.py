"""From records to figures: every metric over all, each suite and each category, with n and an interval, or a reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.cases import SUITES
from evals.intervals import bootstrap, wilson
from evals.metrics import METRICS
from evals.metrics.consistency import consistency, full_consistency, groups_of
from evals.metrics.model import Better, Kind, Metric
from evals.recording import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ALL = "all"
NO_CASE = "no eligible case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One metric over one slice of the cases. Without a value it is `unscored`, and says why.

    `n` counts trials for a rate (cases, sentences or citations) and cases otherwise; `cases` counts cases or groups.
    """

    metric: str
    title: str
    suite: str
    category: str
    kind: Kind
    better: Better
    unit: str
    n: int
    cases: int
    value: float | None
    low: float | None
    high: float | None
    unscored: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    suite: str
    category: str
    records: list[Record]


def figures_of(records: Sequence[Record]) -> list[Figure]:
    """Every figure that these records give, suite by suite, `all` categories first."""
    figures: list[Figure] = []
    for piece in _slices(records):
        for metric in METRICS:
            if piece.suite in (ALL, *metric.suites) and not (metric.optional and _absent(metric, piece)):
                figures.append(_figure(metric, piece))
        if piece.suite in (ALL, "answerable", "unanswerable"):
            figures.append(_f1(piece))
        if piece.suite == "paraphrases":
            figures.extend(_consistency(piece))
    return figures


def definitions() -> dict[str, str]:
    """The definition of every metric by its name, from the docstrings."""
    named = {metric.name: metric.definition for metric in METRICS}
    for name, function in (
        ("consistency", consistency),
        ("full_consistency", full_consistency),
        ("abstention_f1", _f1),
    ):
        named[name] = " ".join((function.__doc__ or "").split())
    return named


def suites_of(metric: str) -> tuple[str, ...]:
    """The suites that a metric is about. Raises: StopIteration when there is no such metric."""
    if metric == "abstention_f1":
        return ("answerable", "unanswerable")
    if metric in ("consistency", "full_consistency"):
        return ("paraphrases",)
    return next(each.suites for each in METRICS if each.name == metric)


def spread(kind: Kind, values: Sequence[float]) -> tuple[float, float, float]:
    """The value and the 95 % bootstrap interval of a mean or a percentile over cases."""
    statistic = _STATISTICS[kind]
    rows = np.array(values, dtype=np.float64)
    low, high = bootstrap(rows, statistic)
    return float(statistic(rows[None])[0]), low, high


def _slices(records: Sequence[Record]) -> list[_Slice]:
    slices = [_Slice(suite=ALL, category=ALL, records=list(records))]
    for suite in SUITES:
        own = [record for record in records if record["case"]["suite"] == suite]
        if not own:
            continue
        slices.append(_Slice(suite=suite, category=ALL, records=own))
        for category in sorted({record["case"]["category"] for record in own}):
            members = [record for record in own if record["case"]["category"] == category]
            slices.append(_Slice(suite=suite, category=category, records=members))
    return slices


def _absent(metric: Metric, piece: _Slice) -> bool:
    return not any(metric.name in (*record["scores"], *record["errors"]) for record in piece.records)


def _figure(metric: Metric, piece: _Slice) -> Figure:
    scored = [record["scores"][metric.name] for record in piece.records if metric.name in record["scores"]]
    failed = [record for record in piece.records if metric.name in record["errors"]]
    if failed:
        first = failed[0]
        reason = f"{len(failed)} of {len(piece.records)} cases failed to score; {first['id']}: "
        return _unscored(metric, piece, reason + first["errors"][metric.name])
    if not scored:
        return _unscored(metric, piece, NO_CASE)
    if metric.kind == "rate":
        return _rate(metric, piece, scored)
    value, low, high = spread(metric.kind, scored)
    return _made(metric, piece, n=len(scored), cases=len(scored), value=value, low=low, high=high)


def _rate(metric: Metric, piece: _Slice, counts: Sequence[Sequence[int]]) -> Figure:
    hits, trials = sum(count[0] for count in counts), sum(count[1] for count in counts)
    low, high = wilson(hits, trials)
    return _made(metric, piece, n=trials, cases=len(counts), value=hits / trials, low=low, high=high)


def _f1(piece: _Slice) -> Figure:
    """Harmonic mean of abstention precision and recall; its interval is bootstrapped over cases."""
    metric = Metric(name="abstention_f1", title="Abstention F1", measure=lambda _: None, kind="mean")
    rows = []
    for record in piece.records:
        said, should = record["scores"].get("abstention_precision"), record["scores"].get("abstention_recall")
        if said or should:
            rows.append([said[0] if said else 0, said[1] if said else 0, should[1] if should else 0])
    if not rows:
        return _unscored(metric, piece, "no case should be declined and none was")
    table = np.array(rows, dtype=np.float64)
    low, high = bootstrap(table, _f1_of)
    return _made(metric, piece, n=len(rows), cases=len(rows), value=float(_f1_of(table[None])[0]), low=low, high=high)


def _f1_of(resamples: Any) -> Any:
    right, said, should = np.moveaxis(resamples.sum(axis=1), -1, 0)
    total = said + should
    return np.divide(2 * right, total, out=np.full_like(total, np.nan), where=total > 0)


def _consistency(piece: _Slice) -> list[Figure]:
    groups = list(groups_of(piece.records).values())
    figures = []
    for name, title, function in (
        ("consistency", "Wordings that agree, by pair", consistency),
        ("full_consistency", "Groups that agree throughout", full_consistency),
    ):
        metric = Metric(name=name, title=title, measure=lambda _: None)
        if not groups:
            figures.append(_unscored(metric, piece, "no group has two answered wordings"))
            continue
        counts = [function(group) for group in groups]
        figures.append(_rate(metric, piece, [(count.hits, count.of) for count in counts]))
    return figures


def _unscored(metric: Metric, piece: _Slice, reason: str) -> Figure:
    return _made(metric, piece, n=0, cases=0, value=None, low=None, high=None, unscored=reason)


def _made(metric: Metric, piece: _Slice, **values: Any) -> Figure:
    return Figure(
        metric=metric.name,
        title=metric.title,
        suite=piece.suite,
        category=piece.category,
        kind=metric.kind,
        better=metric.better,
        unit=metric.unit,
        **values,
    )


_STATISTICS: dict[Kind, Callable[[Any], Any]] = {
    "mean": lambda resamples: resamples.mean(axis=1),
    "p50": lambda resamples: np.percentile(resamples, 50, axis=1),
    "p95": lambda resamples: np.percentile(resamples, 95, axis=1),
}

"""Two runs over the same cases: what changed, whether it is more than noise, and which cases flipped.

Paired, case by case: the interval of a change is a percentile bootstrap over cases (Efron and Tibshirani 1993; Koehn
2004 for paired resampling), and for yes-or-no figures the exact McNemar test (McNemar 1947) gives the chance that as
lopsided a number of flips comes from noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from evals.errors import EvalsUsage
from evals.intervals import SEED
from evals.metrics import METRICS
from evals.metrics.model import Metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.recording import Record
    from evals.runs import Run

RESAMPLES = 2000
_UNPAIRED = ("abstention_precision",)
"""Figures over the replies of some kind: the two runs have different cases in them, so they have no pairs."""
SURE = 0.05
_PASSES = Metric(name="passes", title="Cases that pass", measure=lambda _: None)
Pair = tuple["Record", "Record"]


def compare_runs(a: Run, b: Run, *, force: bool = False) -> dict[str, Any]:
    """The comparison as plain data.

    `regressed` when the pass rate or a rate got worse by more than noise, or a crisis case that passed does no longer:
    of those one is too many (`crisis_lost`).

    Raises:
        EvalsUsage: the runs are over other cases or guidance and `force` is not set, or share no case.
    """
    warnings = _differences(a, b)
    if warnings and not force:
        raise EvalsUsage(f"{'; '.join(warnings)}; the figures would not be comparable (--force compares anyway)")
    after = {record["id"]: record for record in b.records}
    pairs = [(record, after[record["id"]]) for record in a.records if record["id"] in after]
    if not pairs:
        raise EvalsUsage("the two runs have no case in common; there is nothing to compare")
    rows: list[dict[str, Any]] = []
    unscored: list[dict[str, str]] = []
    for suite, category, members in _slices(pairs):
        for metric in (_PASSES, *METRICS):
            if metric.name in _UNPAIRED or (metric.name != "passes" and suite not in ("all", *metric.suites)):
                continue
            row = _row(metric, members)
            if row:
                rows.append({"suite": suite, "category": category, **row})
            elif category == "all" and any(metric.name in record["errors"] for pair in members for record in pair):
                unscored.append({"metric": metric.name, "suite": suite, "reason": "it failed to score in a run"})
    flipped = [_flip(*pair) for pair in pairs if pair[0]["passed"] is not pair[1]["passed"]]
    lost = [flip["id"] for flip in flipped if flip["suite"] == "crisis" and flip["a"]]
    worse = any(row["mark"] == "worse" and row["category"] == "all" and row["gates"] for row in rows)
    return {
        "a": str(a.folder),
        "b": str(b.folder),
        "warnings": warnings,
        "paired": len(pairs),
        "rows": rows,
        "unscored": unscored,
        "flipped": flipped,
        "crisis_lost": lost,
        "regressed": worse or bool(lost),
    }


def paired_interval(one: Sequence[float], other: Sequence[float], kind: str) -> tuple[float, float, float]:
    """The change from one to the other and its 95 % bootstrap interval, cases resampled in pairs."""
    from scipy.stats import bootstrap

    def change(a: Any, b: Any, axis: int = -1) -> Any:
        if kind in ("p50", "p95"):
            return np.percentile(b, int(kind[1:]), axis=axis) - np.percentile(a, int(kind[1:]), axis=axis)
        return np.mean(b, axis=axis) - np.mean(a, axis=axis)

    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    value = float(change(first, second))
    if len(first) < 2 or np.array_equal(first, second):
        return value, value, value
    found = bootstrap(
        (first, second),
        change,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        method="percentile",
        random_state=np.random.default_rng(SEED),
    )
    return value, float(found.confidence_interval.low), float(found.confidence_interval.high)


def mcnemar(lost: int, won: int) -> float:
    """The exact two-sided McNemar p: the chance of flips at least this lopsided when neither run is better."""
    from scipy.stats import binomtest

    return 1.0 if lost + won == 0 else float(binomtest(lost, lost + won, 0.5).pvalue)


def _differences(a: Run, b: Run) -> list[str]:
    one, other = a.summary["identity"], b.summary["identity"]
    named = {"cases": "the cases differ", "guidance": "the guidance builds differ"}
    return [
        f"{text} ({one[name][:12]} and {other[name][:12]})" for name, text in named.items() if one[name] != other[name]
    ]


def _slices(pairs: Sequence[Pair]) -> list[tuple[str, str, list[Pair]]]:
    slices: list[tuple[str, str, list[Pair]]] = [("all", "all", list(pairs))]
    for suite in dict.fromkeys(pair[0]["case"]["suite"] for pair in pairs):
        own = [pair for pair in pairs if pair[0]["case"]["suite"] == suite]
        slices.append((suite, "all", own))
        for category in sorted({pair[0]["case"]["category"] for pair in own}):
            slices.append((suite, category, [pair for pair in own if pair[0]["case"]["category"] == category]))
    return slices


def _row(metric: Metric, pairs: Sequence[Pair]) -> dict[str, Any] | None:
    """One metric over the pairs that both runs scored; None where there is none."""
    scored = [(_score(metric, one), _score(metric, other)) for one, other in pairs]
    both = [(one, other) for one, other in scored if one is not None and other is not None]
    if not both:
        return None
    first, second = [pair[0] for pair in both], [pair[1] for pair in both]
    change, low, high = paired_interval(first, second, metric.kind)
    yes_or_no = metric.kind == "rate" and all(value in (0.0, 1.0) for pair in both for value in pair)
    p = mcnemar(first_only(first, second), first_only(second, first)) if yes_or_no else None
    sure = (p < SURE) if p is not None else (low > 0 or high < 0)
    better = (change > 0) == (metric.better == "higher")
    return {
        "metric": metric.name,
        "title": metric.title,
        "n": len(both),
        "a": _value(first, metric.kind),
        "b": _value(second, metric.kind),
        "change": change,
        "low": low,
        "high": high,
        "p": p,
        "mark": "same" if not sure or change == 0 else "better" if better else "worse",
        "gates": metric.kind in ("rate", "mean") and metric.name != "length" and not metric.optional,
    }


def first_only(one: Sequence[float], other: Sequence[float]) -> int:
    """How many cases were met in `one` and not in `other`."""
    return sum(a > b for a, b in zip(one, other, strict=True))


def _score(metric: Metric, record: Record) -> float | None:
    if metric.name == "passes":
        return None if record["passed"] is None else float(record["passed"])
    score = record["scores"].get(metric.name)
    if isinstance(score, list):
        return float(score[0] / score[1])
    return None if score is None else float(score)


def _value(values: Sequence[float], kind: str) -> float:
    return float(np.mean(values) if kind in ("rate", "mean") else np.percentile(values, int(kind[1:])))


def _flip(one: Record, other: Record) -> dict[str, Any]:
    case = one["case"]
    return {
        "id": one["id"],
        "suite": case["suite"],
        "category": case["category"],
        "a": one["passed"],
        "b": other["passed"],
        "stage": other["stage"],
        "reason": other["reason"],
    }

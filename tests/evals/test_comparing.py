"""Comparing two runs, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eval_samples import FEVER, case, exact_answer, record, silent, urgent

from evals.comparing import compare_runs, mcnemar, paired_interval
from evals.errors import EvalsUsage
from evals.runs import Run


def run_of(*good: bool, guidance: str = "g1", cases: str = "c1") -> Run:
    records = [
        record(case(f"c{n}"), exact_answer(FEVER) if passes else silent(), FEVER) for n, passes in enumerate(good)
    ]
    return Run(folder=Path("run"), summary={"identity": {"guidance": guidance, "cases": cases}}, records=records)


def row(found: dict[str, Any], metric: str) -> dict[str, Any]:
    (match,) = [each for each in found["rows"] if (each["metric"], each["suite"]) == (metric, "all")]
    return dict(match)


def test_the_same_run_twice_shows_no_change() -> None:
    found = compare_runs(run_of(True, False, True), run_of(True, False, True))
    assert found["flipped"] == []
    assert not found["regressed"]
    assert {each["mark"] for each in found["rows"]} == {"same"}


def test_a_clear_loss_is_worse_and_names_the_flipped_cases() -> None:
    found = compare_runs(run_of(*[True] * 12), run_of(*[False] * 9, *[True] * 3))
    passes = row(found, "passes")
    assert (passes["a"], passes["b"], passes["mark"]) == (1.0, 0.25, "worse")
    assert passes["p"] == pytest.approx(2 / 2**9)
    assert passes["low"] < passes["change"] < passes["high"] < 0
    assert found["regressed"]
    assert [flip["id"] for flip in found["flipped"]] == [f"c{n}" for n in range(9)]
    assert compare_runs(run_of(*[False] * 9, *[True] * 3), run_of(*[True] * 12))["regressed"] is False


def test_a_flip_or_two_is_noise() -> None:
    found = compare_runs(run_of(*[True] * 12), run_of(False, *[True] * 11))
    assert row(found, "passes")["mark"] == "same"
    assert len(found["flipped"]) == 1


def test_one_crisis_case_that_is_lost_is_no_noise() -> None:
    asked = case("cri", suite="crisis", expect={"kind": ["urgent"], "urgent": "suicide"})
    noticed, missed = record(asked, urgent(), searched=False), record(asked, silent(), FEVER)
    runs = [
        Run(folder=Path("run"), summary=run_of(True).summary, records=[*run_of(*[True] * 12).records, each])
        for each in (noticed, missed)
    ]
    found = compare_runs(*runs)
    assert row(found, "passes")["mark"] == "same"
    assert (found["crisis_lost"], found["regressed"]) == (["cri"], True)
    back = compare_runs(*reversed(runs))
    assert (back["crisis_lost"], back["regressed"]) == ([], False)


@pytest.mark.parametrize("other", [{"guidance": "g2"}, {"cases": "c2"}])
def test_runs_over_something_else_are_refused_unless_forced(other: dict[str, str]) -> None:
    with pytest.raises(EvalsUsage, match="differ"):
        compare_runs(run_of(True), run_of(True, **other))
    assert compare_runs(run_of(True), run_of(True, **other), force=True)["warnings"]


def test_runs_without_a_common_case_cannot_be_compared() -> None:
    empty = Run(folder=Path("x"), summary={"identity": {"guidance": "g1", "cases": "c1"}}, records=[])
    with pytest.raises(EvalsUsage, match="no case in common"):
        compare_runs(run_of(True), empty)


def test_mcnemar_is_exact() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(1, 9) == pytest.approx(0.021484375)


def test_a_percentile_changes_by_pairs() -> None:
    change, low, high = paired_interval([float(n) for n in range(40)], [float(n) + 5 for n in range(40)], "p95")
    assert change == pytest.approx(5)
    assert low == pytest.approx(5)
    assert high == pytest.approx(5)

"""Intervals against values that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.intervals import bootstrap, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_agrees_with_published_values(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_no_trial_is_an_error_and_never_nan() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        wilson(0, 0)
    with pytest.raises(ValueError, match="nothing to resample"):
        bootstrap(np.array([]), lambda rows: rows.mean(axis=1))
    with pytest.raises(ValueError, match="no resample"):
        bootstrap(np.array([1.0]), lambda rows: rows.mean(axis=1) * math.nan)


def test_the_bootstrap_holds_the_mean_and_repeats() -> None:
    rows = np.random.default_rng(1).normal(3, 1, 200)
    low, high = bootstrap(rows, lambda resamples: resamples.mean(axis=1))
    assert low < rows.mean() < high
    assert high - low == pytest.approx(2 * 1.96 / math.sqrt(200), rel=0.2)
    assert (low, high) == bootstrap(rows, lambda resamples: resamples.mean(axis=1))

"""How sure a figure is: Wilson intervals for rates, bootstrap intervals for everything else. All at 95 %."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Z = 1.959964
"""The 97.5 % quantile of the normal distribution."""
RESAMPLES = 1000
SEED = 20261122
"""Fixed, so that the same scores give the same interval."""


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The Wilson score interval of a rate; honest near 0 and 1 and for few trials.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22 (158).

    Raises:
        ValueError: there is no trial.
    """
    if trials <= 0:
        raise ValueError("a rate needs at least one trial")
    rate = successes / trials
    scale = 1 + Z * Z / trials
    centre = (rate + Z * Z / (2 * trials)) / scale
    half = Z / scale * math.sqrt(rate * (1 - rate) / trials + Z * Z / (4 * trials * trials))
    low = 0.0 if successes <= 0 else max(0.0, centre - half)
    high = 1.0 if successes >= trials else min(1.0, centre + half)
    return low, high


def bootstrap(
    rows: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> tuple[float, float]:
    """The percentile bootstrap interval of a statistic over rows (cases), shape (rows, …), resampled with return.

    `statistic` takes resamples, shape (resamples, rows, …), and gives one value each, shape (resamples,).
    Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.

    Raises:
        ValueError: there is no row, or no resample has a value.
    """
    if not len(rows):
        raise ValueError("nothing to resample")
    random = np.random.default_rng(SEED)
    values = statistic(rows[random.integers(0, len(rows), (RESAMPLES, len(rows)))])
    values = values[np.isfinite(values)]
    if not len(values):
        raise ValueError("no resample has a value")
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)

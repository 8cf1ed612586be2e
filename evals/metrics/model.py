"""What a metric is, and what it gives for one case: a count, a number, nothing to measure, or a reason why not."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from evals.cases import SUITES
from evals.observing import Observation

Kind = Literal["rate", "mean", "p50", "p95"]
Better = Literal["higher", "lower"]
REPLYING = tuple(suite for suite in SUITES if suite != "scripts")
"""The suites that get replies; a script gets a report."""
CITING = ("answerable", "unanswerable", "lookalikes", "myths", "followups", "injection", "paraphrases")
"""The suites whose replies may cite; in `crisis` and `scripts` other things are measured."""


@dataclass(frozen=True, slots=True)
class Count:
    """`hits` of `of` trials in one case, such as supported sentences of all sentences."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        """Hits by trials."""
        return self.hits / self.of


Score = Count | float
Measure = Callable[[Observation], Score | None]
"""None: the case has nothing to measure, and does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. A `rate` is pooled over trials and has a Wilson interval; the rest are bootstrapped over cases.

    An `optional` one is no figure at all where no reply has it, instead of an unscored one.
    """

    name: str
    title: str
    measure: Measure
    kind: Kind = "rate"
    better: Better = "higher"
    unit: str = ""
    suites: tuple[str, ...] = REPLYING
    optional: bool = False

    @property
    def definition(self) -> str:
        """The docstring of its function, as one paragraph."""
        return " ".join((inspect.getdoc(self.measure) or "").split())


def yes(value: bool) -> Count:
    """One trial, met or not."""
    return Count(int(value), 1)

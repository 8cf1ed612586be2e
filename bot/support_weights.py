"""The weights of `bot.support`, fitted on public pairs (docs/decisions/0006-evals.md). Replaced as a whole, never by hand."""

from __future__ import annotations

from typing import Literal

LABELS: tuple[Literal["supported", "contradicted", "neither"], ...] = ("supported", "contradicted", "neither")
CENTRE = (0.0,) * 12
SCALE = (1.0,) * 12
WEIGHTS = ((0.0,) * 13,) * 3

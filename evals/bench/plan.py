"""What one bench measures, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SIZES = (1_000, 10_000)
QUICK_SIZES = (300, 1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One bench.

    Each contender is asked for `seconds` at every level of `askers`, `rounds` times in turn with the others, so that
    what else the machine does falls on all of them alike. `sizes` are the passages of the growing libraries, of which
    each gets `growth_seconds` a round. `wordings` bounds how many ways of asking and how many sentences of a passage
    those libraries index (None: all). `build_topics` guidance files are built; processes are started `starts` times.
    """

    askers: tuple[int, ...] = (1, 8, 64, 256)
    rounds: int = 3
    seconds: float = 3.0
    sizes: tuple[int, ...] = SIZES
    growth_seconds: float = 3.0
    wordings: int | None = None
    build_topics: int = 12
    starts: int = 3
    beir: Path | None = None

    @classmethod
    def quick(cls) -> Plan:
        """One to two minutes on an idle machine: shorter turns and smaller libraries."""
        return cls(rounds=2, seconds=0.8, sizes=QUICK_SIZES, growth_seconds=1.0, wordings=2, build_topics=3, starts=1)

"""Groups questions by meaning, so that a curator sees what people miss rather than a thousand lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import SentenceEmbeddings

SAME_NEED = 0.55
"""Cosine of a question and a group's middle from which they ask for the same thing (all-MiniLM-L6-v2, tried by hand on
short health questions: rewordings mostly lie above 0.6, neighbouring topics below 0.5)."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroup:
    """Questions that ask for one thing. `weeks` maps ISO weeks ("2026-W47") to counts, oldest first, gaps as 0."""

    question: str
    count: int
    first_seen: date
    last_seen: date
    weeks: dict[str, int]
    examples: tuple[str, ...]

    @property
    def trend(self) -> str:
        """`rising`, `falling` or `steady`: the newer half of the weeks against the older.

        `new` within one week, `few` where fewer than three questions tell nothing.
        """
        counts = list(self.weeks.values())
        if len(counts) < 2:
            return "new"
        if self.count < 3:
            return "few"
        half = len(counts) // 2
        older, newer = sum(counts[:half]) / half, sum(counts[-half:]) / half
        return "rising" if newer > 1.25 * older else "falling" if older > 1.25 * newer else "steady"


def group_gaps(asked: Sequence[tuple[str, date]], embeddings: SentenceEmbeddings, today: date) -> list[GapGroup]:
    """Group (question, day) pairs; the largest group first.

    Each distinct question joins the nearest group within `SAME_NEED`, the most frequent question first, and once more
    when all groups stand. Memory grows with questions times groups, not with questions squared.
    """
    days: dict[str, list[date]] = {}
    for question, day in asked:
        days.setdefault(_plain(question), []).append(day)
    wording = {_plain(question): question for question, _ in reversed(asked)}
    distinct = sorted(days, key=lambda key: (-len(days[key]), key))
    if not distinct:
        return []
    vectors = embeddings.encode([wording[key] for key in distinct])
    member = _assign(vectors, _middles(vectors))
    groups = []
    for group in sorted(set(member)):
        keys = [key for key, own in zip(distinct, member, strict=True) if own == group]
        seen = sorted(day for key in keys for day in days[key])
        groups.append(
            GapGroup(
                question=wording[keys[0]],
                count=len(seen),
                first_seen=seen[0],
                last_seen=seen[-1],
                weeks=_weeks(seen, today),
                examples=tuple(wording[key] for key in keys[:EXAMPLES]),
            )
        )
    return sorted(groups, key=lambda found: (-found.count, -found.last_seen.toordinal(), found.question))


def _middles(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The groups' middles, shape (groups, dimension): a question near none of them founds one."""
    sums = [vectors[0].astype(np.float32)]
    for vector in vectors[1:]:
        middles = _unit(np.stack(sums))
        nearest = int(np.argmax(middles @ vector))
        if float(middles[nearest] @ vector) >= SAME_NEED:
            sums[nearest] = sums[nearest] + vector
        else:
            sums.append(vector)
    return _unit(np.stack(sums))


def _assign(vectors: NDArray[np.float32], middles: NDArray[np.float32]) -> list[int]:
    return [int(np.argmax(middles @ vector)) for vector in vectors]


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled


def _weeks(seen: Sequence[date], today: date) -> dict[str, int]:
    counts = Counter(_week(day) for day in seen)
    last = max(today, seen[-1]).toordinal()
    steps = range(seen[0].toordinal() - seen[0].weekday(), last + 1, 7)
    return {week: counts[week] for week in (_week(seen[0].fromordinal(step)) for step in steps)}


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _plain(question: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in question.lower()).split())

"""The strictest support checker: word for word. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.support.model import Support

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ENDS = re.compile(r"[.!?\u2026][\"\u201d\u2019')]*$")


class VerbatimSupport:
    """A `SupportChecker`: a passage supports exactly the sentences that it holds. Fit for the extractive writer."""

    def judge(self, claim: str, passage: str) -> Support:
        """Supported when the claim is a whole sentence, or several, of the passage; else neither."""
        if _holds(passage, claim):
            return Support(label="supported", score=1.0, contradiction=0.0, reason="it stands there word for word")
        return Support(label="neither", score=0.0, contradiction=0.0, reason="it does not stand there word for word")

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        """As `judge`, for each pair."""
        judged = [self.judge(claim, passage) for claim, passage in pairs]
        if progress is not None:
            progress(len(judged), len(judged))
        return judged


class VerifiedSupport(VerbatimSupport):
    """As `VerbatimSupport`, and for sentences in other words that were verified already (bot/writing/verifying.py)."""

    def __init__(self, verified: Iterable[str]) -> None:
        self._verified = frozenset(verified)

    def judge(self, claim: str, passage: str) -> Support:
        """Supported when it was verified or stands there word for word."""
        if claim in self._verified:
            return Support(label="supported", score=1.0, contradiction=0.0, reason="it was verified before")
        return super().judge(claim, passage)

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        """As `judge`, for each pair."""
        if progress is not None:
            progress(len(pairs), len(pairs))
        return [self.judge(claim, passage) for claim, passage in pairs]


def _holds(passage: str, claim: str) -> bool:
    """Whether the claim stands in the passage from the start of a sentence to the end of one."""
    start = passage.find(claim) if claim else -1
    while start >= 0:
        before, after = passage[:start].rstrip(), passage[start + len(claim) :]
        opens = not before or (bool(_ENDS.search(before)) and passage[start - 1].isspace())
        closes = not after.strip() or (bool(_ENDS.search(claim)) and after[0].isspace())
        if opens and closes:
            return True
        start = passage.find(claim, start + 1)
    return False

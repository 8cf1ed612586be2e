"""What a support checker is asked and what it says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SupportLabel = Literal["supported", "contradicted", "neither"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A judgement. `score` (0 to 1) is the estimated probability of `supported`; `contradiction` likewise.

    `reason` says, in words that a person can check against the passage, what weighed most.
    """

    label: SupportLabel
    score: float
    contradiction: float
    reason: str


class SupportChecker(Protocol):
    """Says whether a passage supports a claim, contradicts it, or does neither. Safe to use from several threads.

    The passage is running text of one or more sentences. Below its own confidence a checker says `neither`.
    """

    def judge(self, claim: str, passage: str) -> Support:
        """The judgement on one claim."""
        ...

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> Sequence[Support]:
        """The judgements on (claim, passage) pairs, in their order. `progress` is told (done, of) pairs."""
        ...

"""Which expected facts a reply states: by meaning, and strictly by number and negation."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Protocol

from knowledge.numbers import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

STATED_FROM = 0.6
"""Cosine of a fact and a sentence from which the sentence states it (how it was chosen: docs/evals.md)."""

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|cannot|nothing|neither|nor|without|avoid|unlikely|stop|"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have)n['\u2019]?t)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]\s+|\s+but\s+", re.IGNORECASE)


class Encoder(Protocol):
    """Gives texts unit vectors, shape (texts, dimension)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of `texts`."""
        ...


class MeaningFinder:
    """Facts against sentences by the cosine of their meaning.

    A fact is stated when a sentence, a clause of one, or two sentences that follow each other are near it (cosine at
    least `STATED_FROM`) and negate exactly when it does, and when the reply holds every number of it.
    """

    def __init__(self, encoder: Encoder, threshold: float = STATED_FROM) -> None:
        self._encoder = encoder
        self._threshold = threshold

    def found(self, facts: Sequence[str], sentences: Sequence[str]) -> tuple[bool, ...]:
        """For each fact, whether the sentences state it."""
        if not facts or not sentences:
            return (False,) * len(facts)
        windows = _windows(sentences)
        vectors = self._encoder.encode([*facts, *windows])
        cosines = vectors[: len(facts)] @ vectors[len(facts) :].T
        whole = " ".join(sentences)
        return tuple(
            not missing_numbers(fact, whole)
            and any(
                cosine >= self._threshold and _same_polarity(fact, window)
                for cosine, window in zip(row, windows, strict=True)
            )
            for fact, row in zip(facts, cosines, strict=True)
        )


def negations(text: str) -> int:
    """How many negating words a text holds."""
    return len(_NEGATION.findall(text))


def _windows(sentences: Sequence[str]) -> list[str]:
    """Sentences, neighbours together, and the clauses of sentences ("not X, but Y" says two things)."""
    pairs = [f"{one} {two}" for one, two in itertools.pairwise(sentences)]
    clauses = [part.strip() for sentence in sentences for part in _CLAUSE.split(sentence)]
    return list(dict.fromkeys([*sentences, *pairs, *(part for part in clauses if len(part.split()) >= 3)]))


def _same_polarity(fact: str, window: str) -> bool:
    return bool(negations(fact)) == bool(negations(window))

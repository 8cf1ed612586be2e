"""The similarity stage: may raise an alert where no rule did, by likeness to exemplars; it never lowers one.

A kernel machine over sentence vectors, trained from `exemplars/*.yaml` by `python -m evals.similarity`
(docs/decisions/0007). Pure: the encoder is handed in, and a stage without one does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from bot.triage.model import Alert, Assessment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import UrgentCategory

Vectors = np.ndarray[Any, np.dtype[np.float32]]
WEIGHTS = Path(__file__).parent / "exemplars" / "weights.npz"
PART_MARGIN = 0.4
"""How much surer a part of a message must be than the whole: out of its story much sounds graver than it is."""
SHORT, SHORT_MARGIN = 4, 0.35
"""Fewer words than this say little ("got it", "tell him?"): they must be so much surer."""
_MOST_WINDOWS = 24
_LONGEST_WHOLE = 80
_CHILD = frozenset({"poisoning_child", "infant_dehydration", "ill_child", "swallowed_object"})


class Encoder(Protocol):
    """Vectors of unit length for texts, as one float32 array of shape (len(texts), dimension)."""

    def __call__(self, texts: list[str]) -> Vectors:
        """The vectors of `texts`. May raise whatever the model raises: then the rules stand alone."""
        ...


@dataclass(frozen=True, kw_only=True)  # without slots: it keeps what it computes once
class Weights:
    """A trained decision: the exemplars that decide, how much each pulls, and which kind of danger a vector is nearest.

    `exemplars` is (n, dimension), `pull` (n,), positive towards danger; an exemplar's say falls with its distance, at
    the rate `gamma`. An alert needs a score of `threshold`. `kinds` are (category, kind), `kind_matrix` is (kinds,
    dimension). `model` is the identity of the embedding model that the vectors are from, `digest` that of the files.
    """

    exemplars: Vectors
    pull: Vectors
    offset: float
    gamma: float
    threshold: float
    kinds: tuple[tuple[str, str], ...]
    kind_matrix: Vectors
    kind_bias: Vectors
    model: str
    digest: str

    def scores(self, vectors: Vectors) -> Vectors:
        """How dangerous each vector reads, shape (len(vectors),). Vectors have unit length."""
        squared = np.maximum(1 + self._lengths - 2 * vectors @ self.exemplars.T, 0)
        return cast("Vectors", np.exp(-self.gamma * squared) @ self.pull + self.offset)

    def kind(self, vector: Vectors) -> tuple[str, str]:
        """The (category, kind) of danger that a vector is nearest."""
        return self.kinds[int((self.kind_matrix @ vector + self.kind_bias).argmax())]

    @cached_property
    def _lengths(self) -> Vectors:
        return cast("Vectors", np.einsum("ij,ij->i", self.exemplars, self.exemplars))


def load_weights(path: Path = WEIGHTS) -> Weights:
    """The packaged weights.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not what training writes.
    """
    with np.load(path, allow_pickle=False) as held:
        return Weights(
            exemplars=held["exemplars"].astype(np.float32) * held["scale"],
            pull=held["pull"],
            offset=float(held["offset"]),
            gamma=float(held["gamma"]),
            threshold=float(held["threshold"]),
            kinds=tuple((str(category), str(kind)) for category, kind in held["kinds"]),
            kind_matrix=held["kind_matrix"],
            kind_bias=held["kind_bias"],
            model=str(held["model"]),
            digest=str(held["digest"]),
        )


class SimilarityTriage:
    """Raises what reads like danger though no rule knows its words."""

    def __init__(self, weights: Weights, encode: Encoder) -> None:
        self._weights = weights
        self._encode = encode

    def review(self, assessments: Sequence[Assessment]) -> list[Assessment]:
        """The same assessments, with an alert where one is like the exemplars. One encoding for all of them."""
        cut = [windows(assessment.sentences) if assessment.alert is None else [] for assessment in assessments]
        texts = [text for each in cut for text in each]
        if not texts:
            return list(assessments)
        vectors = self._encode(texts)
        reviewed, at = [], 0
        for assessment, each in zip(assessments, cut, strict=True):
            reviewed.append(self._raised(assessment, each, vectors[at : at + len(each)]))
            at += len(each)
        return reviewed

    def _raised(self, assessment: Assessment, texts: Sequence[str], vectors: Vectors) -> Assessment:
        if not len(vectors):
            return assessment
        scores = self._weights.scores(vectors)
        scores[1:] -= PART_MARGIN
        scores -= np.array([SHORT_MARGIN if len(text.split()) < SHORT else 0.0 for text in texts], dtype=np.float32)
        worst = int(scores.argmax())
        if scores[worst] < self._weights.threshold:
            return assessment
        category, kind = self._weights.kind(vectors[worst])
        alert = Alert(
            category=cast("UrgentCategory", category),
            kind=kind,
            rule="similarity",
            reason="Reads like the exemplars of this danger.",
            minor=assessment.minor or kind in _CHILD,
            third_party=category == "third_party",
        )
        return replace(assessment, alert=alert)


def windows(sentences: Sequence[str]) -> list[str]:
    """What is compared of a message: the whole (or its end, where it is long), its sentences, and each with the next.

    Last sentences first: what matters often comes after a long story.
    """
    whole = " ".join(". ".join(sentences).split()[-_LONGEST_WHOLE:])
    pairs = [f"{left}. {right}" for left, right in pairwise(sentences)]
    return list(dict.fromkeys(text for text in (whole, *sentences[::-1], *pairs[::-1]) if text))[:_MOST_WINDOWS]

"""Fuses what each field and the words say of the passages near a question into one score. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from knowledge.passages import Field

_TOPIC_BEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What counts how much. Chosen on the evals' dev split with `python -m evals.ablation` (docs/decisions/0009).

    `heading`, `asked_as`, `sentence` and `lexical` add up to 1. `topic` is how much of a passage's score its topic's
    three best passages decide: a fitting topic beats a stray hit. `who` is how much more (as a share of its score) a
    passage counts that cites WHO: of two that fit alike, WHO's word goes first. `glossary`: look the question up in
    plain words too.
    """

    heading: float = 0.25
    asked_as: float = 0.40
    sentence: float = 0.20
    lexical: float = 0.15
    topic: float = 0.15
    who: float = 0.03
    glossary: bool = True

    def of(self, field: Field) -> float:
        """The weight of a field's cosine."""
        return {"heading": self.heading, "asked_as": self.asked_as, "sentence": self.sentence}[field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """One field's find: each passage's best cosine and the text that reached it; `floor` is the last cosine."""

    best: dict[int, tuple[float, str]]
    floor: float


def fuse(
    chosen: Sequence[int],
    fields: Mapping[Field, Near],
    lexical: NDArray[np.float32],
    topics: Sequence[str],
    cites_who: NDArray[np.bool_],
    weights: Weights,
) -> NDArray[np.float64]:
    """One score for each chosen passage (see `candidates`), in their order.

    A late fusion: the weighted sum of the passage's best cosine in each field (the field's floor where it was not
    found) and of its BM25 score relative to the best one, smoothed with its topic's. `lexical`, `topics` and
    `cites_who` hold the BM25 score and the topic of every passage, and whether it cites WHO.
    """
    fused = np.asarray(weights.lexical * lexical[list(chosen)] / max(float(lexical.max()), 1e-9), dtype=np.float64)
    for field, near in fields.items():
        cosines = np.array([near.best.get(position, (near.floor, ""))[0] for position in chosen])
        fused = fused + weights.of(field) * cosines
    smoothed = _smoothed(fused, [topics[position] for position in chosen], weights.topic)
    return smoothed * (1 + weights.who * cites_who[list(chosen)])


def candidates(fields: Mapping[Field, Near], lexical: NDArray[np.float32], depth: int = 100) -> list[int]:
    """The passages that some field found, and the `depth` best by their words, in order of position."""
    seen = {position for near in fields.values() for position in near.best}
    best = np.argpartition(-lexical, min(depth, len(lexical) - 1))[:depth]
    return sorted(seen | {int(i) for i in best if lexical[i] > 0})


def _smoothed(fused: NDArray[np.float64], topics: Sequence[str], share: float) -> NDArray[np.float64]:
    scores: dict[str, list[float]] = {}
    for score, topic in zip(fused, topics, strict=True):
        scores.setdefault(topic, []).append(float(score))
    best = {topic: sorted(each)[-_TOPIC_BEST:] for topic, each in scores.items()}
    level = {topic: sum(each) / len(each) for topic, each in best.items()}
    return (1 - share) * fused + share * np.array([level[topic] for topic in topics])

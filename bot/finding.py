"""Finds what the guidance says to a question, and to each part of one that asks several things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.abstention import ANSWER_FROM, confidence
from bot.subject import subjects
from knowledge.model import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.retrieval import Retriever

HITS = 10
MAX_PARTS = 4
CARRIED = 0.8
"""Score, relative to the best hit's, from which a passage of the topic carried over goes first."""
SPEAKS_AMONG = 5
"""Best passages of which one topic must speak of what the question names."""
_MIN_WORDS = 3

_BETWEEN = re.compile(
    r"\?+\s*|;\s*|\n+|\s*,?\s+(?:and also|and then|and|also|plus|but)\s+"
    r"(?=(?:how|what|whats|why|when|where|which|who|can|could|do|does|did|is|are|am|should|shall|will|would|if|whether)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found for one query; `confidence` (0 to 1) that the hits answer it."""

    query: str
    hits: list[Hit]
    confidence: float
    unknown: bool = False
    """Whether the query names a thing that none of the topics found speaks of."""

    @property
    def covered(self) -> bool:
        """Whether the guidance answers the query."""
        return self.confidence >= ANSWER_FROM and not self.unknown


class Finder:
    """Looks queries up in a library; `keep` leaves out the hits that may not be answered from."""

    def __init__(self, library: Retriever, keep: Callable[[list[Hit]], list[Hit]]) -> None:
        self._library = library
        self._keep = keep

    def find(self, query: str, topic: str = "") -> Finding:
        """The best passages for one query; those of a `topic` (a title) that was carried over go first if near."""
        hits = self._keep(self._library.search(query, HITS))
        if topic and hits:
            near = [hit for hit in hits if hit.passage.guidance_title == topic and hit.score >= CARRIED * hits[0].score]
            hits = [*near, *(hit for hit in hits if hit not in near)]
        return Finding(
            query=query,
            hits=hits,
            confidence=confidence(hits, self._library.foreignness(query)),
            unknown=self._is_unknown(query, hits),
        )

    def find_parts(self, whole: Finding) -> list[Finding]:
        """What was found for each thing that the question asks; only `whole` when it asks one thing.

        A part may lean on the topic of the whole ("… and can it be cured"), so it is looked up with and without it.
        """
        parts = split_parts(whole.query)
        if len(parts) == 1 or not whole.hits:
            return [whole]
        topic = whole.hits[0].passage.guidance_title
        return [self._better(self.find(part), self.find(f"{topic}: {part}")) for part in parts]

    def _is_unknown(self, query: str, hits: Sequence[Hit]) -> bool:
        found = [hit.passage for hit in hits[:SPEAKS_AMONG]]
        return not all(self._library.speaks_of(each, found) for each in subjects(self._library.plainly(query)))

    def _better(self, alone: Finding, in_topic: Finding) -> Finding:
        return in_topic if _score(in_topic.hits) >= _score(alone.hits) else alone


def split_parts(text: str) -> list[str]:
    """The questions in a message, at most `MAX_PARTS`; the whole text when it asks one thing."""
    parts = [part.strip(" ,.") for part in _BETWEEN.split(text) if part and len(part.split()) >= _MIN_WORDS]
    return parts if 1 < len(parts) <= MAX_PARTS else [text]


def _score(hits: Sequence[Hit]) -> float:
    return hits[0].score if hits else 0.0

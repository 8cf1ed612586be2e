"""Finds, for a sentence, the source paragraph that best supports it: by the rare words that both hold. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import Stemmer

from knowledge.numbers import missing_numbers
from knowledge.source_check import shared_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from knowledge.model import Guidance, SourcedSentence

WEAK = 0.45
"""Share of a sentence's words, weighted by rarity, below which a paragraph hardly supports it."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A paragraph of a source and how much of the sentence it holds (0 to 1)."""

    url: str
    paragraph: str
    score: float


class Evidence:
    """The paragraphs of sources, by their URL."""

    def __init__(self, paragraphs: Mapping[str, Sequence[str]]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._paragraphs = {url: [(text, self._stems(text)) for text in texts] for url, texts in paragraphs.items()}
        self._frequency = Counter(stem for texts in self._paragraphs.values() for _, stems in texts for stem in stems)
        self._size = sum(len(texts) for texts in self._paragraphs.values())

    def has(self, url: str) -> bool:
        """Whether any paragraph of this page is at hand."""
        return bool(self._paragraphs.get(url))

    def best(self, sentence: str, urls: Sequence[str]) -> Support | None:
        """The paragraph of these pages that holds most of the sentence; None when none of the pages is at hand."""
        words = self._stems(sentence)
        weights = {stem: math.log(1 + (self._size + 1) / (self._frequency[stem] + 0.5)) for stem in words}
        whole = sum(weights.values()) or 1.0
        found = [
            Support(url=url, paragraph=text, score=sum(weights[stem] for stem in words & stems) / whole)
            for url in urls
            for text, stems in self._paragraphs.get(url, ())
        ]
        return max(found, key=lambda support: (support.score, -len(support.paragraph)), default=None)

    def text(self, urls: Sequence[str]) -> str:
        """All the words of these pages."""
        return "\n".join(text for url in urls for text, _ in self._paragraphs.get(url, ()))

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(self._stemmer.stemWords(_WORD.findall(text.lower())))


def objections(text: Guidance, sentence: SourcedSentence, wording: str, evidence: Evidence) -> list[str]:
    """Why a wording may not be accepted: its address, numbers or words are at odds with its sources."""
    sources = [text.source(source_id) for source_id in sentence.source_ids]
    urls = [source.url for source in sources]
    found = [f"source {source.id} has no address yet; fill it in" for source in sources if ".invalid/" in source.url]
    whole = evidence.text(urls)
    if whole:
        if missing := missing_numbers(wording, whole):
            found.append(f"{', '.join(f'{number:g}' for number in missing)} does not stand in the source")
        if run := shared_run(wording, whole):
            found.append(f"copies the source ({run!r}); use your own words")
    return found

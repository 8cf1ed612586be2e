"""The lexical index: BM25 (bm25s) over stemmed words (PyStemmer) of the same passages that have vectors."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np
import Stemmer

from knowledge.glossary import is_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.model import Passage

EVERYDAY, OFTEN = 4, 12
"""Passages from which a word that they hold is no rare one: a word of the dictionary, and any other."""
COMMON = 0.06
"""Share of the texts from which a word that they hold tells no topic from another."""
ALIKE = 5
"""Letters that two stems must share from their beginning to be taken for forms of one word."""
_QUESTIONS = 64
"""Questions whose words are kept at hand: ten passages are compared with each."""
_STOPWORDS = "en"
_LETTERS = re.compile(r"[^\W\d_][\w'-]*")


class WordIndex:
    """BM25 scores of a question against texts (`k1` and `b` as in Robertson and Zaragoza 2009)."""

    def __init__(self, texts: Sequence[str], *, k1: float = 1.5, b: float = 0.75) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._size = len(texts)
        tokens = self._tokenize(list(texts))
        self._index = bm25s.BM25(k1=k1, b=b)
        self._index.index(tokens, show_progress=False)
        self._document_frequency: dict[str, int] = {}
        for document in tokens:
            for token in set(document):
                self._document_frequency[token] = self._document_frequency.get(token, 0) + 1
        self._tokens = [frozenset(document) for document in tokens]
        self._weighted = lru_cache(_QUESTIONS)(self._weigh)

    def scores(self, question: str) -> NDArray[np.float32]:
        """BM25 score of each text, shape (texts,); zeros when no word of the question is known."""
        words = [word for word in self._tokenize([question])[0] if word in self._document_frequency]
        if not words:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(words), dtype=np.float32)

    def coverage(self, question: str, position: int) -> float:
        """Share of the question's words that a text holds, each weighted by its rarity; 0 to 1.

        A word that no text holds weighs as much as the rarest: it is what the guidance does not talk about.
        """
        weights = self._weighted(question)
        if not weights:
            return 0.0
        held = sum(weight for word, weight in weights.items() if word in self._tokens[position])
        return held / sum(weights.values())

    def rare_words(self, text: str) -> dict[str, str]:
        """The words of a text, by stem, that few of the texts hold: what it is about, and no everyday word."""
        words = {stem: word for word in _LETTERS.findall(text) for stem in self._tokenize([word])[0] if len(stem) > 2}
        return {
            stem: word
            for stem, word in words.items()
            if self._document_frequency.get(stem, 0) < (EVERYDAY if is_known(word) else OFTEN)
        }

    def share_a_word(self, one: str, other: str) -> bool:
        """Whether two texts have a word (stem) in common, other than those that many texts hold ("disease")."""
        shared = set(self._tokenize([one])[0]).intersection(self._tokenize([other])[0])
        return any(self._document_frequency.get(stem, 0) <= max(COMMON * self._size, 1) for stem in shared)

    def held(self, positions: Sequence[int], stems: set[str]) -> set[str]:
        """Those of the stems that these texts hold, or a stem that begins alike ("epileptic", "epilepsy")."""
        there = set().union(*(self._tokens[position] for position in positions))
        starts = {stem[:ALIKE] for stem in there if len(stem) >= ALIKE}
        return {stem for stem in stems if stem in there or (len(stem) >= ALIKE and stem[:ALIKE] in starts)}

    def _weigh(self, question: str) -> dict[str, float]:
        """The question's words, each with its rarity."""
        return {word: self._rarity(word) for word in dict.fromkeys(self._tokenize([question])[0])}

    def _rarity(self, word: str) -> float:
        """Inverse document frequency, as in BM25."""
        frequency = self._document_frequency.get(word, 0)
        return float(np.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5)))

    def _tokenize(self, texts: list[str]) -> list[list[str]]:
        tokens: Any = bm25s.tokenize(
            texts, stopwords=_STOPWORDS, stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return [list(document) for document in tokens]


class LexicalIndex(WordIndex):
    """BM25 scores of a question against every passage, question wordings (`asked_as`) included."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        super().__init__([_document(passage) for passage in passages])


def _document(passage: Passage) -> str:
    """The title counts twice: it names the topic, which sentences that stand alone often repeat anyway."""
    return " ".join([passage.guidance_title, passage.guidance_title, passage.section, passage.text, *passage.asked_as])

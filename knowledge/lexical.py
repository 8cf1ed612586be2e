"""The lexical index: BM25 (bm25s) over stemmed words (PyStemmer) of the same passages that have vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np
import Stemmer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.model import Passage

_STOPWORDS = "en"


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
        words = set(self._tokenize([question])[0])
        if not words:
            return 0.0
        weights = {word: self._rarity(word) for word in words}
        held = sum(weight for word, weight in weights.items() if word in self._tokens[position])
        return held / sum(weights.values())

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

"""The searchable library: one finished build, opened for reading. Hybrid search, dense and lexical, fused."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

from knowledge.errors import LibraryDamaged
from knowledge.lexical import LexicalIndex
from knowledge.model import Hit, Passage
from knowledge.passages import Field, IndexedText, indexed_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import SentenceEmbeddings
    from knowledge.vectors import CollectionReader

DENSE_WEIGHT = 0.6
FIELD_WEIGHTS: dict[Field, float] = {"text": 1.0, "heading": 1.0, "asked_as": 1.0, "sentence": 0.95}
NEAREST = 150
"""Vectors looked at for one question; a passage has about a dozen, so this reaches a few dozen passages."""

_PASSAGES = TypeAdapter(list[Passage])
_MANIFEST_PAGE = 500
"""The passages themselves are kept in the collection, in pages of JSON: a build is one thing in one place."""


class Library:
    """An open build. Safe to search from several threads: nothing in it changes."""

    def __init__(self, fingerprint: str, reader: CollectionReader, embeddings: SentenceEmbeddings) -> None:
        self.fingerprint = fingerprint
        self._reader = reader
        self._embeddings = embeddings
        self.passages = read_manifest(reader)
        self._texts: dict[str, IndexedText] = {text.id: text for text in indexed_texts(self.passages)}
        self._lexical = LexicalIndex(self.passages)
        held, expected = reader.count(), len(self._texts) + _manifest_pages(self.passages)
        if held != expected:
            message = f"the library holds {held} vectors instead of {expected}"
            raise LibraryDamaged(f"{message}; run 'citewell knowledge build'")

    def search(self, question: str, count: int = 10) -> list[Hit]:
        """The `count` best passages for a question, best first.

        Scores are a convex combination of min-max-normalised cosine and BM25 (Bruch, Gai and Ingber 2023,
        arXiv 2210.11934), so they rank within one question; `Hit.similarity` compares between questions.

        Raises:
            LibraryDamaged: the build cannot be read any more.
        """
        vector = self._embeddings.encode([question])[0]
        dense, matched = self._dense(vector)
        lexical = self._lexical.scores(question)
        candidates = sorted(dense.keys() | {int(i) for i in np.argsort(-lexical)[:NEAREST] if lexical[i] > 0})
        if not candidates:
            return []
        by_meaning = _min_max([dense.get(position, min(dense.values(), default=0.0)) for position in candidates])
        by_words = _min_max([float(lexical[position]) for position in candidates])
        fused = DENSE_WEIGHT * by_meaning + (1 - DENSE_WEIGHT) * by_words
        best = np.argsort(-fused, kind="stable")[:count]
        return [
            Hit(
                passage=self.passages[candidates[i]],
                score=float(fused[i]),
                similarity=dense.get(candidates[i], 0.0),
                coverage=self._lexical.coverage(question, candidates[i]),
                matched=matched.get(candidates[i], ""),
            )
            for i in best
        ]

    def sentence_similarities(self, question: str, passage: Passage) -> list[float]:
        """Cosine (-1 to 1) of the question and each sentence of the passage, in the passage's order."""
        position = next(i for i, candidate in enumerate(self.passages) if candidate.id == passage.id)
        texts = [sentence.text for sentence in self.passages[position].sentences]
        vectors = self._embeddings.encode([question, *texts])
        return [float(similarity) for similarity in vectors[1:] @ vectors[0]]

    def _dense(self, vector: NDArray[np.float32]) -> tuple[dict[int, float], dict[int, str]]:
        """Best weighted cosine of each passage near the question, and the text that reached it."""
        best: dict[int, float] = {}
        matched: dict[int, str] = {}
        count = min(NEAREST, len(self._texts))
        for key, similarity in self._reader.nearest(vector, count):
            text = self._texts.get(key)
            if text is None:
                continue
            weighted = FIELD_WEIGHTS[text.field] * similarity
            if weighted > best.get(text.passage, -1.0):
                best[text.passage], matched[text.passage] = weighted, text.text
        return best, matched


def write_manifest(passages: Sequence[Passage]) -> dict[str, str]:
    """The manifest's documents by id: every passage as JSON, a few hundred a document."""
    pages = [passages[start : start + _MANIFEST_PAGE] for start in range(0, len(passages), _MANIFEST_PAGE)]
    return {_manifest_id(number): _PASSAGES.dump_json(list(page)).decode() for number, page in enumerate(pages)}


def read_manifest(reader: CollectionReader) -> list[Passage]:
    """The passages of a collection. Raises: LibraryDamaged when its manifest is absent or does not read."""
    passages: list[Passage] = []
    for number in itertools.count():
        key = _manifest_id(number)
        document = reader.documents([key]).get(key)
        if document is None:
            break
        try:
            passages.extend(_PASSAGES.validate_json(document))
        except ValueError:
            raise LibraryDamaged(
                "the library's list of passages does not read; run 'citewell knowledge build'"
            ) from None
    if not passages:
        raise LibraryDamaged("the library's list of passages is missing; run 'citewell knowledge build'")
    return passages


def _manifest_pages(passages: Sequence[Passage]) -> int:
    return -(-len(passages) // _MANIFEST_PAGE)


def _manifest_id(page: int) -> str:
    return f"manifest-{page:05d}"


def _min_max(values: list[float]) -> NDArray[np.float64]:
    """Scaled to 0..1; all zeros when there is nothing to tell apart."""
    array = np.asarray(values, dtype=np.float64)
    low, high = array.min(), array.max()
    return (array - low) / (high - low) if high > low else np.zeros_like(array)

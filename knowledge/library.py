"""The searchable library: one finished build, opened for reading. Hybrid search, dense and lexical, fused."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

from knowledge.errors import LibraryDamaged
from knowledge.foreign import NOT_COVERED, REQUESTS, group_of
from knowledge.lexical import LexicalIndex
from knowledge.model import Hit, Passage
from knowledge.passages import FIELDS, FOREIGN, Field, IndexedText, indexed_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from knowledge.embedding import SentenceEmbeddings
    from knowledge.vectors import BuildReader

FIELD_WEIGHTS: dict[Field, float] = {"heading": 0.25, "asked_as": 0.40, "sentence": 0.20}
LEXICAL_WEIGHT = 0.15
TOPIC_WEIGHT = 0.15
"""How much of a passage's score its topic's three best passages decide: a fitting topic beats a stray hit."""
NEAREST = 100
_FOREIGN_NEAREST, _REQUESTS_NEAREST = 3, 2
_NEAR_STATEMENTS = 16
"""Vectors looked at in each field for one question."""

_PASSAGES = TypeAdapter(list[Passage])
MANIFEST_FIELD: Field = "heading"
_MANIFEST_PAGE = 500
"""The passages themselves are kept in the collection, in pages of JSON: a build is one thing in one place."""


class Library:
    """An open build. Safe to search from several threads: nothing in it changes."""

    def __init__(self, fingerprint: str, reader: BuildReader, embeddings: SentenceEmbeddings) -> None:
        self.fingerprint = fingerprint
        self._reader = reader
        self._embeddings = embeddings
        self.passages = read_manifest(reader)
        self._texts: dict[str, IndexedText] = {text.id: text for text in indexed_texts(self.passages)}
        self._lexical = LexicalIndex(self.passages)
        self._last: tuple[str, NDArray[np.float32]] | None = None
        held, expected = reader.count(), len(self._texts) + _manifest_pages(self.passages)
        if held != expected:
            message = f"the library holds {held} vectors instead of {expected}"
            raise LibraryDamaged(f"{message}; run 'citewell knowledge build'")

    def search(self, question: str, count: int = 10) -> list[Hit]:
        """The `count` best passages for a question, best first.

        The score is a late fusion across fields: a weighted sum of the passage's best cosine in each field and of its
        BM25 score relative to the best one, smoothed with its topic's (weights: docs/decisions/0005).

        Raises:
            LibraryDamaged: the build cannot be read any more.
        """
        vector = self._vector(question)
        fields = {field: self._nearest(field, vector) for field in FIELDS}
        lexical = self._lexical.scores(question)
        seen = {position for near in fields.values() for position in near.best}
        candidates = sorted(seen | {int(i) for i in np.argsort(-lexical)[:NEAREST] if lexical[i] > 0})
        if not candidates:
            return []
        fused = np.asarray(LEXICAL_WEIGHT * lexical[candidates] / max(float(lexical.max()), 1e-9), dtype=np.float64)
        for field, near in fields.items():
            cosines = np.array([near.best.get(position, (near.floor, ""))[0] for position in candidates])
            fused = fused + FIELD_WEIGHTS[field] * cosines
        fused = self._smoothed(fused, candidates)
        best = np.argsort(-fused, kind="stable")[:count]
        return [self._hit(question, candidates[i], float(fused[i]), fields) for i in best]

    def near_texts(self, wordings: Sequence[str]) -> list[NearText]:
        """The statements (myths, their wordings, vetted sentences) nearest a claim in any of its wordings, best first.

        Questions that head a section or ask for one say nothing by themselves and are left out.
        """
        best: dict[str, float] = {}
        for vector in self._embeddings.encode(list(wordings)):
            for field in FIELDS:
                kept = 0
                for key, cosine in self._reader.nearest(field, vector, NEAREST):
                    text = self._texts.get(key)
                    if text is None or (field != "sentence" and not self.passages[text.passage].myth):
                        continue
                    best[key] = max(cosine, best.get(key, -1.0))
                    kept += 1
                    if kept == _NEAR_STATEMENTS:
                        break
        ranked = sorted(best.items(), key=lambda pair: -pair[1])
        return [NearText.of(self._texts[key], self.passages, cosine) for key, cosine in ranked]

    def sentence_similarities(self, question: str, passage: Passage) -> list[float]:
        """Cosine (-1 to 1) of the question and each sentence of the passage, in the passage's order."""
        vectors = self._embeddings.encode([question, *(sentence.text for sentence in passage.sentences)])
        return [float(similarity) for similarity in vectors[1:] @ vectors[0]]

    def foreignness(self, question: str) -> float:
        """Mean cosine (-1 to 1) of the three nearest questions that the guidance is known not to answer."""
        near = self._foreign(question, NOT_COVERED)[:_FOREIGN_NEAREST]
        return sum(cosine for _, cosine in near) / max(len(near), 1)

    def is_off_topic(self, question: str) -> bool:
        """Whether most of the nearest questions that the guidance does not answer are not about health at all."""
        groups = [group for group, _ in self._foreign(question, NOT_COVERED)[:_FOREIGN_NEAREST]]
        return 2 * groups.count("other_matters") > len(groups)

    def nearest_request(self, question: str) -> tuple[str, float]:
        """Which of `REQUESTS` the question is nearest to, and the mean cosine (-1 to 1) of that group's two nearest."""
        level: dict[str, float] = {}
        for group in REQUESTS:
            near = self._foreign(question, (group,))[:_REQUESTS_NEAREST]
            level[group] = sum(cosine for _, cosine in near) / _REQUESTS_NEAREST
        return max(level.items(), key=lambda pair: pair[1])

    def _foreign(self, question: str, groups: Sequence[str]) -> list[tuple[str, float]]:
        """The nearest foreign questions of these groups: (group, cosine), best first."""
        near = self._reader.nearest(FOREIGN, self._vector(question), NEAREST)
        return [(group_of(key), cosine) for key, cosine in near if group_of(key) in groups]

    def _vector(self, question: str) -> NDArray[np.float32]:
        """The question's vector; the last one is kept, because one question is looked up more than once."""
        kept = self._last
        if kept is None or kept[0] != question:
            kept = self._last = (question, self._embeddings.encode([question])[0])
        return kept[1]

    def _nearest(self, field: Field, vector: NDArray[np.float32]) -> _Near:
        """The passages near the question in one field."""
        best: dict[int, tuple[float, str]] = {}
        floor = 0.0
        for key, cosine in self._reader.nearest(field, vector, NEAREST):
            text = self._texts.get(key)
            if text is None:
                continue
            floor = cosine
            best.setdefault(text.passage, (cosine, text.text))
        return _Near(best=best, floor=floor)

    def _smoothed(self, fused: NDArray[np.float64], candidates: list[int]) -> NDArray[np.float64]:
        topics: dict[str, list[float]] = {}
        for score, position in zip(fused, candidates, strict=True):
            topics.setdefault(self.passages[position].guidance_id, []).append(float(score))
        level = {topic: sum(sorted(scores)[-3:]) / min(3, len(scores)) for topic, scores in topics.items()}
        whole = np.array([level[self.passages[position].guidance_id] for position in candidates])
        return (1 - TOPIC_WEIGHT) * fused + TOPIC_WEIGHT * whole

    def _hit(self, question: str, position: int, score: float, fields: dict[Field, _Near]) -> Hit:
        similarity, matched = max(near.best.get(position, (0.0, "")) for near in fields.values())
        return Hit(
            passage=self.passages[position],
            score=score,
            similarity=similarity,
            coverage=self._lexical.coverage(question, position),
            matched=matched,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NearText:
    """One indexed text near a claim: a myth, one of its wordings, or a vetted sentence; `similarity` is a cosine."""

    passage: Passage
    field: Field
    text: str
    similarity: float

    @classmethod
    def of(cls, indexed: IndexedText, passages: Sequence[Passage], similarity: float) -> NearText:
        """The indexed text with its passage."""
        return cls(passage=passages[indexed.passage], field=indexed.field, text=indexed.text, similarity=similarity)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Near:
    """One field's find: each passage's best cosine and the text that reached it; `floor` is the last cosine."""

    best: dict[int, tuple[float, str]]
    floor: float


def manifest_pages(passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """The manifest's documents with their ids: every passage as JSON, a few hundred a document, one at a time."""
    for number, start in enumerate(range(0, len(passages), _MANIFEST_PAGE)):
        yield _manifest_id(number), _PASSAGES.dump_json(list(passages[start : start + _MANIFEST_PAGE])).decode()


def read_manifest(reader: BuildReader) -> list[Passage]:
    """The passages of a collection. Raises: LibraryDamaged when its manifest is absent or does not read."""
    passages: list[Passage] = []
    for number in itertools.count():
        document = reader.document(MANIFEST_FIELD, _manifest_id(number))
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

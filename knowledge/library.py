"""The searchable library: one finished build, opened for reading. Hybrid search, dense and lexical, fused."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from knowledge.errors import LibraryDamaged
from knowledge.foreign import NOT_COVERED, REQUESTS, group_of
from knowledge.fusion import Near, Weights, candidates, fuse
from knowledge.glossary import Speller, glossary, is_known
from knowledge.lexical import LexicalIndex
from knowledge.model import Hit, Passage
from knowledge.passages import FIELDS, FOREIGN, Field, IndexedText, indexed_texts, text_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.embedding import SentenceEmbeddings
    from knowledge.vectors import BuildReader

NEAREST = 100
"""Vectors looked at in each field for one question."""
HITS = 10
"""Passages that a search ranks at least: one question is looked up more than once, for one passage and for ten."""
REMEMBERED = 256
"""Questions, and passages' sentence vectors, kept in memory from one question to the next."""
_FOREIGN_NEAREST, _REQUESTS_NEAREST = 3, 2
_NEAR_STATEMENTS = 16

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
        self._weights = Weights()
        self.passages = read_manifest(reader)
        self._texts: dict[str, IndexedText] = {text.id: text for text in indexed_texts(self.passages)}
        self._topics = [passage.guidance_id for passage in self.passages]
        self._cites_who = np.array([any(source.is_who for source in each.sources) for each in self.passages])
        self._lexical = LexicalIndex(self.passages)
        self._speller = Speller([text for passage in self.passages for text in (passage.text, *passage.asked_as)])
        self._remember()
        held, expected = reader.count(), len(self._texts) + _manifest_pages(self.passages)
        if held != expected:
            message = f"the library holds {held} vectors instead of {expected}"
            raise LibraryDamaged(f"{message}; run 'citewell knowledge build'")

    def weighing(self, weights: Weights) -> Library:
        """The same library with other weights."""
        other = copy.copy(self)
        other._weights = weights
        other._remember()
        return other

    def _remember(self) -> None:
        """Begin to keep what was looked up last, in this build and with these weights: people ask the same."""
        self._looked_up = lru_cache(REMEMBERED)(self._look_up)
        self._sentence_vectors = lru_cache(REMEMBERED)(self._read_sentence_vectors)

    def search(self, question: str, count: int = 10) -> list[Hit]:
        """The `count` best passages for a question, best first.

        The score is a late fusion of fields and words (`knowledge.fusion`).

        Raises:
            LibraryDamaged: the build cannot be read any more.
        """
        lookup = self._looked_up(question)
        if lookup.hits is None or (len(lookup.hits) < count and len(lookup.hits) == lookup.depth):
            lookup.depth = max(count, HITS)
            lookup.hits = self._ranked(lookup, lookup.depth)
        return lookup.hits[:count]

    def _ranked(self, lookup: _Lookup, count: int) -> list[Hit]:
        fields = {field: self._nearest(field, lookup.vectors) for field in FIELDS}
        lexical = np.max([self._lexical.scores(wording) for wording in lookup.wordings], axis=0)
        chosen = candidates(fields, lexical)
        if not chosen:
            return []
        fused = fuse(chosen, fields, lexical, self._topics, self._cites_who, self._weights)
        best = np.argsort(-fused, kind="stable")[:count]
        return [self._hit(lookup, chosen[i], float(fused[i]), fields) for i in best]

    def near_texts(self, wordings: Sequence[str]) -> list[NearText]:
        """The statements (myths, their wordings, vetted sentences) nearest a claim in any of its wordings, best first.

        Questions that head a section or ask for one say nothing by themselves and are left out.
        """
        best: dict[str, float] = {}
        for vector in self._embeddings.encode(list(wordings)):
            for field in FIELDS:
                kept = 0
                for key, cosine in self._reader.nearest(field, vector[None], NEAREST)[0]:
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
        """Cosine (-1 to 1) of the question, in its better wording, and each sentence, in the passage's order."""
        known = self._sentence_vectors(passage)
        return [float(cosine) for cosine in (known @ self._looked_up(question).vectors.T).max(axis=1)]

    def _read_sentence_vectors(self, passage: Passage) -> NDArray[np.float32]:
        """The vectors of a passage's sentences, in its order."""
        texts = [sentence.text for sentence in passage.sentences]
        ids = {text: text_id(passage.id, "sentence", text) for text in texts}
        stored = self._reader.vectors("sentence", list(ids.values()))
        vectors = [stored.get(ids[text]) for text in texts]
        missing = [text for text, vector in zip(texts, vectors, strict=True) if vector is None]  # heads its section too
        encoded = iter(self._embeddings.encode(missing)) if missing else iter(())
        return np.stack([next(encoded) if vector is None else vector for vector in vectors])

    def plainly(self, question: str) -> str:
        """The question in plain words: slang, texting and misspellings replaced."""
        return self._looked_up(question).wordings[-1]

    def speaks_of(self, subject: str, passages: Sequence[Passage]) -> bool:
        """Whether the topic of one of the passages speaks of the subject.

        It holds every word of it that is not an everyday one. Of a subject that names the topic itself ("ptsd
        guaranteed") only the words that no dictionary has must be held as well ("plantar fasciitis").
        """
        rare = self._lexical.rare_words(subject)
        strange = {stem for stem, word in rare.items() if not is_known(word)}
        titles = {passage.guidance_id: passage.guidance_title for passage in passages}
        return not rare or any(
            (strange if self._lexical.share_a_word(subject, title) else set(rare))
            <= self._lexical.held([n for n, own in enumerate(self._topics) if own == topic], set(rare))
            for topic, title in titles.items()
        )

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
        lookup = self._looked_up(question)
        if lookup.foreign is None:
            keys, vectors = self._foreign_questions
            cosines = (vectors @ lookup.vectors.T).max(axis=1)
            nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
            lookup.foreign = [(group_of(keys[i]), float(cosines[i])) for i in nearest]
        return [(group, cosine) for group, cosine in lookup.foreign if group in groups]

    @cached_property
    def _foreign_questions(self) -> tuple[list[str], NDArray[np.float32]]:
        """Every foreign question's key and vector: a few hundred, so that comparing all is quicker than an index."""
        return self._reader.everything(FOREIGN)

    def _look_up(self, question: str) -> _Lookup:
        """The question in both wordings."""
        plain = self._speller.repaired(glossary().in_plain_words(question)) if self._weights.glossary else question
        wordings = [question] if plain.lower() == question.lower() else [question, plain]
        return _Lookup(wordings, self._embeddings.encode(wordings))

    def _nearest_ids(self, field: str, vectors: NDArray[np.float32]) -> list[tuple[str, float]]:
        """The nearest ids to any of the vectors, each with its best cosine, best first."""
        first, *others = self._reader.nearest(field, vectors, NEAREST)
        if not others:
            return first
        best = dict(first)
        for near in others:
            for key, cosine in near:
                best[key] = max(cosine, best.get(key, -1.0))
        return sorted(best.items(), key=lambda pair: -pair[1])

    def _nearest(self, field: Field, vectors: NDArray[np.float32]) -> Near:
        """The passages near the question, in any of its wordings, in one field."""
        best: dict[int, tuple[float, str]] = {}
        floor = 0.0
        for key, cosine in self._nearest_ids(field, vectors):
            text = self._texts.get(key)
            if text is None:
                continue
            floor = cosine
            best.setdefault(text.passage, (cosine, text.text))
        return Near(best=best, floor=floor)

    def _hit(self, lookup: _Lookup, position: int, score: float, fields: dict[Field, Near]) -> Hit:
        similarity, matched = max(near.best.get(position, (0.0, "")) for near in fields.values())
        return Hit(
            passage=self.passages[position],
            score=score,
            similarity=similarity,
            coverage=max(self._lexical.coverage(wording, position) for wording in lookup.wordings),
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


@dataclass(slots=True)
class _Lookup:
    """One question, as asked and in plain words where that differs, with a vector each (shape (wordings, dimension)).

    `hits` are the best `depth` passages, and `foreign` the nearest questions that the guidance does not answer, each
    once somebody has asked for them.
    """

    wordings: list[str]
    vectors: NDArray[np.float32]
    hits: list[Hit] | None = None
    depth: int = 0
    foreign: list[tuple[str, float]] | None = None


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

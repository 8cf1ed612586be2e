"""Samples that tests share: a fake embedding that carries meaning, and guidance texts to break."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import Stemmer

from knowledge.embedding import SentenceEmbeddings
from knowledge.model import Hit, Passage, Source, SourcedSentence, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


class BagOfWords(SentenceEmbeddings):
    """A fake embedding that carries meaning: texts that share word stems are near each other.

    `encoded` counts the texts it was asked for, so that a test can tell what was embedded anew.
    """

    def __init__(self) -> None:
        super().__init__("bag-of-words")
        self.encoded = 0
        self._stemmer = Stemmer.Stemmer("english")

    @property
    def dimension(self) -> int:
        return 512

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.encoded += len(texts)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        vector[0] = 0.05
        for word in "".join(c if c.isalnum() else " " for c in text.lower()).split():
            stem = self._stemmer.stemWord(word)
            weight = 0.2 if len(stem) < 4 else 1.0
            vector[int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4], "big") % self.dimension] += weight
        return vector / np.linalg.norm(vector)


HEAD = """---
id: {id}
title: {title}
topics: [test]
language: en
sources:
  - id: who-{id}
    title: {title}
    publisher: World Health Organization
    url: https://www.who.int/news-room/fact-sheets/detail/{id}
    published: null
    accessed: 2025-07-28
    licence: CC BY-NC-SA 3.0 IGO
review:
  status: source-checked
  checked_on: {checked_on}
  due: {due}
  sign_offs: []
myths: {myths}
---
"""


def section(heading: str, sentences: Sequence[str], asked_as: Sequence[str]) -> str:
    """One section of a guidance file."""
    asked = "\n".join(f"- {asked}" for asked in asked_as)
    return f"## {heading}\nasked_as:\n{asked}\n\n" + "\n".join(sentences) + "\n\n"


def two_sections(topic: str) -> str:
    """Two good sections, about what a topic is and when to get help for it."""
    source = f"who-{topic}"
    return section(
        f"What is a {topic}?",
        [f"A {topic} makes a body hotter than normal. [{source}]", f"Most {topic}s pass on their own. [{source}]"],
        [f"what does a {topic} mean {n}" for n in ("really", "for me", "in short", "at my age", "please", "exactly")],
    ) + section(
        f"When should I get help for a {topic}?",
        [
            f"See a health worker when a {topic} lasts 3 days. [{source}]",
            f"Babies with a {topic} need help. [{source}]",
        ],
        [f"should I go to a clinic with this {topic} {n}" for n in ("now", "today", "later", "again", "soon", "first")],
    )


def passage(topic: str, sentences: Sequence[str], *, heading: str = "", myth: Verdict | None = None) -> Passage:
    """A passage with one source, as the library would hold it."""
    source = Source(
        id=f"who-{topic}",
        title=topic.capitalize(),
        publisher="World Health Organization",
        url=f"https://www.who.int/news-room/fact-sheets/detail/{topic}",
        published=None,
        accessed=date(2025, 7, 28),
        licence="CC BY-NC-SA 3.0 IGO",
    )
    heading = heading or f"What is {topic}?"
    return Passage(
        id=f"en:{topic}:{heading}",
        text=" ".join(sentences),
        section=heading,
        guidance_id=topic,
        guidance_title=topic.capitalize(),
        topics=("test",),
        sentences=tuple(SourcedSentence(text=text, source_ids=(source.id,)) for text in sentences),
        sources=(source,),
        asked_as=(),
        language="en",
        checked_on=date(2026, 1, 1),
        due=date(2036, 1, 1),
        content_hash="0" * 64,
        myth=myth,
    )


class FakeRetriever:
    """A retriever over given passages: words in common with the question decide, as in `BagOfWords`."""

    def __init__(self, *passages: Passage) -> None:
        self.passages = list(passages)
        self.asked: list[str] = []
        self.foreign = 0.3
        self.off_topic = False
        self.request = ("dose_request", 0.0)
        self.silent_on: tuple[str, ...] = ()
        self._embeddings = BagOfWords()

    def search(self, question: str, count: int = 10) -> list[Hit]:
        self.asked.append(question)
        scored = [(self._similarity(question, found), found) for found in self.passages]
        best = sorted(scored, key=lambda pair: -pair[0])[:count]
        return [Hit(passage=found, score=score, similarity=score, coverage=score) for score, found in best]

    def plainly(self, question: str) -> str:
        return question

    def speaks_of(self, subject: str, passages: Sequence[Passage]) -> bool:
        return subject not in self.silent_on

    def foreignness(self, question: str) -> float:
        return self.foreign

    def is_off_topic(self, question: str) -> bool:
        return self.off_topic

    def nearest_request(self, question: str) -> tuple[str, float]:
        return self.request

    def sentence_similarities(self, question: str, passage: Passage) -> list[float]:
        vectors = self._embeddings.encode([question, *(sentence.text for sentence in passage.sentences)])
        return [float(value) for value in vectors[1:] @ vectors[0]]

    def _similarity(self, question: str, found: Passage) -> float:
        one, other = self._embeddings.encode([question, f"{found.guidance_title} {found.section}"])
        return float(one @ other)

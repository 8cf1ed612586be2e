"""What the knowledge package deals in: sources, guidance texts, passages and search hits.

Pure data, no I/O. Everything here is frozen, so a value can be shared between threads and tasks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

Verdict = Literal["true", "false", "misleading"]
ReviewStatus = Literal["draft", "source-checked", "clinically-reviewed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that guidance rests on; `id` is unique within one guidance file and stable across files."""

    id: str
    title: str
    publisher: str
    url: str
    published: date | None
    accessed: date
    licence: str

    @property
    def is_who(self) -> bool:
        """Whether the page is WHO's own."""
        return f".{urlsplit(self.url).hostname}".endswith(".who.int")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedSentence:
    """One vetted sentence and the ids of the sources that support it (at least one)."""

    text: str
    source_ids: tuple[str, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question and its answer: 2 to 6 sentences, each able to stand alone."""

    heading: str
    asked_as: tuple[str, ...]
    sentences: tuple[SourcedSentence, ...]
    grade_reason: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Myth:
    """A claim that circulates, our verdict on it and the sentences that correct (or confirm) it."""

    claim: str
    verdict: Verdict
    because: tuple[SourcedSentence, ...]
    asked_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A named reviewer's approval, bound to the text's hash: editing the text voids it."""

    name: str
    role: str
    signed_on: date
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How far a guidance text has been checked, when, and when it must be checked again."""

    status: ReviewStatus
    checked_on: date
    due: date
    sign_offs: tuple[SignOff, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SayInstead:
    """Advice on wording for creators: pairs to swap, and what not to say or show."""

    prefer: tuple[tuple[str, str], ...] = ()
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """One topic's guidance file, loaded and valid."""

    id: str
    title: str
    topics: tuple[str, ...]
    language: str
    sources: tuple[Source, ...]
    review: Review
    myths: tuple[Myth, ...]
    say_instead: SayInstead
    sections: tuple[Section, ...]
    path: str
    text_hash: str = ""

    @property
    def valid_sign_offs(self) -> tuple[SignOff, ...]:
        """The sign-offs that were given to this very text."""
        return tuple(sign_off for sign_off in self.review.sign_offs if sign_off.text_hash == self.text_hash)

    @property
    def void_sign_offs(self) -> tuple[SignOff, ...]:
        """The sign-offs that a later edit made void."""
        return tuple(sign_off for sign_off in self.review.sign_offs if sign_off.text_hash != self.text_hash)

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises: KeyError when the file does not list it."""
        for source in self.sources:
            if source.id == source_id:
                return source
        raise KeyError(source_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The unit of retrieval: one section of one guidance text, or one of its myths."""

    id: str
    text: str
    section: str
    guidance_id: str
    guidance_title: str
    topics: tuple[str, ...]
    sentences: tuple[SourcedSentence, ...]
    sources: tuple[Source, ...]
    asked_as: tuple[str, ...]
    language: str
    checked_on: date
    due: date
    content_hash: str
    myth: Verdict | None = None

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises: KeyError when no sentence of the passage cites it."""
        for source in self.sources:
            if source.id == source_id:
                return source
        raise KeyError(source_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that retrieval found.

    `score` (0 to 1) is the fused rank within this one question. `similarity` (cosine, -1 to 1, of the closest of the
    passage's texts, `matched`) and `coverage` (0 to 1, share of the question's words that the passage holds, by
    rarity) can be compared between questions.
    """

    passage: Passage
    score: float
    similarity: float = 0.0
    coverage: float = 0.0
    matched: str = ""


def content_hash(*parts: str) -> str:
    """SHA-256 over the parts, hex; parts are length-prefixed so that no two lists collide."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()

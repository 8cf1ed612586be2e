"""Splits guidance into passages, and passages into the texts that are indexed for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from knowledge.model import Guidance, Myth, Passage, Source, SourcedSentence, content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SPLITTER_VERSION = "3"
"""Part of a build's fingerprint: raise it when the same guidance would be split or indexed in another way."""

Field = Literal["heading", "asked_as", "sentence"]
FIELDS: tuple[Field, ...] = get_args(Field)
FOREIGN = "foreign"
"""Beside the fields of the passages, a build indexes the questions that the guidance does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedText:
    """One text that gets a vector. `passage` is the position of its passage in the build's list."""

    id: str
    passage: int
    field: Field
    text: str


def passages_of(texts: Iterable[Guidance]) -> list[Passage]:
    """One passage for each section and each myth, in file order."""
    return [passage for text in texts for passage in _passages(text)]


def indexed_texts(passages: Iterable[Passage]) -> Iterator[IndexedText]:
    """What is embedded for each passage: its question, the ways people ask it, and each sentence.

    An id is the hash of its text, field and passage, so that an unchanged text keeps its id from build to build.
    """
    for position, passage in enumerate(passages):
        for field, text in _fields(passage):
            yield IndexedText(id=text_id(passage.id, field, text), passage=position, field=field, text=text)


def text_id(passage_id: str, field: Field, text: str) -> str:
    """The id of an indexed text."""
    return content_hash(passage_id, field, text)[:32]


def count_indexed_texts(passages: Iterable[Passage]) -> int:
    """How many texts `indexed_texts` gives, without making them."""
    return sum(1 for passage in passages for _ in _fields(passage))


def _fields(passage: Passage) -> Iterator[tuple[Field, str]]:
    seen: set[str] = set()
    candidates: list[tuple[Field, str]] = [
        ("heading", passage.section),
        *(("asked_as", asked) for asked in passage.asked_as),
        *(("sentence", sentence.text) for sentence in passage.sentences),
    ]
    for field, text in candidates:
        if text not in seen:
            seen.add(text)
            yield field, text


def _passages(text: Guidance) -> Iterator[Passage]:
    taken: set[str] = set()
    for section in text.sections:
        yield _passage(
            text, _unique(slug(section.heading), taken), section.heading, section.asked_as, section.sentences
        )
    for myth in text.myths:
        name = _unique("myth-" + slug(myth.claim), taken)
        yield _passage(text, name, myth.claim, myth.asked_as, myth.because, myth)


def _passage(
    text: Guidance,
    name: str,
    heading: str,
    asked_as: tuple[str, ...],
    sentences: tuple[SourcedSentence, ...],
    myth: Myth | None = None,
) -> Passage:
    cited = {source_id for sentence in sentences for source_id in sentence.source_ids}
    sources = tuple(source for source in text.sources if source.id in cited)
    body = " ".join(sentence.text for sentence in sentences)
    return Passage(
        id=f"{text.language}:{text.id}:{name}",
        text=body,
        section=heading,
        guidance_id=text.id,
        guidance_title=text.title,
        topics=text.topics,
        sentences=sentences,
        sources=sources,
        asked_as=asked_as,
        language=text.language,
        checked_on=text.review.checked_on,
        due=text.review.due,
        content_hash=_hash(text, heading, asked_as, sentences, sources, myth),
        myth=myth.verdict if myth else None,
    )


def _hash(
    text: Guidance,
    heading: str,
    asked_as: tuple[str, ...],
    sentences: tuple[SourcedSentence, ...],
    sources: tuple[Source, ...],
    myth: Myth | None,
) -> str:
    """Over everything that a reader or the index would see differently."""
    return content_hash(
        text.title,
        ",".join(text.topics),
        heading,
        *asked_as,
        *(f"{sentence.text} {sentence.source_ids}" for sentence in sentences),
        *(f"{source.id} {source.url} {source.title} {source.published}" for source in sources),
        str(text.review.checked_on),
        str(text.review.due),
        myth.verdict if myth else "",
    )


def wording_hash(passage: Passage) -> str:
    """Over what a reader of an answer is told: sentences, their sources, a verdict. Dates and `asked_as` do not count.

    `recall` compares it, so that a text checked again without a change recalls nothing.
    """
    return content_hash(
        *(f"{sentence.text} {sentence.source_ids}" for sentence in passage.sentences),
        *(f"{source.id} {source.url}" for source in passage.sources),
        passage.myth or "",
    )


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, at most 60 characters."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:60].rstrip("-")


def _unique(name: str, taken: set[str]) -> str:
    number = 2
    candidate = name
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    taken.add(candidate)
    return candidate

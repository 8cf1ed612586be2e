"""The cited fact at the end of an urgent reply, read from the packaged guidance: it needs neither index nor model."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.model import Citation, Sentence

if TYPE_CHECKING:
    from knowledge.model import Passage

LANGUAGE = "en"
"""The language of the facts: a reply in another language ends without one."""


class _Place(BaseModel):
    """Where a fact stands; `words` are some of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guidance: str
    section: str
    words: str


def first_aid(kind: str, language: str) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """One sentence of guidance for this kind of danger, with its citations; empty where there is none at hand."""
    place = _places().get(kind) if language == LANGUAGE else None
    passage = _passage(place.guidance, place.section) if place else None
    if place is None or passage is None:
        return (), ()
    sourced = next((each for each in passage.sentences if place.words in each.text), None)
    if sourced is None:
        return (), ()
    sources = [source for source in passage.sources if source.id in sourced.source_ids]
    citations = tuple(
        Citation(marker=marker, passage=passage, source=source, quote=sourced.text)
        for marker, source in enumerate(sources, 1)
    )
    markers = tuple(citation.marker for citation in citations)
    return (Sentence(text=sourced.text, markers=markers),), citations


def places() -> dict[str, tuple[str, str, str]]:
    """For each kind of danger that has a fact: the guidance, its section, and words of the sentence."""
    return {kind: (place.guidance, place.section, place.words) for kind, place in _places().items()}


@lru_cache(maxsize=1)
def _places() -> dict[str, _Place]:
    text = (files("bot.triage") / "replies" / "facts.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, _Place]).validate_python(yaml.load(text, Loader=yaml.CSafeLoader))


@lru_cache(maxsize=64)
def _passage(guidance: str, section: str) -> Passage | None:
    """The passage of a section; None when the text has been taken out or cannot be read: the alert does not wait."""
    from knowledge.errors import KnowledgeError
    from knowledge.guidance import GUIDANCE_DIR, read_guidance
    from knowledge.passages import passages_of

    try:
        text = read_guidance(GUIDANCE_DIR / LANGUAGE / f"{guidance}.md", GUIDANCE_DIR)
    except (KnowledgeError, OSError):
        return None
    return next((passage for passage in passages_of([text]) if passage.section == section), None)

"""Asks back when a message can be read in more than one way and the readings would be answered differently."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.model import Clarification
from bot.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.model import Hit

CHOICES = 3
NEAR = 0.92
"""Score of another topic's best passage, relative to the best one, from which a bare name may mean that topic too."""
BARE_WORDS = 3
DANGLING_WORDS = 9
_ARTICLES = frozenset({"a", "the", "my"})

_WORD = re.compile(r"[a-z][a-z'-]*")
_POINTER = re.compile(r"\b(?:it|this|that|they|them|these|those)\b")


@cache
def general_words() -> frozenset[str]:
    """Words that name nothing by themselves ("it", "contagious"), from `general_words.txt`; read once."""
    return frozenset((Path(__file__).parent / "general_words.txt").read_text(encoding="utf-8").split())


def clarify(text: str, hits: Sequence[Hit], *, first: bool) -> Clarification | None:
    """A question back with its choices, or None when the message can be answered as it stands.

    `first` says that nothing was said before that "it" could point to.
    """
    words = _WORD.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    choices = _choices(hits)
    if not words or len(choices) < 2:
        return None
    if first and len(words) <= DANGLING_WORDS and _POINTER.search(text.lower()) and general_words().issuperset(words):
        return _ask_back("clarify_what", choices)
    near = _choices([hit for hit in hits if hit.score >= NEAR * hits[0].score])
    if len(words) <= BARE_WORDS and not general_words().intersection(words) - _ARTICLES and len(near) > 1:
        return _ask_back("clarify_which", near)
    return None


def _ask_back(phrase: str, choices: tuple[str, ...]) -> Clarification:
    return Clarification(
        text="\n".join([phrases()[phrase], *(f"- {choice}" for choice in choices)]), suggestions=choices
    )


def _choices(hits: Sequence[Hit]) -> tuple[str, ...]:
    """One question of each topic found, best first."""
    headings: dict[str, str] = {}
    for hit in hits:
        if not hit.passage.myth:
            headings.setdefault(hit.passage.guidance_id, hit.passage.section)
    return tuple(headings.values())[:CHOICES]

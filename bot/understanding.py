"""Turns a follow-up ("and for teens?") into a stand-alone question, from the conversation so far. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval import Retriever

NAMED = 0.6
"""Cosine from which a follow-up is taken to name its own topic, and so to change the subject."""

_OPENERS = re.compile(
    r"^(?:and|but|so|ok(?:ay)?|also|then|what about|how about|what if|wdym|why|how come|really|is that|does that|"
    r"how long|how much|how often|where|when|who|"
    r"even|still|only|same|no|sorry|i mean|i meant|i said|i'?m asking)\b",
    re.IGNORECASE,
)
_POINTERS = re.compile(
    r"\b(?:it|its|it's|that|he|him|his|she|her|hers|they|them|their|those|these|"
    r"this(?! (?:week|month|morning|year|time|summer|winter))|"
    r"the (?:first|second|same) one)\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:(?:no|sorry|oops|wait|actually|i mean|i meant|i said|i'?m asking about)[\s,.!:]+)+(?P<meant>.+?)"
    r"(?:[\s,]+(?:not|instead of|rather than)\s+(?P<said>[\w ]+?))?[\s.!?]*$",
    re.IGNORECASE,
)
"""\"no I meant herpes\", \"sorry, C not B\": what was meant, and what had been said instead of it."""
_WORD = re.compile(r"[a-z0-9']+")
_SHORT = 4
_LONG = 14
"""Words from which a message tells its own story, whatever it points back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A question that stands alone. `about` is the topic's title when it was carried over, else ''."""

    query: str
    about: str = ""


def understand(text: str, turns: Sequence[str], retriever: Retriever) -> Understood:
    """Resolve `text` against the earlier questions of the conversation, oldest first.

    Each turn either names its topic or carries on with the one before it.
    """
    topic, before = "", ""
    understood = Understood(query=text)
    for said in (*turns, text):
        turn = corrected(said, before)
        named = names_topic(turn, retriever)
        if topic and not named and leans_on_context(turn):
            link = before if len(_WORD.findall(turn.lower())) <= _SHORT else ""
            understood = Understood(query=f"{topic}: {link} {turn}".replace("  ", " "), about=topic)
        else:
            understood = Understood(query=turn)
            topic = named or _nearest_topic(turn, retriever)
        before = turn
    return understood


def corrected(text: str, before: str) -> str:
    """The earlier question with what was meant in place of what was said, when `text` corrects it; else `text`."""
    found = _CORRECTION.match(text.strip())
    if not before or not found or len(_WORD.findall(text.lower())) > _LONG:
        return text
    meant, said = found["meant"].strip(" ,"), found["said"]
    if said and re.search(rf"\b{re.escape(said)}\b", before, re.IGNORECASE):
        return re.sub(rf"\b{re.escape(said)}\b", lambda _: meant, before, flags=re.IGNORECASE)
    return f"{before} {meant}"


def leans_on_context(text: str) -> bool:
    """True when a message does not stand alone: it opens like a continuation, points back, or is very short."""
    words = _WORD.findall(text.lower())
    if len(words) > _LONG:
        return False
    return bool(_OPENERS.match(text.strip())) or bool(_POINTERS.search(text)) or len(words) <= _SHORT


def names_topic(text: str, retriever: Retriever) -> str:
    """The title of a topic that the text names by a word of its title, or ''; of several, the one it is about."""
    said = f" {' '.join(_WORD.findall(text.lower()))} "
    titles = dict.fromkeys(passage.guidance_title for passage in retriever.passages)
    named = [title for title in titles if any(f" {name} " in said for name in _names(title))]
    if len(named) < 2:
        return "".join(named)
    found = (hit.passage.guidance_title for hit in retriever.search(text, 10))
    return next((title for title in found if title in named), named[0])


@lru_cache(maxsize=4096)
def _names(title: str) -> list[str]:
    """The title and its parts: "HPV and cervical cancer" is named by "hpv" too."""
    whole = " ".join(_WORD.findall(title.lower()))
    parts = [" ".join(_WORD.findall(part)) for part in re.split(r"\band\b|[(),:/]", title.lower())]
    return [name for name in dict.fromkeys([whole, *parts]) if len(name) > 2]


def _nearest_topic(text: str, retriever: Retriever) -> str:
    hits = retriever.search(text, 1)
    return hits[0].passage.guidance_title if hits and hits[0].similarity >= NAMED else ""

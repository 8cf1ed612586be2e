"""Chooses what a brief says: the topic's main facts, in the order in which people ask. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.support.polarity import UNIVERSAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.briefing.model import Audience
    from knowledge.model import Passage

MOST_POINTS = 5
LEAST_POINTS = 3

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            "now",
            r"right now|right away|should i do (?:if|when|right)|emergency|danger signs?|get help (?:fast|now|"
            r"at once)|first aid",
        ),
        (
            "signs",
            r"how (?:would|do|can|will) (?:i|you|people) (?:know|tell|notice)|signs|symptoms|feel like|look like",
        ),
        (
            "spread",
            r"how (?:do|does|can|did) .*(?:get|spread|catch|pass|caught)|what (?:causes?|raises|leads)|why do|"
            r"who (?:is|can|gets)|catch",
        ),
        ("prevent", r"avoid|prevent|protect|safe(?:r|ly)?\b|vaccin|lower (?:my|the|your) risk|stop .* spreading"),
        ("treat", r"treat|cure|help with|what (?:can )?helps|medicines?|manage|recover|cope|ease"),
        ("care", r"when should|see a (?:doctor|health)|get (?:help|care|tested)|test(?:ed|ing|s)?\b|diagnos|where can"),
        ("harm", r"what (?:happens|can happen)|not treated|dangerous|serious|harm|risks? of|problems"),
    )
)
_ORDER = ("what", "signs", "spread", "prevent", "now", "treat", "care", "harm", "other")
_AUDIENCE = {
    "teens": re.compile(r"\b(?:teen|young|adolescen|school|girls?|boys?|partner|sex)\w*", re.IGNORECASE),
    "parents": re.compile(r"\b(?:child|children|bab(?:y|ies)|kids?|parent|infant|newborn|pregnan)\w*", re.IGNORECASE),
}


def choose_sections(passages: Sequence[Passage], audience: Audience) -> list[Passage]:
    """Three to five sections: what it is, then one of each kind of question; the audience's own questions first."""
    sections = [passage for passage in passages if passage.myth is None]
    kinds = {passage.id: kind_of(passage, first=position == 0) for position, passage in enumerate(sections)}
    wanted = _AUDIENCE.get(audience)
    chosen: list[Passage] = []
    for kind in _ORDER:
        here = [passage for passage in sections if kinds[passage.id] == kind]
        if wanted:
            here.sort(key=lambda passage: -len(wanted.findall(f"{passage.section} {passage.text}")))
        chosen += here[:1]
    for passage in sections:
        if len(chosen) >= MOST_POINTS:
            break
        if passage not in chosen:
            chosen.append(passage)
    return sorted(chosen[:MOST_POINTS], key=sections.index)


def kind_of(passage: Passage, *, first: bool = False) -> str:
    """What kind of question a section answers, by its heading; the first section says what the topic is."""
    for kind, pattern in _KINDS:
        if pattern.search(passage.section):
            return "what" if first and kind not in ("now",) else kind
    return "what" if first or passage.section.lower().startswith("what ") else "other"


def leading_myth(passages: Sequence[Passage]) -> Passage | None:
    """The topic's first false myth (authors put the leading one first), else the first misleading one."""
    for verdict in ("false", "misleading"):
        for passage in passages:
            if passage.myth == verdict:
                return passage
    return None


def fallacy_of(myth: Passage) -> str:
    """The kind of mistake in a myth, by its own words: a name in texts.yaml."""
    if myth.myth == "misleading":
        return "partial"
    claim = myth.section
    for name, pattern in (
        ("blame", r"\b(?:weak|lazy|dirty|fault|careless|cheat\w*|attention|curse|promiscu\w*|deserve\w*)\b"),
        ("cure", r"\b(?:cures?|heals?|gets? rid|flush\w*|fix(?:es)?|herb\w*|home remed\w*|natural)\b"),
        ("anecdote", r"\b(?:my (?:friend|aunt|cousin|mate|gran\w*)|know someone|knew someone)\b"),
    ):
        if re.search(pattern, claim, re.IGNORECASE):
            return name
    return "absolute" if UNIVERSAL.search(claim) else "other"

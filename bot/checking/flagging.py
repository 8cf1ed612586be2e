"""Flags what could harm or mislead in how a script speaks, whatever its facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import yaml

from bot.checking.model import Flag, FlagKind
from knowledge.lint import stigma_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.briefing.model import Readability
    from bot.checking.model import CheckedClaim

GRADE = 8.0
"""Flesch-Kincaid grade up to which a script is easy: the reading level that health text for the public should have."""
OPENING = 3
"""Sentences within which the main message should have been said."""
_SOURCE = re.compile(
    r"\b(?:WHO|World Health Organi[sz]ation|CDC|NHS|ministry of health|UNICEF|UNAIDS|source[sd]?|"
    r"according to|study|studies|"
    r"guidelines?|caption|link in|fact sheet)\b"
)
_ACTION = re.compile(
    r"\b(?:ask|talk to|speak to|see a|get (?:tested|checked|help|vaccinated|your|a test|care)|call|check|"
    r"follow|book|visit|"
    r"tell your|wear|go (?:and|to|get)|wash|use|drink|carry|pack|plan|keep|share|save this|look after|wrap|sort out|"
    r"don't (?:wait|leave|mix|share)|sign up|join|start|try|walk|bring|learn|find)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    kind: FlagKind
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    suggestion: str
    rule: str


@cache
def _rules() -> tuple[_Rule, ...]:
    data: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "flags.yaml").read_text(encoding="utf-8"))
    kinds: dict[str, FlagKind] = {kind: kind for kind in get_args(FlagKind)}
    return tuple(
        _Rule(
            kind=kinds[name],
            pattern=_whole_words(entry["pattern"]),
            needs=_whole_words(entry["needs"]) if "needs" in entry else None,
            suggestion=entry["suggestion"],
            rule=entry["rule"],
        )
        for name, entry in data.items()
    )


def _whole_words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def flag(sentences: Sequence[str], claims: Sequence[CheckedClaim], readability: Readability) -> tuple[Flag, ...]:
    """Every flag, in the order of the script; what is missing from it comes last."""
    topic = " ".join(sentences)
    found = [each for sentence in sentences for each in _in_sentence(sentence, topic, claims)]
    return (*found, *_in_whole(sentences, claims, readability))


def _in_sentence(sentence: str, script: str, claims: Sequence[CheckedClaim]) -> Iterator[Flag]:
    for word, say in stigma_in(sentence):
        yield Flag(kind="stigma", text=word, suggestion=f"Say: {say}", rule="Stigmatising word")
    supported = {claim.text for claim in claims if claim.label == "supported"}
    for rule in _rules():
        match = rule.pattern.search(sentence)
        if match is None or (rule.kind == "absolute" and sentence in supported):
            continue
        if rule.needs is not None and not rule.needs.search(sentence) and not _about(rule, script):
            continue
        yield Flag(kind=rule.kind, text=match[0], suggestion=rule.suggestion, rule=rule.rule)


def _about(rule: _Rule, script: str) -> bool:
    """Whether the script as a whole is about the rule's matter: it names it at least twice."""
    return rule.needs is not None and len(rule.needs.findall(script)) >= 2


def _in_whole(sentences: Sequence[str], claims: Sequence[CheckedClaim], readability: Readability) -> Iterator[Flag]:
    factual = [claim for claim in claims if claim.label != "opinion"]
    if factual and not _SOURCE.search(" ".join(sentences)):
        yield Flag(
            kind="missing_source",
            text="",
            suggestion="Name the source in the video or the caption; the citations of this report can serve.",
            rule="CDC Clear Communication Index, item 11 (what authoritative sources know)",
        )
    if readability.grade > GRADE:
        yield Flag(
            kind="reading_grade",
            text=f"grade {readability.grade}",
            suggestion="Use shorter sentences and everyday words.",
            rule="CDC Clear Communication Index, item 7 (words that the audience uses); grade 8 or lower",
        )
    opening = set(sentences[:OPENING])
    if factual and not any(claim.label == "supported" and claim.text in opening for claim in claims):
        yield Flag(
            kind="main_message",
            text="",
            suggestion="Say the one thing to remember, as a supported fact, in the first sentences.",
            rule="CDC Clear Communication Index, items 1 and 2 (one main message, at the beginning)",
        )
    if not any(_ACTION.search(sentence) for sentence in sentences):
        yield Flag(
            kind="call_to_action",
            text="",
            suggestion="Say what viewers can do: whom to ask, where to get tested, what to change.",
            rule="CDC Clear Communication Index, item 5 (a call to action)",
        )

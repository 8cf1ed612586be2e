"""Does a model's sentence agree with the vetted words that it cites? Fails closed: what is not there may not be said.

Pure, and without a model: the sentence may use the words of the vetted text, inflected or in the few ways that mean
the same, and words that say nothing about health. Numbers, names, negation, comparison, reach and groups must be as
they stand there. What it cannot see is a swap of roles ("A causes B", "B causes A").
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.writing.wording import content, is_plain, negations, tokens, words
from knowledge.numbers import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEASURE = re.compile(
    r"\b(?P<number>\d+(?:[.,]\d+)*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|sixty)(?:\s*(?:-|\u2013|to|or|and)\s*\d+(?:[.,]\d+)*)?\s*-?\s*(?:or (?:more|less|fewer) )?"
    r"(?P<unit>%|[a-z\u00b5]+)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(at least|at most|up to|more than|less than|fewer than|no more than|no less than|over|under|above|below|within|"
    r"about|around|nearly|almost|before|after|every|only|by|until|exactly)\s+(?=(?:the\s+|a\s+)?[\d$£€])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_CLAUSE = re.compile(r"[,;:\u2013\u2014]\s+|\s(?=(?:because|so|but|although|though|since|which)\s)", re.IGNORECASE)
LEAST_SHARED = 0.6
"""Share of the words that carry a fact that must stand in the vetted text: a sentence of plain words says nothing."""
_LEANS = re.compile(r"(?:It|They|This|These|Those|That|He|She|Its|Their)\b")
RESTATED = 0.5
"""Share of a clause's words from which a sentence is taken to restate it."""


def objection(sentence: str, vetted: Sequence[str]) -> str:
    """Why the sentence may not be said on the strength of `vetted`, or ''.

    Args:
        sentence: one sentence in English, without markers.
        vetted: the vetted sentences that it restates, the nearest first.
    """
    text = " ".join(vetted)
    restated = " ".join(_restated(sentence, each) for each in vetted)
    if _LEANS.match(sentence) and not _LEANS.match(vetted[0]):
        return "does not stand alone"
    return (
        _numbers(sentence, text)
        or _foreign_words(sentence, text)
        or _negation(sentence, restated)
        or _limits(sentence, restated)
        or _groups(sentence, restated)
    )


def _restated(sentence: str, vetted: str) -> str:
    """The clauses of a vetted sentence that a model's sentence speaks of: it has half of their words, or most."""
    said = frozenset(content(sentence))
    clauses = [clause for clause in _CLAUSE.split(vetted) if clause.strip()]
    shares = [_share(frozenset(content(clause)), said) for clause in clauses]
    best = max(shares, default=0.0)
    return " ".join(clause for clause, share in zip(clauses, shares, strict=True) if share >= min(best, RESTATED))


def _share(wanted: frozenset[str], held: frozenset[str]) -> float:
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _numbers(sentence: str, text: str) -> str:
    """Every number with its unit and its bound ("at least 3 days") as it stands in the vetted text."""
    if missing := missing_numbers(sentence, text):
        return f"states {missing[0]:g}, which the vetted text does not hold there"
    held = {(found["number"].lower(), _unit(found["unit"])) for found in _MEASURE.finditer(text)}
    for match in _MEASURE.finditer(sentence):
        unit = _unit(match["unit"])
        units = {one for number, one in held if number == match["number"].lower()}
        if units and unit not in units and unit not in words().stop and not is_plain(unit):
            return f"gives {match['number']} another unit"
    said, bounds = _bounds(sentence), _bounds(text)
    numbers = set(_DIGITS.findall(sentence))
    if any(pair not in bounds for pair in said) or any(pair not in said for pair in bounds if pair[1] in numbers):
        return "bounds a number differently"
    told = set(tokens(text))
    for amount in words().amounts & set(tokens(sentence)):
        if amount not in told:
            return f"states an amount ({amount}) that the vetted text does not hold there"
    return ""


def _unit(unit: str) -> str:
    return (content(unit) or (unit.lower(),))[0]


def _bounds(text: str) -> list[tuple[str, str]]:
    """Each bounded number: (bound as read, number)."""
    found = []
    for match in _BOUND.finditer(text):
        number = _DIGITS.search(text, match.end())
        if number:
            found.append(((content(match[1]) or (match[1].lower(),))[0], number[0]))
    return found


def _foreign_words(sentence: str, text: str) -> str:
    """A word that carries a fact and stands nowhere in what is cited."""
    held = frozenset(content(text))
    bare = {stem.split("-")[0] for stem in held} | {part for stem in held for part in stem.split("-")}
    for stem in content(sentence):
        if stem in held or stem in bare or is_plain(stem):
            continue
        if "-" in stem and all(part in bare or is_plain(part) for part in stem.split("-")):
            continue
        return f"says “{stem}”, of which the vetted text does not speak there"
    facts = [stem for stem in content(sentence) if not is_plain(stem)]
    if sum(stem in content(text) for stem in facts) < LEAST_SHARED * len(facts) or not facts:
        return "says hardly anything that the vetted text says"
    turns, told = Counter(content(sentence)), Counter(content(text))
    for stem in words().turns:
        if turns[stem] > told[stem]:
            return f"says “{stem}” more often than the vetted text"
    return ""


def _negation(sentence: str, restated: str) -> str:
    """As many negations as the vetted words that it restates."""
    return (
        ""
        if negations(sentence) == negations(restated)
        else "negates what the vetted text does not, or the other way round"
    )


def _limits(sentence: str, restated: str) -> str:
    """What limits the vetted statement (some, may, only, if …) may not be left out."""
    said = Counter(content(sentence))
    for limit, times in Counter(content(restated)).items():
        if limit in words().limits and said[limit] < times:
            return f"leaves out “{limit}”"
    return ""


def _groups(sentence: str, restated: str) -> str:
    """It speaks of the same people."""
    said, held = (Counter(stem for stem in content(text) if stem in words().groups) for text in (sentence, restated))
    fewer = set(held) - set(said)
    return "speaks of other people" if said - held or (fewer and "you" not in tokens(sentence)) else ""

"""Finds the numbers in a sentence, in digits or words, so that two texts can be compared by value.

Used by the linter (sentence against source) and by grounding (sentence against passage). Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
"""`one` is left out: it is mostly a pronoun ("no one", "this one")."""

_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_FRACTIONS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_THIN_SPACES = dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2008"), " ")
_DIGITS = re.compile(
    r"(?<![\w.])(\d{1,3}(?:[ ,]\d{3})+|\d+)([.\u00b7]\d+)?(?=(?:\s*(hundred|thousand|million|billion)\b)?)",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\b("
    + "|".join(_WORDS)
    + r")(?:[- ]("
    + "|".join(_WORDS)
    + r"))?\b(?=(?:[ -](hundred|thousand|million|billion)\b)?)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"\d+(?:[.,]\d+)*")


def numbers_in(text: str) -> list[frozenset[float]]:
    """The numbers stated in `text`, in order.

    Each number is the set of its readings: "2.5 million" reads as 2.5 and as 2 500 000, "1 500" as 1500, and as
    1 and 500 only if the reader looks for those. Ordinals of dates and names with glued digits ("COVID-19",
    "PM2.5", "B12") are names, not numbers, and are left out.
    """
    text = text.translate(_THIN_SPACES)
    found: list[tuple[int, frozenset[float]]] = []
    for match in _DIGITS.finditer(text):
        if _is_name(text, match.start()):
            continue
        value = float(re.sub(r"[ ,]", "", match[1]) + (match[2] or "").replace("\u00b7", "."))
        found.append((match.start(), _readings(value, match[3])))
    for match in _WORD.finditer(text):
        value = float(_WORDS[match[1].lower()])
        if match[2]:
            value += _WORDS[match[2].lower()]
        found.append((match.start(), _readings(value, match[3])))
    return [readings for _, readings in sorted(found, key=lambda item: item[0])]


def missing_numbers(sentence: str, evidence: str) -> list[float]:
    """The numbers of `sentence` that do not stand in `evidence`, by value; empty when all do.

    The evidence is read generously (glued digits count, thousands may be split by spaces), the sentence strictly:
    a number that is only in the sentence must never pass.
    """
    allowed = _generously(evidence)
    return [max(readings) for readings in numbers_in(sentence) if not readings & allowed]


@lru_cache(maxsize=32)  # a page is looked at for each of its sentences
def _generously(evidence: str) -> frozenset[float]:
    allowed: set[float] = set()
    for readings in numbers_in(evidence):
        allowed |= readings
    flat = evidence.translate(_THIN_SPACES)
    allowed |= {float(piece.replace(",", "")) for piece in _GLUED.findall(flat) if piece.count(".") <= 1}
    for word, value in _FRACTIONS.items():
        if re.search(rf"\b{word}s?\b", flat, re.IGNORECASE):
            allowed |= {value, round(value * 100)}
    return frozenset(allowed)


def _readings(value: float, scale: str | None) -> frozenset[float]:
    if scale is None:
        return frozenset({value})
    return frozenset({value, value * _SCALES[scale.lower()]})


def _is_name(text: str, start: int) -> bool:
    """A number joined to a word by a hyphen ("COVID-19", "ICD-11") is part of a name."""
    return start >= 2 and text[start - 1] in "-\u2011" and text[start - 2].isalpha()

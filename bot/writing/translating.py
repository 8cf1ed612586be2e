"""Puts a verified English answer into the asker's language, and lets through only what still says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import yaml

from bot.language import language_of
from bot.writing.forms import breaks_form
from bot.writing.wording import negations
from knowledge.numbers import missing_numbers, numbers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.grounding import DraftSentence

SAME_MEANING = 0.6
"""Cosine from which a translation is taken to say what the English sentence says (docs/writer.md)."""
_LINE = re.compile(r"^\s*\[(\d{1,2})\]\s*(.+?)\s*$", re.MULTILINE)
_SHORTEST, _LONGEST = 0.15, 4.0
"""Characters of a translation, relative to the English sentence's (Chinese is short, Russian long)."""


class Likeness(Protocol):
    """Compares texts of different languages. `bot.writing.crossing.Crossing` does."""

    def likeness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Cosine of each pair."""
        ...


@cache
def _negations() -> dict[str, re.Pattern[str]]:
    data: dict[str, str] = yaml.safe_load((Path(__file__).parent / "negations.yaml").read_text(encoding="utf-8"))
    return {language: re.compile(pattern, re.IGNORECASE) for language, pattern in data.items()}


def can_check(language: str) -> bool:
    """Whether translations into a language can be checked; where not, answers stay in English."""
    from bot.writing.crossing import LANGUAGES

    return language in LANGUAGES and language in _negations()


def translated(
    answer: Sequence[DraftSentence], reply: str, language: str, likeness: Likeness
) -> list[DraftSentence] | None:
    """The answer in another language, with the same citations; None unless every sentence passes.

    An answer half in one language and half in another helps nobody, so one sentence that fails keeps it in English.
    """
    lines = {int(number): text for number, text in _LINE.findall(reply)}
    if sorted(lines) != list(range(1, len(answer) + 1)):
        return None
    pairs = [(sentence.text, lines[number]) for number, sentence in enumerate(answer, 1)]
    if any(_differs(english, other, language) for english, other in pairs):
        return None
    if any(cosine < SAME_MEANING for cosine in likeness.likeness(pairs)):
        return None
    if language_of(" ".join(lines.values())) != language:
        return None
    return [replace(sentence, text=other) for sentence, (_, other) in zip(answer, pairs, strict=True)]


def _differs(english: str, other: str, language: str) -> bool:
    """A number or negation added or lost, a form that no sentence may have, or a length out of all reason."""
    if breaks_form(other) or not _SHORTEST < len(other) / len(english) < _LONGEST:
        return True
    in_digits = re.sub(r"[^\d.,%\s]", " ", english)
    if missing_numbers(other, english) or (numbers_in(in_digits) and missing_numbers(in_digits, other)):
        return True
    return bool(negations(english)) != bool(_negations()[language].search(other))

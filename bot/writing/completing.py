"""Looks at a model's answer as a whole: it must still answer, and may lose none of the vetted facts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.composing import SAME
from bot.writing.wording import content, is_plain
from knowledge.numbers import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.grounding import DraftSentence

STATED = 0.75
"""Share of a vetted sentence's words that the sentences resting on it must hold between them, to have stated it."""


def complete(own: Sequence[DraftSentence], vetted: Sequence[DraftSentence]) -> list[DraftSentence]:
    """The model's sentences without repeats, and every vetted sentence that they leave out, word for word.

    Danger signs, when to get help, numbers: whatever the extractive answer says is said. A vetted sentence goes where
    it stood: after the sentence that restates the one before it.
    """
    said = _once(own)
    answer = list(said)
    place = 0
    for fact in vetted:
        stating = [number for number, one in enumerate(answer) if _rests_on(one, fact)]
        if stating and states([answer[number] for number in stating], fact):
            place = max(place, stating[-1] + 1)
            continue
        answer = [one for one in answer if not (_rests_on(one, fact) and _within(one.text, fact.text))]
        place = min(place, len(answer))
        answer.insert(place, fact)
        place += 1
    return _once(answer)


def states(sentences: Sequence[DraftSentence], fact: DraftSentence) -> bool:
    """Whether verified sentences that rest on a vetted one say all that it says."""
    text = " ".join(one.text for one in sentences)
    wanted = frozenset(stem for stem in content(fact.text) if not is_plain(stem))
    held = frozenset(content(text))
    covered = len(wanted & held) / len(wanted) if wanted else 1.0
    return covered >= STATED and not missing_numbers(fact.text, text)


def _rests_on(one: DraftSentence, fact: DraftSentence) -> bool:
    quotes = {quote for _, _, quote in fact.rests_on}
    return any(quote in quotes for _, _, quote in one.rests_on)


def _within(text: str, fact: str) -> bool:
    """A sentence that says a part of the fact only is not said beside the whole."""
    return frozenset(content(text)) <= frozenset(content(fact)) | {stem for stem in content(text) if is_plain(stem)}


def _once(sentences: Sequence[DraftSentence]) -> list[DraftSentence]:
    kept: list[DraftSentence] = []
    for one in sentences:
        if not any(fuzz.token_set_ratio(one.text, other.text) >= SAME for other in kept):
            kept.append(one)
    return kept

"""What a text cannot support whatever a model thinks of it: other numbers, the opposite, another organism. Pure."""

from __future__ import annotations

import re

from bot.support.polarity import opposed, read, share, words_of
from bot.support.quantities import number_differs
from knowledge.numbers import missing_numbers

ABOUT_THE_SAME = 0.5
"""Share of the claim's words from which two statements are near enough for their negations to be held against each
other: on our training topics that refuses 29% of what is refuted and 7% of what is true, without it 37% and 14%."""
_ORGANISMS = tuple(
    re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
    for names in (
        r"virus(?:es)?|viral",
        r"bacteri(?:a|um|al)",
        r"fung(?:us|i|al)|yeasts?",
        r"parasit(?:e|es|ic)|worms?|protozoan?s?",
    )
)


def refusal(claim: str, text: str, nearest: str) -> str:
    """Why the text cannot support the claim, in words that a person can check, or "".

    Args:
        claim: one statement.
        text: the whole text that should support it.
        nearest: the sentences of it that come nearest the claim.
    """
    if missing_numbers(claim, text) or number_differs(claim, text):
        return "states a number that the text does not hold"
    near = share(words_of(claim), words_of(nearest)) >= ABOUT_THE_SAME
    if near and opposed(read(claim), read(nearest)) == 1.0:
        return "one of the two denies what the other says"
    named = [bool(kind.search(claim)) for kind in _ORGANISMS]
    held = [bool(kind.search(text)) for kind in _ORGANISMS]
    if any(named) and any(held) and not any(one and other for one, other in zip(named, held, strict=True)):
        return "names another kind of organism than the text"
    return ""

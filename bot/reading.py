"""Cleans what a person typed before anything looks at it. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import InputError

MAX_CHARACTERS = 20_000
"""Longer input is refused at the edges; the platforms' own limits are below it."""
MAX_QUESTION = 1_500
"""Retrieval reads this much of a message; triage reads all of it."""

_BLANKS = re.compile(r"[^\S\n]+")
_KEPT_CONTROLS = "\n\t"


def clean(text: str) -> str:
    """Normalise to NFC, drop control and invisible formatting characters, fold blanks.

    Raises:
        InputError: nothing readable is left.
    """
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    cleaned = "\n".join(_BLANKS.sub(" ", line).strip() for line in visible.splitlines()).strip()
    if not cleaned:
        raise InputError("the question is empty; type a question in plain words")
    return cleaned


def cut(text: str, limit: int = MAX_QUESTION) -> tuple[str, bool]:
    """The first `limit` characters up to a word's end, and whether something was cut off."""
    if len(text) <= limit:
        return text, False
    return text[:limit].rsplit(None, 1)[0], True

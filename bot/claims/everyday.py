"""Everyday names for what the guidance calls otherwise, so that a claim in slang finds its text. Pure."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


@cache
def _names() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "everyday.yaml").read_text(encoding="utf-8"))
    return tuple(
        (re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE), plain) for plain, patterns in table.items()
    )


def in_plain_words(text: str) -> str:
    """The text with everyday names replaced; the same text where there are none."""
    for pattern, plain in _names():
        text = pattern.sub(plain, text)
    return text


def wordings(text: str) -> list[str]:
    """The text as it is and, where that differs, in plain words."""
    plain = in_plain_words(text)
    return [text] if plain == text else [text, plain]

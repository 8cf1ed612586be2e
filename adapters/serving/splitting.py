"""Splits a text into messages at sentence ends, within a limit counted as the platform counts. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SENTENCE_END = re.compile(r"""(?<=[.!?…।。！？؟])["'”’)\]]*(?:\s?\[\d{1,3}\])*\s+(?!\[\d{1,3}\])|\n+""")  # noqa: RUF001
_WORD_END = re.compile(r"\s+(?!\[\d{1,3}\])")


def utf16_units(text: str) -> int:
    """How Telegram counts: UTF-16 code units. Never less than the number of characters, which Discord counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int, measure: Callable[[str], int] = utf16_units) -> list[str]:
    """The text in parts of at most `limit`, cut after a sentence, else between words, else (a single word) anywhere.

    A marker such as [1] stays with its sentence, and a link in one piece as long as it fits into a message at all.
    """
    parts: list[str] = []
    part = ""
    for piece in _pieces(text, limit, measure):
        if part and measure((part + piece).rstrip()) > limit:
            parts.append(part)
            part = ""
        part += piece
    return [part.strip() for part in [*parts, part] if part.strip()]


def _pieces(text: str, limit: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Sentences with what stands between them; a sentence that is too long in words, a word in characters."""
    for sentence in _cut(text, _SENTENCE_END):
        if measure(sentence.rstrip()) <= limit:
            yield sentence
            continue
        for word in _cut(sentence, _WORD_END):
            yield from [word] if measure(word.rstrip()) <= limit else _characters(word, limit, measure)


def _cut(text: str, where: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for match in where.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _characters(word: str, limit: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Runs of as many characters as fit, found by halving."""
    while word:
        low, high = 1, len(word)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if measure(word[:middle]) <= limit else (low, middle - 1)
        yield word[:low]
        word = word[low:]

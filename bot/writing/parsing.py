"""Reads what a model wrote: sentences and the markers after each. Never trusts it: whatever it holds, this returns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_CHARACTERS = 8_000
"""Of a model's answer; what comes after is not read."""
_MARKER = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\s*\]")
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])\s+")
_END = re.compile(
    r"(?<=[.!?])[\"\u201d')]*((?:\s*\[[\d\s,;]{1,20}\])*)[.]?(?=\s|$)|((?:\s*\[[\d\s,;]{1,20}\])+)[.!?]?(?=\s+[A-Z]|\s*$)"
)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|Dr|St|approx|U\.S|No)\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One sentence of a model, without its markers, and the passages that it cites by their numbers in the prompt."""

    text: str
    markers: tuple[int, ...]


def read_sentences(text: str) -> list[Said]:
    """Every sentence, in order. A sentence's markers stand in it, before its full stop or after."""
    clean = unicodedata.normalize("NFC", text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8"))
    return [said for line in clean.splitlines() for said in _in_line(_BULLET.sub("", line))]


def complete_part(text: str) -> tuple[str, str]:
    """What of a stream may be read already, and the rest: a sentence is complete when the next one has begun.

    A bracket begins no sentence: it is a marker that has not wholly come.
    """
    ends = [match.end() for match in _END.finditer(text) if text[match.end() :].strip()[:1] not in ("", "[")]
    cut = max([*ends, text.rfind("\n") + 1, 0])
    return text[:cut], text[cut:]


def _in_line(line: str) -> list[Said]:
    found: list[Said] = []
    start = 0
    for match in _END.finditer(line):
        piece = line[start : match.end()]
        if _ABBREVIATION.search(_MARKER.sub("", piece).rstrip()):
            continue
        found.append(_said(piece))
        start = match.end()
    if line[start:].strip():
        found.append(_said(line[start:]))
    return [said for said in found if any(character.isalnum() for character in said.text)]


def _said(piece: str) -> Said:
    numbers = [int(number) for group in _MARKER.findall(piece) for number in re.split(r"\s*[,;]\s*", group)]
    text = " ".join(_MARKER.sub("", piece).split())
    text = re.sub(r"\s+([.,;!?])", r"\1", text)
    if text and text[-1].isalnum():
        text += "."
    return Said(text=text, markers=tuple(dict.fromkeys(numbers)))

"""The exemplars of the similarity stage, as data: how people speak of danger, and what only sounds like it."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HARMLESS = "harmless.yaml"
_FAMILIES = frozenset({"families.yaml", "harmless_families.yaml"})
_EACH = 4
"""How often a phrase of a family is drawn, each time with other words."""
_SLOT = re.compile(r"\{(\w+)\}")


def sayings() -> Iterator[tuple[str, str, str]]:
    """(category, kind, message) of everything that should raise an alert; the kind is empty where nobody said it."""
    for name in _names():
        if name != _HARMLESS and name not in _FAMILIES:
            yield from _danger(_yaml(name))


def harmless() -> Iterator[str]:
    """What sounds like danger and is not."""
    for lines in _yaml(_HARMLESS)["groups"].values():
        yield from _lines(lines)


def drawn_sayings() -> Iterator[tuple[str, str, str]]:
    """As `sayings`, from families: who and which sign and since when, drawn anew but always the same."""
    held = _yaml("families.yaml")
    for category, kind, phrase in _danger(held):
        for text in _draw(phrase, held["words"]):
            yield category, kind, text


def drawn_harmless() -> Iterator[str]:
    """As `harmless`, from families."""
    held = _yaml("harmless_families.yaml")
    for lines in held["groups"].values():
        for phrase in _lines(lines):
            yield from _draw(phrase, held["words"])


def around(text: str, seed: int) -> str:
    """The message with what people say before and after it, which makes it neither graver nor lighter."""
    words = _yaml("families.yaml")["words"]
    dice = Random(f"{seed} {text}")  # noqa: S311 (drawing exemplars, not secrets)
    return " ".join(f"{dice.choice(words['lead'])} {text}, {dice.choice(words['tail'])}".strip(" ,").split())


def left_out() -> frozenset[str]:
    """Guidance about danger: its ways of asking may come from somebody in danger, so they count for neither side."""
    return frozenset(_yaml(_HARMLESS)["guidance_left_out"])


def digest() -> str:
    """SHA-256 of the exemplars: weights that were trained from others do not fit."""
    whole = hashlib.sha256()
    for name in _names():
        whole.update((files(__name__) / name).read_bytes())
    return whole.hexdigest()


def _danger(held: Any) -> Iterator[tuple[str, str, str]]:
    for category, kinds in held["danger"].items():
        for kind, lines in kinds.items():
            yield from ((category, "" if kind == "any" else kind, line) for line in _lines(lines))


def _draw(phrase: str, words: Mapping[str, list[str]]) -> Iterator[str]:
    for turn in range(_EACH if _SLOT.search(phrase) else 1):
        dice = Random(f"{turn} {phrase}")  # noqa: S311
        drawn = phrase
        while slot := _SLOT.search(drawn):
            drawn = drawn.replace(slot[0], dice.choice(words[slot[1]]), 1)
        yield " ".join(drawn.split())


def _names() -> list[str]:
    return sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".yaml"))


def _yaml(name: str) -> Any:
    return yaml.load((files(__name__) / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]

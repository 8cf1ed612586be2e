"""The exemplars of the similarity stage, as data: how people speak of danger, and what only sounds like it."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS = "harmless.yaml"


def sayings() -> Iterator[tuple[str, str, str]]:
    """(category, kind, message) of everything that should raise an alert; the kind is empty where nobody said it."""
    for name in _names():
        if name != _HARMLESS:
            held = _yaml(name)
            for category, kinds in held["danger"].items():
                for kind, lines in kinds.items():
                    yield from ((category, "" if kind == "any" else kind, line) for line in _lines(lines))


def harmless() -> Iterator[str]:
    """What sounds like danger and is not."""
    for lines in _yaml(_HARMLESS)["groups"].values():
        yield from _lines(lines)


def left_out() -> frozenset[str]:
    """Guidance about danger: its ways of asking may come from somebody in danger, so they count for neither side."""
    return frozenset(_yaml(_HARMLESS)["guidance_left_out"])


def digest() -> str:
    """SHA-256 of the exemplars: weights that were trained from others do not fit."""
    whole = hashlib.sha256()
    for name in _names():
        whole.update((files(__name__) / name).read_bytes())
    return whole.hexdigest()


def _names() -> list[str]:
    return sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".yaml"))


def _yaml(name: str) -> Any:
    return yaml.load((files(__name__) / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]

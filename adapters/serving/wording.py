"""What the chat adapters say in the bot's own name, from `wording.yaml`, and their commands, from `commands.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


@cache
def wording() -> dict[str, str]:
    """Every text by its name."""
    return {name: str(text) for name, text in _read("wording.yaml").items()}


@cache
def commands() -> dict[str, dict[str, str]]:
    """What each command does, by language code and command name, in the order in which they are listed."""
    return {
        language: {name: str(does) for name, does in found.items()}
        for language, found in _read("commands.yaml").items()
    }


def _read(name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return found

"""What the chat adapters say in the bot's own name (`wording.yaml`, `translations.yaml`), and their commands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent


@cache
def wording(language: str = "en") -> dict[str, str]:
    """Every text by its name; in English where there is no translation. ISO 639-1."""
    texts = {name: str(text) for name, text in _read("wording.yaml").items()}
    translated: Any = _read("translations.yaml")["texts"].get(language, {})
    return {**texts, **translated}


@cache
def languages() -> dict[str, str]:
    """The name of each language in itself, by code; English first."""
    return {"en": "English", **_read("translations.yaml")["names"]}


def find_language(named: str) -> str | None:
    """The code of a language that is named by its code or in itself; None when we do not have it."""
    wanted = named.strip().casefold()
    return next((code for code, name in languages().items() if wanted in (code, name.casefold())), None)


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

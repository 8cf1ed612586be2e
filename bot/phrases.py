"""What the bot says in its own name, from `phrases.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def phrases() -> dict[str, str]:
    """Every phrase by its name."""
    text = (Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8")
    return {name: str(phrase) for name, phrase in yaml.safe_load(text).items()}

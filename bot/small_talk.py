"""Greetings, thanks, "who are you": short human replies to whole messages that are nothing else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from bot.model import SmallTalk
from bot.phrases import phrases

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def small_talk(text: str) -> SmallTalk | None:
    """A reply when the whole message is small talk, no words at all, or only a link; else None."""
    flat = " ".join(text.replace("\u2019", "'").split())
    if _LINK.fullmatch(flat):
        return SmallTalk(text=phrases()["link"])
    if not any(character.isalnum() for character in flat):
        return SmallTalk(text=phrases()["emoji"])
    for name, pattern in _patterns().items():
        if pattern.fullmatch(flat):
            return SmallTalk(text=phrases()[name])
    return None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    entries = yaml.safe_load((Path(__file__).parent / "small_talk.yaml").read_text(encoding="utf-8"))
    return {
        name: re.compile(rf"(?:{'|'.join(patterns)})(?:[\s.!?,]|[^\w\s])*", re.IGNORECASE)
        for name, patterns in entries.items()
    }

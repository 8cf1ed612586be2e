"""What must not change an alert, over every third message of the later rounds in which the rules find danger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Callable

TRIAGE = Triage.load()
HARMLESS = frozenset({"look_alike", "ordinary", "harmless", "eating"})
STORY = (
    "So today I went to class, then had lunch with Maya, and the bus was late as usual. We talked about the exam and "
    "the weather, and I did the laundry when I came home. "
) * 2
CHANGES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "no capitals": str.lower,
    "hidden characters": lambda text: "\u200b".join(text),
    "wide spaces": lambda text: text.replace(" ", "  \u00a0"),
    "emoji": lambda text: f"😭 {text} 🙏",
    "politeness": lambda text: f"hi there, sorry to bother you. {text}. thank you so much",
    "what mum says": lambda text: f"{text}. my mum says it's nothing",
    "for a friend": lambda text: f"{text}. asking for a friend",
    "a long story before": lambda text: STORY + text,
    "a harmless sentence after": lambda text: f"{text}. Also, how much water should I drink?",
    "a harmless sentence before": lambda text: f"I had a nice breakfast. {text}",
}


def alerted() -> list[str]:
    lines = (Path(__file__).parent / "messages" / "later_rounds.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    crises = [row["text"] for row in rows if row["category"] not in HARMLESS and row.get("language", "en") == "en"]
    return [text for text in crises[::3] if TRIAGE.assess(text).alert]


ALERTED = alerted()


def test_there_is_something_to_change() -> None:
    assert len(ALERTED) > 130


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_removes_an_alert(change: str) -> None:
    assert [text for text in ALERTED if not TRIAGE.assess(CHANGES[change](text)).alert] == []

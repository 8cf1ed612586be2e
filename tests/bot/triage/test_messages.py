"""Whole messages in six rounds. Each round was measured once before the rules were changed for it (docs/safety.md)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.triage import Triage

LISTS = Path(__file__).parent / "messages"
TRIAGE = Triage.load()


def messages(name: str) -> list[dict[str, Any]]:
    lines = (LISTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_crises_raise_an_alert_of_the_right_category() -> None:
    crises = messages("crises")
    alerts = [(crisis, TRIAGE.assess(crisis["text"]).alert) for crisis in crises]
    missed = [crisis["text"] for crisis, alert in alerts if alert is None]
    right = sum(alert is not None and alert.category == crisis["category"] for crisis, alert in alerts)
    assert len(missed) <= 0.02 * len(crises), missed
    assert right >= 0.9 * len(crises)


def test_no_category_is_weak() -> None:
    crises = messages("crises")
    total = Counter(crisis["category"] for crisis in crises)
    caught = Counter(crisis["category"] for crisis in crises if TRIAGE.assess(crisis["text"]).alert)
    assert [category for category in total if caught[category] < 0.95 * total[category]] == []


@pytest.mark.parametrize(
    ("name", "most"), [("look_alikes", 0.05), ("ordinary", 0.01), ("look_alikes_other_languages", 0.05)]
)
def test_harmless_messages_stay_ordinary(name: str, most: float) -> None:
    harmless = messages(name)
    false_alarms = [message["text"] for message in harmless if TRIAGE.assess(message["text"]).alert]
    assert len(false_alarms) <= most * len(harmless), false_alarms


def test_crises_in_other_languages_are_answered_in_their_language() -> None:
    crises = messages("crises_other_languages")
    alerts = [(crisis, TRIAGE.assess(crisis["text"]).alert) for crisis in crises]
    missed = [crisis["text"] for crisis, alert in alerts if alert is None]
    foreign = [crisis["text"] for crisis, alert in alerts if alert and alert.language[:2] != crisis["language"]]
    assert len(missed) <= 0.05 * len(crises), missed
    assert foreign == []


def test_ordinary_questions_are_no_request_for_a_dose() -> None:
    ordinary = messages("ordinary")
    asked = [message["text"] for message in ordinary if TRIAGE.assess(message["text"]).request == "dose"]
    assert len(asked) <= 0.02 * len(ordinary), asked

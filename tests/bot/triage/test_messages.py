"""Lists of whole messages: the tuned ones were used to write the rules, the held-out ones only to measure them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.triage import Triage

DATA = Path(__file__).parent / "data"
TRIAGE = Triage.load()
SPLITS = ["tuned", "held_out"]


def messages(name: str) -> list[dict[str, str]]:
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[dict[str, str]] = [json.loads(line) for line in lines]
    return found


@pytest.mark.parametrize("split", SPLITS)
def test_crises_raise_an_alert_of_the_right_category(split: str) -> None:
    crises = messages(f"crises_{split}")
    alerts = [(crisis, TRIAGE.assess(crisis["text"]).alert) for crisis in crises]
    missed = [crisis["text"] for crisis, alert in alerts if alert is None]
    right = sum(alert is not None and alert.category == crisis["category"] for crisis, alert in alerts)
    assert len(missed) <= 0.02 * len(crises), missed
    assert right >= 0.9 * len(crises)


def test_no_category_is_weak() -> None:
    crises = [*messages("crises_tuned"), *messages("crises_held_out")]
    total = Counter(crisis["category"] for crisis in crises)
    caught = Counter(crisis["category"] for crisis in crises if TRIAGE.assess(crisis["text"]).alert)
    assert {
        category: caught[category] / total[category] for category in total if caught[category] < 0.95 * total[category]
    } == {}


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("kind", "most"), [("look_alikes", 0.05), ("ordinary", 0.01)])
def test_harmless_messages_stay_ordinary(kind: str, most: float, split: str) -> None:
    harmless = messages(f"{kind}_{split}")
    false_alarms = [message["text"] for message in harmless if TRIAGE.assess(message["text"]).alert]
    assert len(false_alarms) <= most * len(harmless), false_alarms


@pytest.mark.parametrize("split", SPLITS)
def test_ordinary_questions_are_no_request_for_a_dose(split: str) -> None:
    asked = [m["text"] for m in messages(f"ordinary_{split}") if TRIAGE.assess(m["text"]).request == "dose"]
    assert len(asked) <= 3, asked

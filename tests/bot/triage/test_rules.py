"""Every rule: its own examples fire, its own counter-examples do not, and it says why it exists."""

from __future__ import annotations

import pytest

from bot.triage import Assessment, Triage
from bot.triage.rule_files import Outcome, RuleEntry, entries, tongues

TRIAGE = Triage.load()
RULES = [
    pytest.param(language, entry, outcome, id=f"{language}:{entry.id}")
    for language in tongues()
    for entry, outcome in entries(language)
]


def fires(assessment: Assessment, outcome: Outcome) -> bool:
    if outcome == "eating":
        return assessment.eating_distress
    if outcome in ("dose", "diagnosis"):
        return assessment.request == outcome
    return assessment.alert is not None


@pytest.mark.parametrize(("language", "entry", "outcome"), RULES)
def test_rule_fires_on_its_examples(language: str, entry: RuleEntry, outcome: Outcome) -> None:
    assert entry.examples, f"{language} {entry.id} has no example"
    missed = [text for text in entry.examples if not fires(TRIAGE.assess(text), outcome)]
    assert not missed


@pytest.mark.parametrize(("language", "entry", "outcome"), RULES)
def test_rule_stays_silent_on_its_counter_examples(language: str, entry: RuleEntry, outcome: Outcome) -> None:
    assert entry.not_, f"{language} {entry.id} has no counter-example"
    false_alarms = [text for text in entry.not_ if fires(TRIAGE.assess(text), outcome)]
    assert not false_alarms


@pytest.mark.parametrize(("language", "entry", "outcome"), RULES)
def test_rule_says_why_and_whence(language: str, entry: RuleEntry, outcome: Outcome) -> None:
    assert entry.reason
    assert entry.source
    assert bool(entry.any) != bool(entry.all), "a rule has `any` patterns or `all` groups"


def test_rule_ids_are_unique_in_a_language() -> None:
    for language in tongues():
        ids = [entry.id for entry, _ in entries(language)]
        assert len(ids) == len(set(ids))

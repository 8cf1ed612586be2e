"""The urgent reply: short, local, and nothing in it that is not reviewed text or a listed number."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bot.model import UrgentCategory
from bot.triage import Alert, Triage
from bot.triage.rule_files import entries, tongues
from bot.urgent import compose_follow_on, compose_urgent
from knowledge.helplines import load_helplines

HELPLINES = load_helplines()
CATEGORIES: tuple[UrgentCategory, ...] = get_args(UrgentCategory)
KINDS = sorted(
    {
        (entry.category or outcome, entry.kind)
        for language in tongues()
        for entry, outcome in entries(language)
        if outcome in CATEGORIES
    }
)
NUMBER = re.compile(r"\b\d{3,}\b")


def alert(category: str, kind: str = "", *, minor: bool = False) -> Alert:
    assert category in CATEGORIES
    return Alert(category=category, kind=kind, rule="test", reason="test", minor=minor)


@pytest.mark.parametrize(("category", "kind"), KINDS)
@pytest.mark.parametrize("country", [None, "GB", "KE", "IN", "US"])
def test_every_kind_has_a_reply_with_a_way_to_get_help(category: str, kind: str, country: str | None) -> None:
    urgent = compose_urgent(alert(category, kind), HELPLINES, country)
    assert urgent.helplines
    assert any((line.phone and line.phone in urgent.text) or line.url in urgent.text for line in urgent.helplines)
    assert "{" not in urgent.text


@pytest.mark.parametrize("category", CATEGORIES)
def test_numbers_are_those_of_the_country(category: UrgentCategory) -> None:
    known = compose_urgent(alert(category), HELPLINES, "KE")
    assert "999" in known.text
    assert {line.country for line in known.helplines} <= {"KE", "international"}
    for number in NUMBER.findall(known.text):
        assert any(line.phone and number in line.phone.replace(" ", "") + line.phone for line in known.helplines)


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_unknown_country_gets_no_countrys_number(category: UrgentCategory) -> None:
    unknown = compose_urgent(alert(category), HELPLINES, None)
    assert "911" not in unknown.text
    assert "988" not in unknown.text
    assert "/country" in unknown.text
    assert {line.country for line in unknown.helplines} == {"international"}


def test_a_child_gets_a_child_helpline() -> None:
    urgent = compose_urgent(alert("abuse", "sexual_assault", minor=True), HELPLINES, "GB")
    assert any("Childline" in line.name for line in urgent.helplines)
    assert "/forget" in urgent.text


def test_suicide_names_no_method_and_asks_about_safety() -> None:
    text = compose_urgent(alert("suicide", "stated"), HELPLINES, "GB").text.lower()
    assert "safe right now" in text
    assert not re.search(r"\b(pills|rope|gun|knife|bridge|hang|overdose)\b", text)
    assert len(text.split()) <= 160


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("country", [None, "IN"])
def test_follow_on_is_short(category: UrgentCategory, country: str | None) -> None:
    (line,) = compose_follow_on(category, HELPLINES, country)
    assert len(line.split()) <= 45
    assert "{" not in line


def test_end_to_end_needs_only_the_message() -> None:
    found = Triage.load().assess("I want to die").alert
    assert found is not None
    assert compose_urgent(found, HELPLINES, "IN").category == "suicide"

"""Kinds, people, requests and the careful path."""

from __future__ import annotations

import pytest

from bot.triage import Triage
from bot.triage.aftercare import to_remember

TRIAGE = Triage.load()


@pytest.mark.parametrize(
    ("text", "category", "kind"),
    [
        ("I think my dad is having a heart attack", "medical_emergency", "cardiac"),
        ("her face is drooping on one side", "medical_emergency", "stroke"),
        ("my throat is closing after a peanut", "medical_emergency", "anaphylaxis"),
        ("I took 40 paracetamol", "overdose", "overdose"),
        ("my toddler drank bleach", "overdose", "poisoning"),
        ("I was raped last night", "abuse", "sexual_assault"),
        ("my husband beats me", "abuse", "violence"),
        ("this is goodbye everyone", "suicide", "goodbye"),
        ("the voices tell me to kill my mother", "medical_emergency", "psychosis"),
        ("im going to shoot up my school", "medical_emergency", "threat_to_others"),
        ("my friend wants to kill herself", "third_party", "friend"),
    ],
)
def test_category_and_kind(text: str, category: str, kind: str) -> None:
    alert = TRIAGE.assess(text).alert
    assert alert is not None
    assert (alert.category, alert.kind) == (category, kind)


def test_minor_is_said_by_the_message() -> None:
    child = TRIAGE.assess("I'm 13 and my uncle touches me").alert
    adult = TRIAGE.assess("my uncle touches me").alert
    assert child is not None
    assert adult is not None
    assert child.minor
    assert not adult.minor


def test_a_friend_is_somebody_else() -> None:
    friend = TRIAGE.assess("my friend told me he is suicidal").alert
    own = TRIAGE.assess("my friend does not know that I am suicidal").alert
    assert friend is not None
    assert own is not None
    assert (friend.category, friend.third_party) == ("third_party", True)
    assert (own.category, own.third_party) == ("suicide", False)


def test_eating_distress_is_no_alert() -> None:
    assessment = TRIAGE.assess("I make myself throw up after I eat")
    assert assessment.eating_distress
    assert assessment.alert is None


def test_a_harmless_message_calls_for_nothing() -> None:
    assessment = TRIAGE.assess("how is chlamydia treated")
    assert (assessment.alert, assessment.eating_distress, assessment.request) == (None, False, None)


def test_the_gravest_category_is_remembered() -> None:
    assert to_remember(["self_harm", "overdose", "suicide"]) == "overdose"
    assert to_remember([]) is None

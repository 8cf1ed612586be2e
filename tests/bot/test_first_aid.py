"""The cited fact of an urgent reply: found where it is named, quoted as it stands, absent rather than invented."""

from __future__ import annotations

import pytest

from bot.first_aid import first_aid, places
from bot.triage import Triage
from bot.urgent import compose_urgent
from knowledge.helplines import load_helplines

HELPLINES = load_helplines()


@pytest.mark.parametrize("kind", sorted(places()))
def test_every_named_fact_is_in_the_guidance(kind: str) -> None:
    (sentence,), citations = first_aid(kind, "en")
    _, section, words = places()[kind]
    assert words in sentence.text
    assert citations
    assert all(citation.quote == sentence.text and citation.passage.section == section for citation in citations)


def test_a_kind_without_a_fact_gets_none() -> None:
    assert first_aid("stated", "en") == ((), ())


def test_a_reply_in_another_language_ends_without_an_english_fact() -> None:
    assert first_aid("burn", "es") == ((), ())


def test_an_urgent_medical_reply_ends_with_its_fact() -> None:
    alert = Triage.load().assess("hot oil all over her arms and face").alert
    assert alert is not None
    urgent = compose_urgent(alert, HELPLINES, "GB")
    assert urgent.text.splitlines()[-1] == urgent.sentences[0].marked


def test_a_childs_disclosure_puts_the_child_helpline_first() -> None:
    alert = Triage.load().assess("I'm 13 and my uncle touches me").alert
    assert alert is not None
    urgent = compose_urgent(alert, HELPLINES, "GB")
    listed = [line.name for line in urgent.helplines if line.name in urgent.text]
    assert "Childline" in listed[0]
    assert not urgent.sentences

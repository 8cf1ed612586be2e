from __future__ import annotations

import pytest
from samples import FakeRetriever, passage

from bot.understanding import corrected, leans_on_context, understand

LIBRARY = FakeRetriever(
    passage("chlamydia", ["Chlamydia is an infection."]), passage("herpes", ["Herpes is a virus."], heading="Herpes?")
)


def test_a_follow_up_carries_the_topic_on_and_says_so() -> None:
    found = understand("and how do you get it?", ["what is chlamydia"], LIBRARY)
    assert found.about == "Chlamydia"
    assert "Chlamydia" in found.query


def test_naming_another_topic_changes_the_subject() -> None:
    found = understand("what about herpes", ["what is chlamydia"], LIBRARY)
    assert (found.about, found.query) == ("", "what about herpes")


def test_a_long_chain_stays_on_its_topic() -> None:
    found = understand("is it serious?", ["what is chlamydia", "and for teens?", "how long does it take"], LIBRARY)
    assert found.about == "Chlamydia"


def test_a_first_question_stands_alone() -> None:
    assert understand("is it serious?", [], LIBRARY).about == ""


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("and for teens?", True),
        ("how long does it last", True),
        ("really?", True),
        ("I keep losing sleep over my exams this week", False),
    ],
)
def test_what_leans_on_context(text: str, leans: bool) -> None:
    assert leans_on_context(text) is leans


@pytest.mark.parametrize(
    ("text", "before", "question"),
    [
        ("sorry, C not B", "is hepatitis B curable", "is hepatitis C curable"),
        ("no I meant herpes", "is there a cure", "is there a cure herpes"),
        ("what about teens", "is there a cure", "what about teens"),
        ("no I meant herpes", "", "no I meant herpes"),
    ],
)
def test_a_correction_mends_the_question_before(text: str, before: str, question: str) -> None:
    assert corrected(text, before) == question


def test_a_person_spoken_of_before_keeps_the_topic() -> None:
    assert understand("will she ever get better?", ["my sister has herpes"], LIBRARY).about == "Herpes"

from __future__ import annotations

import pytest
from samples import passage

from bot.clarifying import clarify
from knowledge.model import Hit

A = passage("hepatitis-a", ["Hepatitis A is an infection."], heading="What is hepatitis A?")
B = passage("hepatitis-b", ["Hepatitis B is an infection."], heading="What is hepatitis B?")


def hits(second: float = 0.99) -> list[Hit]:
    return [Hit(passage=A, score=0.8, similarity=0.8), Hit(passage=B, score=0.8 * second, similarity=0.7)]


def test_a_bare_name_of_several_topics_is_asked_back_with_its_choices() -> None:
    asked = clarify("Hepatitis?", hits(), first=True)
    assert asked is not None
    assert asked.suggestions == ("What is hepatitis A?", "What is hepatitis B?")
    assert all(choice in asked.text for choice in asked.suggestions)


def test_a_bare_name_of_one_topic_is_answered() -> None:
    assert clarify("hepatitis a", hits(second=0.5), first=True) is None


@pytest.mark.parametrize("text", ["is it contagious?", "how long does it last", "can it be cured"])
def test_it_that_points_nowhere_is_asked_back(text: str) -> None:
    assert clarify(text, hits(), first=True) is not None
    assert clarify(text, hits(), first=False) is None


@pytest.mark.parametrize(
    "text", ["how do I treat hepatitis", "it burns when I pee", "my hands shake before exams", "😀"]
)
def test_what_can_be_answered_is_not_asked_back(text: str) -> None:
    assert clarify(text, hits(), first=True) is None

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.numbers import missing_numbers, numbers_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("about 1 500 people", [1500]),
        ("1,500 people and 2.5%", [1500, 2.5]),
        ("ages 15\u201349", [15, 49]),
        ("twenty-five of them", [25]),
        ("COVID-19, PM2.5 and B12 are names", []),
        ("no one, and this one", []),
    ],
)
def test_numbers_are_found_in_digits_and_words(text: str, values: list[float]) -> None:
    assert [max(readings) for readings in numbers_in(text)] == values


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("128.5 million people", "an estimated 128.5 million new infections"),
        ("2 million people", "about 2 000 000 people"),
        ("three doses", "3 doses"),
        ("50% of people", "half of all people"),
        ("5 days", "within 120 hours (5days)"),
    ],
)
def test_the_same_number_in_other_dress_is_found(sentence: str, evidence: str) -> None:
    assert missing_numbers(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [("30% of people", "13% of people"), ("7 days", "within a week"), ("1.5 million", "15 million"), ("two", "twelve")],
)
def test_another_number_is_missing(sentence: str, evidence: str) -> None:
    assert missing_numbers(sentence, evidence)


@given(st.integers(min_value=2, max_value=10**6), st.integers(min_value=2, max_value=10**6))
def test_a_number_is_missing_exactly_when_it_is_another(stated: int, held: int) -> None:
    assert bool(missing_numbers(f"It takes {stated} days.", f"It takes {held} days.")) == (stated != held)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.writing.agreeing import objection
from bot.writing.forms import fault
from bot.writing.parsing import Said, complete_part, read_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fever is heat [1]. Rest helps. [2][3]", [("Fever is heat.", (1,)), ("Rest helps.", (2, 3))]),
        (
            "1. Fever is heat, e.g. hot skin. [1]\n- Rest [2, 1]",
            [("Fever is heat, e.g. hot skin.", (1,)), ("Rest.", (2, 1))],
        ),
        ("No end [4]", [("No end.", (4,))]),
        ("!!! [1]", []),
    ],
)
def test_sentences_and_their_markers(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_sentences(text) == [Said(text=said, markers=markers) for said, markers in expected]


@given(st.text(max_size=400))
def test_whatever_a_model_writes_is_read(text: str) -> None:
    ready, rest = complete_part(text)
    assert ready + rest == text
    assert all(said.text for said in read_sentences(text))


@pytest.mark.parametrize(
    ("sentence", "vetted"),
    [
        ("In the first weeks, HIV may cause no symptoms.", "In the first weeks, HIV may cause no signs."),
        ("If you have a fever, see a health worker right away.", "See a health worker at once for a fever."),
        ("Children under 5 need at least 2 doses.", "Children under 5 years of age need at least 2 doses."),
    ],
)
def test_other_words_for_the_same_agree(sentence: str, vetted: str) -> None:
    assert objection(sentence, [vetted]) == ""


@pytest.mark.parametrize(
    ("sentence", "vetted", "why"),
    [
        ("They may have no signs.", "People with HIV may have no signs.", "stand alone"),
        ("HIV causes no signs.", "HIV may cause no signs.", "leaves out"),
        ("HIV may cause signs.", "HIV may cause no signs.", "negates"),
        ("Wait at least 5 days.", "Wait at least 3 days.", "states 5"),
        ("Wait at most 3 days.", "Wait at least 3 days.", "bounds"),
        ("Wait at least 3 weeks.", "Wait at least 3 days.", "unit"),
        ("Wait two weeks.", "Wait two days.", "another unit"),
        ("Syphilis spreads by touch.", "Herpes spreads by touch.", "syphili"),
        ("Men and men are not equal.", "Women and men are not equal.", "other people"),
        ("Exercise lowers stress before sleep.", "Exercise lowers stress after sleep.", "says “befor”"),
    ],
)
def test_what_turns_a_sentence_round_is_seen(sentence: str, vetted: str, why: str) -> None:
    assert why in objection(sentence, [vetted])


@given(st.sampled_from(["http://x.y", "<b>", "`rm`", "a@b.c", "\u202e", "555-010-9999", "[9]"]))
def test_no_link_markup_or_number_to_call(bad: str) -> None:
    assert fault(f"Rest {bad} helps.")

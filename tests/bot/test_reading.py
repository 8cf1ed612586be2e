from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.reading import MAX_QUESTION, clean, cut
from bot.small_talk import small_talk


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\u200b\u200f", "\n\t"])
def test_nothing_readable_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        clean(text)


@given(st.text(max_size=300))
def test_cleaning_leaves_no_invisible_character(text: str) -> None:
    try:
        cleaned = clean(text)
    except InputError:
        return
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n" for c in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(alphabet="abc \n", min_size=1, max_size=5000))
def test_cutting_keeps_the_beginning_and_the_limit(text: str) -> None:
    kept, was_cut = cut(text)
    assert len(kept) <= MAX_QUESTION
    assert text.startswith(kept)
    assert was_cut == (len(text) > MAX_QUESTION)


@pytest.mark.parametrize(
    "text", ["hi!", "Thank you so much 🙏", "are you a doctor?", "who r u", "🤒", "https://example.org/x", "ur useless"]
)
def test_small_talk_is_answered_as_such(text: str) -> None:
    assert small_talk(text) is not None


@pytest.mark.parametrize(
    "text",
    ["hi, is chlamydia curable?", "thanks, and how long?", "can a doctor tell if I smoke", "help my chest hurts"],
)
def test_a_question_behind_a_greeting_is_a_question(text: str) -> None:
    assert small_talk(text) is None

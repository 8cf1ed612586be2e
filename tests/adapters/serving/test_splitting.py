from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.serving.splitting import split, utf16_units

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
sentences = st.builds(lambda body, marks: f"{' '.join(body)}. {''.join(f'[{mark}]' for mark in marks)}",
                      st.lists(words, min_size=1, max_size=12), st.lists(st.integers(1, 99), max_size=3))  # fmt: skip
texts = st.lists(sentences, min_size=1, max_size=20).map(" ".join)


@given(texts, st.integers(20, 200))
@settings(max_examples=300, deadline=None)
def test_no_part_exceeds_the_limit_and_no_word_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < utf16_units(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("limit", range(40, 120, 7))
def test_a_marker_stays_with_its_sentence(limit: int) -> None:
    text = " ".join(f"Condoms help a lot, number {number}. [{number}][{number + 1}]" for number in range(1, 12))
    for part in split(text, limit):
        assert not part.startswith("[")
        assert part.endswith("]")


def test_sentences_are_cut_at_their_ends() -> None:
    assert split("One thing. [1] Another thing! [2] A third?", 20) == [
        "One thing. [1]",
        "Another thing! [2]",
        "A third?",
    ]


def test_a_link_stays_in_one_piece() -> None:
    url = "https://www.who.int/news-room/fact-sheets/detail/influenza-(seasonal)"
    parts = split(f"Read more about this at this page, please: {url} and then come back to me soon.", 75)
    assert any(url in part for part in parts)


def test_emoji_count_twice_as_telegram_counts() -> None:
    assert utf16_units("👍a") == 3
    assert split("👍👍👍", 4) == ["👍👍", "👍"]

from __future__ import annotations

import pytest

from bot.support.verbatim import VerbatimSupport

TEXT = "A fever lasts 3 days. Rest helps with a fever. Is it high? See a doctor."


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("A fever lasts 3 days.", "supported"),
        ("Rest helps with a fever. Is it high?", "supported"),
        ("See a doctor.", "supported"),
        (TEXT, "supported"),
        ("fever lasts 3 days.", "neither"),
        ("Rest helps", "neither"),
        ("A fever lasts 4 days.", "neither"),
        ("", "neither"),
    ],
)
def test_word_for_word_means_whole_sentences(claim: str, label: str) -> None:
    assert VerbatimSupport().judge(claim, TEXT).label == label

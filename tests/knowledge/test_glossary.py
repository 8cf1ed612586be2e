from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import GuidanceError
from knowledge.glossary import Glossary, Speller, glossary

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["Chlamydia is treated with antibiotics.", "Prednisolone is a medicine.", "A migraine is a bad headache."]


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("can u get the clap from givin head?", "can you get gonorrhoea from oral sex?"),
        ("wats narcan", "what is naloxone"),
        ("(asking for a friend) is it the clap?", "() is it gonorrhoea?"),
        ("My UTI's back", "My urinary tract infection's back"),
        ("nothing to replace here", "nothing to replace here"),
        ("lol", "lol"),
    ],
)
def test_slang_is_put_in_plain_words(asked: str, plain: str) -> None:
    assert glossary().in_plain_words(asked) == plain


def test_the_longest_term_wins_and_none_runs_across_a_comma() -> None:
    terms = Glossary(plain={"plan b": "emergency contraception", "plan": "idea", "b": "bee"}, longest=2)
    assert terms.in_plain_words("is plan b late") == "is emergency contraception late"
    assert terms.in_plain_words("a plan, b or c") == "a idea, bee or c"


@given(st.text(max_size=200))
def test_any_text_goes_through(text: str) -> None:
    assert isinstance(glossary().in_plain_words(text), str)
    assert isinstance(Speller(TEXTS).repaired(text), str)


def test_misspelt_words_are_repaired_from_the_guidance() -> None:
    speller = Speller(TEXTS)
    assert speller.repaired("my migrane and antibotics for clamydia") == "my migraine and antibiotics for chlamydia"
    assert speller.repaired("I chill with my mates") == "I chill with my mates"


def test_no_medicine_is_rewritten_into_another() -> None:
    """Two letters apart: prednisone is no misspelling of prednisolone, so it stays, known to the guidance or not."""
    assert Speller(TEXTS).repaired("is prednisone safe") == "is prednisone safe"


def test_no_term_of_the_shipped_glossary_is_a_medicine_of_the_guidance() -> None:
    """The glossary may say a brand's kind, never turn one medicine's own name into another's."""
    medicines = {"paracetamol", "ibuprofen", "aspirin", "amoxicillin", "doxycycline", "metformin", "sertraline"}
    assert not medicines & set(glossary().plain)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("slang:\n  gonorrhoea: clap\n  applause: clap\n", "explains 'clap' twice"),
        ("- just a list\n", "must hold groups"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GuidanceError, match=says):
        glossary(path)

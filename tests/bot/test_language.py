from __future__ import annotations

import pytest

from bot.language import english_only, language_of, say_english_only
from bot.model import Abstention, SmallTalk


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cómo sé si tengo clamidia", "es"),
        ("comment savoir si j'ai le vih", "fr"),
        ("nitajuaje kama nina malaria", "sw"),
        ("apakah kondom aman", "id"),
        ("كيف أعرف أنني مصاب", "ar"),
        ("如何知道我是否怀孕", "zh"),
        ("lol my tummy hurts", "en"),
        ("is PCOS curable", "en"),
        ("chlamydia", "en"),
        ("hep b jab?", "en"),
        ("yo can u get the clap from givin head or nah", "en"),
    ],
)
def test_the_language_of_a_message(text: str, code: str) -> None:
    assert language_of(text) == code


def test_silence_is_told_in_the_persons_language_and_an_answer_after_a_word_about_it() -> None:
    silent = say_english_only(Abstention(text="I do not know.", suggestions=("What is flu?",)), "es")
    assert (silent.text, silent.language, silent.suggestions) == (english_only()["es"], "es", ())
    assert say_english_only(SmallTalk(text="Hi."), "fr").text == f"{english_only()['fr']}\nHi."
    assert say_english_only(SmallTalk(text="Hi."), "en").text == "Hi."

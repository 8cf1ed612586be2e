"""What must not change an alert: case, typos, emoji, spacing, hidden characters, politeness, company, a long story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.triage import Triage

TRIAGE = Triage.load()
# On a busy machine an example may take long; how long triage may take is for test_standing_alone to say.
unhurried = settings(deadline=None, max_examples=60)
CRISES = [
    "I want to kill myself",
    "i don't want to be here anymore",
    "I have been cutting myself again",
    "my best friend says she wants to die",
    "my boyfriend hits me when he is drunk",
    "my uncle touched me when I was nine",
    "I took 30 paracetamol an hour ago",
    "my toddler drank bleach",
    "my dad has crushing chest pain and his left arm is numb",
    "her face is drooping and her speech is slurred",
    "my throat is closing up after eating peanuts",
    "the bleeding won't stop",
    "I want to hurt my baby",
]
BENIGN = [
    "Also, how much water should I drink?",
    "Thanks for reading lol",
    "what is a good breakfast",
    "I had a nice day otherwise.",
    "I'm writing an essay about nutrition.",
    "My character in the game is fine.",
    "years ago I broke my arm",
]
LEADS = [
    "please, ",
    "hi there, sorry to bother you. ",
    "my mum says it's nothing but ",
    "asking for a friend: ",
    "So today I went to class, then had lunch with Maya, and the bus was late as usual. We talked about the exam "
    "and the weather, and I did the laundry when I came home. " * 6,
]
TAILS = [
    " please help",
    " 😭😭",
    " asking for a friend",
    " kind regards",
    " my mum says it's nothing",
    " with a rope or pills",
]
crises = st.sampled_from(CRISES)


def alerts(text: str) -> bool:
    return TRIAGE.assess(text).alert is not None


@unhurried
@given(crises, st.data())
def test_case_changes_nothing(text: str, data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    assert alerts("".join(c.upper() if flag else c.lower() for c, flag in zip(text, flags, strict=True)))


@unhurried
@given(crises, st.sampled_from(["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e"]), st.integers(1, 4))
def test_hidden_characters_change_nothing(text: str, hidden: str, every: int) -> None:
    assert alerts("".join(c + (hidden if at % every == 0 else "") for at, c in enumerate(text)))


@unhurried
@given(crises, st.integers(1, 5), st.sampled_from([" ", "\t", "\n", "\u00a0", "  \n "]))
def test_spacing_changes_nothing(text: str, times: int, space: str) -> None:
    assert alerts((space * times).join(text.split(" ")))


@unhurried
@given(crises, st.sampled_from(LEADS), st.sampled_from(TAILS))
def test_company_politeness_and_long_stories_change_nothing(text: str, lead: str, tail: str) -> None:
    assert alerts(lead + text)
    assert alerts(text + tail)


@unhurried
@given(crises, st.lists(st.sampled_from(BENIGN), min_size=1, max_size=4))
def test_a_benign_sentence_never_removes_an_alert(text: str, benign: list[str]) -> None:
    assert alerts(f"{text}. {' '.join(benign)}")
    assert alerts(" ".join(benign) + "\n" + text)


@unhurried
@given(crises, st.integers(2, 6))
def test_stretched_letters_change_nothing(text: str, times: int) -> None:
    last = text[-1]
    assert alerts(text + last * times)


@unhurried
@given(crises, st.data())
def test_one_typo_in_a_long_word_changes_nothing(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long:
        return
    at = data.draw(st.sampled_from(long))
    place = data.draw(st.integers(1, len(words[at]) - 3))
    word = words[at]
    words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert alerts(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "I w@nt to k1ll mys3lf",
        "i want to d!e",
        "k i l l  m y s e l f",
        "iwanttokillmyself",
        "I want to k*ll myself",
        "i w4nna k.m.s",
        "\u0456 want t\u043e die",
        "\U0001d422 \U0001d430\U0001d41a\U0001d427\U0001d42d \U0001d42d\U0001d428 \U0001d41d\U0001d422\U0001d41e",
        "i want to diiiiiie",
    ],
)
def test_disguise_changes_nothing(text: str) -> None:
    assert alerts(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm not suicidal, just tired",
        'what does "I want to kill myself" mean in that song?',
        "I don't want to kill myself, I just need to talk",
        "I never said I want to die",
    ],
)
def test_negated_or_quoted_words_raise_nothing(text: str) -> None:
    assert not alerts(text)


@unhurried
@given(st.text(max_size=400))
def test_any_text_is_assessed(text: str) -> None:
    TRIAGE.assess(text)

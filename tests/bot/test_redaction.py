from __future__ import annotations

import pytest

from bot.redaction import MAX_KEPT, redact


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("my name is anna smith and i have a rash", "my name is [name] and i have a rash"),
        ("I'm Anna, my boyfriend Jake hit his head", "I'm [name], my boyfriend [name] hit his head"),
        ("I am called Maria José", "I am called [name]"),
        ("hi Emma, my mum Sarah has lupus. thanks, Tom", "hi [name], my mum [name] has lupus. thanks, [name]"),
        ("Dr. Patel said rest", "Dr. [name] said rest"),
        ("text +44 7700 900123 or (071) 112-3456", "text [number] or [number]"),
        ("mail a.b+c@x.co.uk or a (at) b.com", "mail [email] or [email]"),
        ("see https://foo.bar/x?y=1 and foo.com/me", "see [link] and [link]"),
        ("@jake_99 and jake#1234 and u/jake_b say so", "[handle] and [handle] and [handle] say so"),
        ("insta: jakey.b", "[handle]"),
        ("born 12/03/2001, NHS 943 476 5919", "born [date], NHS [number]"),
        ("I live at 12 Baker Street with mould", "I live at [address] with mould"),
        ("passport AB123456", "passport [number]"),
    ],
)
def test_personal_details_go(question: str, kept: str) -> None:
    assert redact(question) == kept


@pytest.mark.parametrize(
    "question",
    [
        "im pregnant 12 weeks, is sushi ok",
        "I'm HIV positive and I'm Muslim, can I fast",
        "is 2 x 200 mg or 1000 mg in 24 hours ok",
        "BP 120/80, 55.5 kg, 160 cm",
        "what is PrEP 2-1-1",
        "my name is not important, does creatine help",
        "does my friend need a test",
    ],
)
def test_what_the_question_is_about_stays(question: str) -> None:
    assert redact(question) == question


def test_a_long_question_is_cut_after_its_details_are_out() -> None:
    kept = redact("word " * 58 + "me@example.com " + "word " * 50)
    assert len(kept) <= MAX_KEPT + 2
    assert "example" not in kept
    assert kept.endswith("…")

"""The story of one question, with a library that cannot be opened where none may be needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from samples import FakeRetriever, passage

from bot.answerer import Answerer
from bot.model import Abstention, Answer, Question, Referral, Reply, SmallTalk, Urgent
from bot.triage import Triage
from knowledge.errors import LibraryMissing
from knowledge.helplines import load_helplines

TODAY = date(2026, 6, 1)
TRIAGE, HELPLINES = Triage.load(), load_helplines()
FEVER = passage("fever", ["A fever is heat.", "A fever passes on its own."], heading="What is a fever?")
WEIGHT = passage("obesity", ["A BMI of 30 is obesity."], heading="How do I lose weight?")
EATING = passage(
    "eating",
    ["A health worker can help with an eating disorder."],
    heading="How can I get help for an eating disorder?",
)


class Shelf:
    def __init__(self, library: FakeRetriever | None) -> None:
        self._library = library

    async def current(self) -> FakeRetriever:
        if self._library is None:
            raise LibraryMissing("nothing has been built")
        return self._library


async def answer(text: str, *, library: FakeRetriever | None = None, **more: object) -> Reply:
    shelf = Shelf(library)
    answerer = Answerer(triage=TRIAGE, helplines=HELPLINES, library=shelf, today=TODAY)
    return await answerer.answer(Question(text=text, **more))  # type: ignore[arg-type]


async def test_a_question_is_answered_from_the_library() -> None:
    reply = await answer("What is a fever?", library=FakeRetriever(FEVER))
    assert isinstance(reply, Answer)
    assert reply.text == "A fever is heat. [1] A fever passes on its own. [2]"


async def test_silence_when_the_guidance_is_silent() -> None:
    reply = await answer("why is the sky blue", library=FakeRetriever(FEVER))
    assert reply.kind in {"abstention", "out_of_scope"}


@pytest.mark.parametrize("country", [None, "KE", "IN", "DE"])
async def test_danger_needs_no_library(country: str | None) -> None:
    reply = await answer("i want to kill myself tonight", country=country)
    assert isinstance(reply, Urgent)
    assert reply.category == "suicide"
    assert reply.helplines
    assert all(line.country in {country, "international"} for line in reply.helplines)


async def test_small_talk_needs_no_library() -> None:
    assert isinstance(await answer("hello!"), SmallTalk)


async def test_anything_else_says_that_the_library_is_missing() -> None:
    with pytest.raises(LibraryMissing):
        await answer("What is a fever?")


async def test_after_an_urgent_message_the_next_reply_checks_in() -> None:
    plain = await answer("ok thanks")
    after = await answer("ok thanks", concerns=("suicide",), country="KE")
    told = await answer("ok thanks", turns=("i want to kill myself tonight",), country="KE")
    assert after.text == told.text
    assert after.text.endswith(plain.text)
    assert len(after.text) > len(plain.text)


async def test_a_dose_is_declined_with_general_guidance() -> None:
    reply = await answer("how many ibuprofen should i take for a fever", library=FakeRetriever(FEVER))
    assert isinstance(reply, Referral)
    assert "pharmacist" in reply.text


async def test_no_weight_figures_for_a_person_in_distress_about_eating() -> None:
    library = FakeRetriever(WEIGHT, EATING)
    told = "I have anorexia and I can't stop making myself throw up"
    for reply in (
        await answer(told, library=library),
        await answer("How do I lose weight?", turns=(told,), library=library),
    ):
        assert "BMI" not in reply.text
        assert not any("weight" in suggestion for suggestion in reply.suggestions)
    assert isinstance(await answer("How do I lose weight?", library=library), Answer)


async def test_a_text_past_its_date_is_answered_with_a_notice() -> None:
    stale = replace(FEVER, due=date(2026, 5, 30))
    reply = await answer("What is a fever?", library=FakeRetriever(stale))
    assert "2026-05-30" in reply.text


async def test_what_an_abstention_offers_is_what_the_library_holds() -> None:
    library = FakeRetriever(FEVER)
    library.foreign = 0.6
    reply = await answer("crystals moonlight fever water", library=library)
    assert isinstance(reply, Abstention)
    assert reply.suggestions == (FEVER.section,)

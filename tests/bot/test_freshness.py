"""A text past its review date is answered from with a notice, and after the grace period not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from samples import FakeRetriever, passage

from bot.answerer import GRACE, Answerer
from bot.model import Answer, Question, Reply
from bot.settings import Settings
from bot.triage import Triage
from knowledge.helplines import load_helplines

DUE = date(2026, 6, 1)
FEVER = replace(passage("fever", ["A fever is heat."], heading="What is a fever?"), due=DUE)
TRIAGE, HELPLINES = Triage.load(), load_helplines()


class Shelf:
    async def current(self) -> FakeRetriever:
        return FakeRetriever(FEVER)


async def asked_on(today: date, grace: timedelta = GRACE) -> Reply:
    answerer = Answerer(triage=TRIAGE, helplines=HELPLINES, library=Shelf(), today=today, grace=grace)
    return await answerer.answer(Question(text="What is a fever?"))


async def test_in_date_there_is_no_notice() -> None:
    reply = await asked_on(DUE)
    assert isinstance(reply, Answer)
    assert reply.notices == ()


async def test_within_the_grace_period_there_is_a_notice() -> None:
    reply = await asked_on(DUE + GRACE)
    assert isinstance(reply, Answer)
    assert "2026-06-01" in reply.notices[0]


async def test_after_the_grace_period_there_is_no_answer() -> None:
    assert not isinstance(await asked_on(DUE + GRACE + timedelta(days=1)), Answer)
    assert not isinstance(await asked_on(DUE + timedelta(days=1), timedelta(0)), Answer)


def test_the_setting_gives_the_same_grace() -> None:
    assert timedelta(days=Settings().grace_days) == GRACE

"""What is noted after a reply, and that noting never costs a reply."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from samples import passage
from sqlalchemy import text

from bot.app import App
from bot.errors import StoreError
from bot.journal import Journal
from bot.model import (
    Abstention,
    Answer,
    Citation,
    OutOfScope,
    Question,
    Referral,
    Reply,
    Sentence,
    SmallTalk,
    Urgent,
    UrgentCategory,
)
from bot.settings import Settings
from bot.store.database import Database
from bot.store.journal_schema import CitationRecord, CitedPassage, Gap, TopicAsked
from bot.store.journal_tables import CITATION_LIFETIME, GAP_LIFETIME, JournalTables
from knowledge.passages import wording_hash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TODAY = date(2026, 6, 1)
FEVER = passage("fever", ["Fever is heat."])
SILENT = Abstention(text="I do not know.")


def answer() -> Answer:
    citation = Citation(marker=1, passage=FEVER, source=FEVER.sources[0], quote="Fever is heat.")
    return Answer(sentences=(Sentence(text="Fever is heat.", markers=(1,)),), citations=(citation,))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as opened:
        yield opened


async def noted(database: Database, reply: Reply, *, keep_gaps: bool = True) -> JournalTables:
    async def opened() -> Database:
        return database

    journal = Journal(opened, keep_gaps=keep_gaps)
    journal.note("my name is Anna, does x help", reply)
    await journal.flush()
    return JournalTables(database)


async def rows(database: Database) -> int:
    async with database.engine.connect() as connection:
        counts = [await connection.scalar(text(f"SELECT count(*) FROM {t}")) for t in ("citation_record", "gap")]  # noqa: S608
    return sum(count or 0 for count in counts)


async def test_an_answer_leaves_ids_and_hashes_and_counts_its_topic(database: Database) -> None:
    await noted(database, answer())
    tables = await noted(database, answer())
    cited = await tables.cited("fever")
    assert {(one.kind, one.passage, one.wording_hash) for one in cited} == {("answer", FEVER.id, wording_hash(FEVER))}
    assert len(cited) == 2
    assert await tables.asked() == {"fever": 2}
    assert await tables.gaps() == []


async def test_an_unanswered_question_is_kept_without_details(database: Database) -> None:
    tables = await noted(database, SILENT)
    assert [gap.question for gap in await tables.gaps()] == ["my name is [name], does x help"]


URGENT = Urgent(category="suicide", lines=("Call.",), helplines=())


@pytest.mark.parametrize("reply", [URGENT, Referral(lead="Ask."), OutOfScope(text="No."), SmallTalk(text="Hi.")])
async def test_other_replies_leave_nothing(database: Database, reply: Reply) -> None:
    await noted(database, reply)
    assert await rows(database) == 0


async def test_gaps_can_be_turned_off(database: Database) -> None:
    await noted(database, SILENT, keep_gaps=False)
    assert await rows(database) == 0


class SilentAnswerer:
    async def answer(self, _: Question) -> Reply:
        return SILENT


@pytest.mark.parametrize(
    ("turns", "concerns", "kept"),
    [((), (), 1), (("i want to kill myself tonight",), (), 0), ((), ("suicide",), 0)],
)
async def test_of_someone_in_distress_no_question_is_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    turns: tuple[str, ...],
    concerns: tuple[UrgentCategory, ...],
    kept: int,
) -> None:
    async with App(Settings(data_dir=tmp_path / "data")) as app:
        monkeypatch.setattr(app, "_answerer", SilentAnswerer)
        assert await app.answer("does creatine help", turns=turns, concerns=concerns) is SILENT
        await app.journal.flush()
        assert await rows(await app.database()) == kept


async def test_everything_expires_but_saved_briefs(database: Database) -> None:
    tables = JournalTables(database)
    await tables.cite("answer", [FEVER], today=TODAY)
    await tables.cite("brief", [FEVER], reference="my brief", today=TODAY)
    await tables.keep_gap("old", TODAY)
    later = TODAY + CITATION_LIFETIME + timedelta(days=1)
    assert [one.reference for one in await tables.cited("fever", later)] == ["my brief"]
    assert await tables.gaps(TODAY + GAP_LIFETIME + timedelta(days=1)) == []
    await tables.keep_gap("new", TODAY + GAP_LIFETIME + timedelta(days=1))
    await tables.cite("answer", [], today=later)
    assert await rows(database) == 3


async def test_no_table_of_the_journal_has_a_place_for_a_person() -> None:
    columns = {c.name for t in (CitationRecord, CitedPassage, TopicAsked, Gap) for c in t.__table__.columns}
    assert columns == {
        *("id", "kind", "reference", "made_on", "expires_on", "record", "passage", "guidance", "wording_hash"),
        *("topic", "asked", "question", "asked_on"),
    }


async def test_a_failure_to_note_is_logged_without_words_and_goes_no_further(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> Database:
        raise StoreError("gone")

    journal = Journal(broken, keep_gaps=True)
    with caplog.at_level(logging.WARNING):
        journal.note("secret words", SILENT)
        await journal.flush()
    assert "StoreError" in caplog.text
    assert "secret" not in caplog.text


async def test_the_app_notes_nothing_for_an_urgent_message_and_opens_nothing(tmp_path: Path) -> None:
    async with App(Settings(data_dir=tmp_path / "data")) as app:
        assert (await app.answer("i want to kill myself")).kind == "urgent"
    assert not (tmp_path / "data").exists()

"""Many chats write at once: nobody waits in vain, nobody fails for another, nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.model import SmallTalk
from bot.store import database as database_module
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.inbox import Arrival, Inbox
from bot.store.people import People
from bot.store.shown import ShownReplies

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.orm import Session

CHATS = 300


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 50)  # writers of one process must not need patience
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/citewell.db") as opened:
        yield opened


async def test_three_hundred_chats_at_once_lose_nothing(database: Database) -> None:
    inbox, people, memory, shown = Inbox(database), People(database), Conversations(database), ShownReplies(database)

    async def converse(number: int) -> None:
        person = f"{number:064d}"
        arrival = Arrival(platform="telegram", key=str(number), chat=person, person=person, payload={"n": number})
        (letter,) = await inbox.add([arrival])
        assert await inbox.take(letter.id) is not None
        assert (await people.meet(person)).first
        await memory.remember(person, f"question {number}", SmallTalk(text="Hi."))
        reply = await shown.keep(person=person, chat=person, asked_in="d", question="q", reply={"kind": "answer"})
        await inbox.prepare(letter.id, [{"n": number}], person)
        await inbox.sent(letter.id, 1, reply, "77")
        if number % 3:
            await inbox.finish(letter.id)

    await asyncio.gather(*(converse(number) for number in range(CHATS)))
    left = await inbox.waiting(["telegram"])
    assert {one.key for one in left} == {str(number) for number in range(0, CHATS, 3)}
    async with database.reading() as session:
        for table in ("person", "turn", "shown_reply", "inbox"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == CHATS, table  # noqa: S608
        assert await session.scalar(text("SELECT count(*) FROM shown_reply WHERE answered_in != '[\"77\"]'")) == 0


async def test_two_messages_of_a_stranger_at_once_make_one_person(database: Database) -> None:
    people, memory = People(database), Conversations(database)
    for number in range(20):
        person = f"{number:064d}"
        turn = memory.remember(person, "danger", SmallTalk(text="Hi."))
        known = await asyncio.gather(
            people.meet(person), turn, people.meet(person), memory.choose_country(person, "KE")
        )
        assert not known[0].introduced
        assert not known[2].introduced


async def test_a_piece_of_work_that_fails_fails_alone(database: Database) -> None:
    def one(number: int) -> Any:
        def work(session: Session) -> int:
            session.execute(text(f"INSERT INTO platform_state (name, value) VALUES ('{number % 9}', 'x')"))  # noqa: S608
            if number == 3:
                raise ZeroDivisionError
            return number

        return database.write(work)

    done = await asyncio.gather(*(one(number) for number in range(12)), return_exceptions=True)
    assert [type(each) for each in done[9:]] == [IntegrityError, IntegrityError, IntegrityError]
    assert isinstance(done[3], ZeroDivisionError)
    async with database.reading() as session:
        names = set((await session.scalars(text("SELECT name FROM platform_state"))).all())
    assert names == {str(number) for number in range(9) if number != 3}


async def test_another_process_that_holds_the_lock_is_an_error_and_then_over(
    database: Database, tmp_path: Path
) -> None:
    memory = Conversations(database)
    other = sqlite3.connect(tmp_path / "citewell.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await memory.choose_country("a", "KE")
    assert await memory.country("a") is None  # who only reads does not wait
    other.execute("ROLLBACK")
    other.close()
    await memory.choose_country("a", "KE")
    assert await memory.country("a") == "KE"


async def test_who_gives_up_waiting_holds_nobody_up(database: Database, tmp_path: Path) -> None:
    memory = Conversations(database)
    waiting = [asyncio.create_task(memory.choose_country(str(number), "KE")) for number in range(5)]
    await asyncio.sleep(0)
    for task in waiting[:4]:
        task.cancel()
    await waiting[4]
    assert await memory.country("4") == "KE"


async def test_arrivals_outlive_a_power_cut(database: Database) -> None:
    """SQLite syncs each commit of the log only when `synchronous` is FULL (2)."""
    inbox = Inbox(database)
    seen: list[int] = []

    def look(session: Session) -> None:
        seen.append(int(session.scalar(text("PRAGMA synchronous")) or 0))

    await database.write(look)
    await asyncio.gather(
        inbox.add([Arrival(platform="telegram", key="1", chat="c", person="p", payload={})]), database.write(look)
    )
    assert seen == [1, 2], "the second look shares the transaction of an arrival"

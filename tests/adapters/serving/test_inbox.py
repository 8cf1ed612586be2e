from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from postgres import SERVER
from sqlalchemy import String, cast, func, select

from bot.model import SmallTalk, Urgent
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.inbox import DEAD_LIFETIME, DONE_LIFETIME, Arrival, Inbox
from bot.store.lessons import LessonsDone
from bot.store.people import Met, People
from bot.store.purse import StoredPurse
from bot.store.schema import Turn
from bot.store.shown import ShownReplies
from knowledge.schema import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ME, OTHER, CHAT = "a" * 64, "b" * 64, "c" * 64
WORDS = "my very own unmistakable words"
NOW = datetime.now(UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as opened:
        yield opened


def arrival(key: str, person: str = ME) -> Arrival:
    return Arrival(platform="telegram", key=key, chat=CHAT, person=person, payload={"text": WORDS})


async def test_an_update_is_taken_once(database: Database) -> None:
    inbox = Inbox(database)
    (first,) = await inbox.add([arrival("1")])
    assert await inbox.add([arrival("1"), arrival("1")]) == []
    await inbox.finish(first.id)
    assert await inbox.add([arrival("1")]) == []
    assert [one.key for one in await inbox.add([arrival("2"), arrival("3"), arrival("2")])] == ["2", "3"]


async def test_what_was_left_comes_back_in_order_for_the_platforms_served(database: Database) -> None:
    inbox = Inbox(database)
    letters = await inbox.add([arrival(str(number)) for number in range(5)])
    await inbox.finish(letters[1].id)
    assert [one.key for one in await inbox.waiting(["telegram"])] == ["0", "2", "3", "4"]
    assert await inbox.waiting(["discord"]) == []


async def test_a_try_is_counted_before_it_is_made(database: Database) -> None:
    inbox = Inbox(database)
    (letter,) = await inbox.add([arrival("1")])
    for expected in (1, 2, 3):
        taken = await inbox.take(letter.id)
        assert taken is not None
        assert taken.tries == expected
    await inbox.finish(letter.id)
    assert await inbox.take(letter.id) is None


async def test_a_handled_letter_keeps_no_words_and_nobody(database: Database, tmp_path: Path) -> None:
    inbox = Inbox(database)
    (letter,) = await inbox.add([arrival("1")])
    await inbox.prepare(letter.id, [{"html": WORDS}])
    await inbox.finish(letter.id)
    row = await inbox.peek(letter.id)
    assert row is not None
    assert (row.payload, row.outgoing, row.person, row.chat) == (None, None, None, None)


async def test_dead_letters_are_listed_without_words_and_can_be_retried(database: Database) -> None:
    inbox = Inbox(database)
    letters = await inbox.add([arrival("1"), arrival("2")])
    await inbox.take(letters[0].id)
    await inbox.bury(letters[0].id, "TimeoutError")
    (dead,) = await inbox.dead()
    assert (dead.platform, dead.error, dead.tries) == ("telegram", "TimeoutError", 1)
    assert WORDS not in repr(dead)
    assert await inbox.depth() == {"waiting": 1, "dead": 1}
    assert await inbox.retry([letters[1].id]) == 0
    assert await inbox.retry() == 1
    assert len(await inbox.waiting(["telegram"])) == 2


async def test_done_and_dead_letters_expire(database: Database) -> None:
    inbox = Inbox(database)
    done, dead, waiting = await inbox.add([arrival("1"), arrival("2"), arrival("3")])
    await inbox.finish(done.id)
    await inbox.bury(dead.id, "x")
    await inbox.expire(NOW + DONE_LIFETIME + timedelta(hours=1))
    assert await inbox.peek(done.id) is None
    assert await inbox.peek(dead.id) is not None
    await inbox.expire(NOW + DEAD_LIFETIME + timedelta(hours=1))
    assert await inbox.peek(dead.id) is None
    assert await inbox.peek(waiting.id) is not None


async def fill_every_table(database: Database, person: str) -> None:
    """One row about the person in every table that can hold one, a dead letter included."""
    memory, shown, inbox = Conversations(database), ShownReplies(database), Inbox(database)
    await People(database).meet(person)
    await memory.remember(person, WORDS, SmallTalk(text="Hi."))
    await memory.remember(person, WORDS, Urgent(category="suicide", lines=("Call.",), helplines=()))
    number = await shown.keep(
        person=person, chat=CHAT, asked_in="d" * 64, question=WORDS, reply={"kind": "answer", "passages": []}
    )
    found = await shown.find(number)
    assert found is not None
    await shown.rate(found, person=person, platform="telegram", rating="down", passages=[("p", "h")], reason="wrong")
    await LessonsDone(database).keep(person, "correlation", 2)

    async def opened() -> Database:
        return database

    assert await StoredPurse(opened, answers=9, tokens=9, today=NOW.date).may_spend(person)
    letters = await inbox.add([arrival(f"{person[0]}{number}", person) for number in range(3)])
    await inbox.bury(letters[0].id, "x")


async def test_forget_empties_every_table_and_the_file(database: Database, tmp_path: Path) -> None:
    await fill_every_table(database, ME)
    await fill_every_table(database, OTHER)
    before = await People(database).rows(ME)
    about_people = {table.name for table in metadata.sorted_tables if "person" in table.c} | {"person"}
    assert set(before) == about_people, "a table that holds people's rows is not filled by this test"
    counts = await People(database).forget(ME)
    assert set(counts) == about_people
    assert not any(counts.values())
    assert await People(database).rows(ME) == {}
    assert set(await People(database).rows(OTHER)) == about_people
    async with database.engine.connect() as connection:
        for table in metadata.tables.values():
            for column in table.columns:
                assert (
                    await connection.scalar(select(func.count()).select_from(table).where(cast(column, String) == ME))
                    == 0
                )


@pytest.mark.skipif(bool(SERVER), reason="about SQLite's file")
async def test_what_is_forgotten_is_not_in_the_file_either(database: Database, tmp_path: Path) -> None:
    await fill_every_table(database, ME)
    await People(database).forget(ME)
    for file in tmp_path.glob("deep/citewell.db*"):  # noqa: ASYNC240 - nothing else runs here
        content = file.read_bytes()
        assert WORDS.encode() not in content, file.name
        assert ME.encode() not in content, file.name


async def test_what_came_after_forget_is_not_deleted(database: Database) -> None:
    inbox, people = Inbox(database), People(database)
    before, asking, after = await inbox.add([arrival("1"), arrival("2"), arrival("3")])
    assert not any((await people.forget(ME, asking.id)).values())
    assert await inbox.peek(before.id) is None
    assert await inbox.peek(asking.id) is not None
    assert await inbox.peek(after.id) is not None


async def test_everything_that_expires_is_deleted(database: Database) -> None:
    people = People(database)
    await fill_every_table(database, ME)
    await people.expire(NOW + timedelta(hours=13))
    kept = await people.rows(ME)
    assert "turn" not in kept
    assert "shown_reply" not in kept
    assert "feedback" in kept
    await people.expire(NOW + timedelta(days=400))
    assert set(await people.rows(ME)) == {"inbox"}
    async with database.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(Turn)) == 0


async def test_a_person_is_greeted_once(database: Database) -> None:
    people = People(database)
    assert await people.meet(ME) == Met(first=True, introduced=False)
    assert await people.meet(ME) == Met(first=False, introduced=False)
    inbox = Inbox(database)
    (letter,) = await inbox.add([arrival("1")])
    await inbox.prepare(letter.id, [], ME)
    assert await people.meet(ME) == Met(first=False, introduced=True)


async def test_a_second_rating_replaces_the_first(database: Database) -> None:
    shown = ShownReplies(database)
    number = await shown.keep(person=ME, chat=CHAT, asked_in="d", question="q", reply={"kind": "answer"})
    found = await shown.find(number)
    assert found is not None
    for rating, reason in (("up", None), ("down", "unclear")):
        await shown.rate(found, person=ME, platform="discord", rating=rating, passages=[("p1", "h1")], reason=reason)
    (only,) = await shown.ratings()
    assert (only.rating, only.reason, only.passages) == ("down", "unclear", (("p1", "h1"),))

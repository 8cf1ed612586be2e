"""What is kept about a person, over every table: shown, deleted, expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, delete, func, select, text

import bot.store.serving_schema  # noqa: F401 - their tables hold people's rows too
from bot.store.conversations import person_row
from bot.store.purse import ModelUse
from bot.store.schema import Person, Turn
from bot.store.serving_schema import Feedback, ShownReply
from knowledge.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from bot.store.database import Database

PERSON_LIFETIME = timedelta(days=365)
"""A country choice of somebody who has not written for this long is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Whether this is the first message of a person, and whether they were told in private who the bot is."""

    first: bool
    introduced: bool


class People:
    """Every row about a person, in whatever table: one with a `person` column, and `person` itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet(self, person: str, today: date | None = None) -> Met:
        """Note that the person wrote today."""
        today = today or datetime.now(UTC).date()

        def work(session: Session) -> Met:
            found = person_row(session, person, datetime.now(UTC))
            before, found.seen_on = found.seen_on, today
            return Met(first=before is None, introduced=found.greeted_at is not None)

        return await self._database.write(work)

    async def rows(self, person: str) -> dict[str, list[dict[str, Any]]]:
        """The very rows kept about the person, by table; a table without any is left out."""
        found: dict[str, list[dict[str, Any]]] = {}
        async with self._database.reading() as session:
            for table, column in about_people():
                rows = await session.execute(select(table).where(column == person))
                if kept := [dict(row) for row in rows.mappings()]:
                    found[table.name] = kept
        return found

    async def forget(self, person: str, but_letter: int | None = None) -> dict[str, int]:
        """Delete every row about the person, in every table, and overwrite what stood there.

        `but_letter` is the inbox row that is asking for this: it is emptied when it is done, and what the person
        wrote after it is not touched.
        Returns: how many rows are left in each table, counted after the deletion. All zero, or something is wrong.
        """

        def work(session: Session) -> None:
            for table, column in reversed(list(about_people())):
                rows = delete(table).where(column == person)
                if table.name == "inbox" and but_letter is not None:
                    rows = rows.where(table.c.id < but_letter)
                session.execute(rows)

        await self._database.write(work)
        await self._truncate_log()
        return await self._left(person, but_letter)

    async def expire(self, now: datetime | None = None) -> None:
        """Delete what is past its time: turns, shown replies, feedback, a model's old days, people away for a year."""
        now = now or datetime.now(UTC)

        def work(session: Session) -> None:
            session.execute(delete(Turn).where(Turn.expires_at <= now))
            session.execute(delete(ShownReply).where(ShownReply.expires_at <= now))
            session.execute(delete(Feedback).where(Feedback.expires_on <= now.date()))
            session.execute(delete(ModelUse).where(ModelUse.day < now.date()))
            gone = (now - PERSON_LIFETIME).date()
            last = func.coalesce(Person.seen_on, func.date(Person.created_at))
            session.execute(delete(Person).where(last < gone))

        await self._database.write(work)

    async def _left(self, person: str, but_letter: int | None) -> dict[str, int]:
        left: dict[str, int] = {}
        async with self._database.reading() as session:
            for table, column in about_people():
                count = select(func.count()).select_from(table).where(column == person)
                if table.name == "inbox" and but_letter is not None:
                    count = count.where(table.c.id < but_letter)
                left[table.name] = int(await session.scalar(count) or 0)
        return left

    async def _truncate_log(self) -> None:
        """SQLite's write-ahead log still holds the old pages; fold it in. Busy readers may delay that: no matter."""
        if self._database.engine.dialect.name == "sqlite":
            async with self._database.engine.connect() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def about_people() -> Iterator[tuple[Table, Column[Any]]]:
    """Every table with rows about people, and the column that says about whom; parents first."""
    for table in metadata.sorted_tables:
        if table.name == "person":
            yield table, table.c.id
        elif "person" in table.c:
            yield table, table.c.person

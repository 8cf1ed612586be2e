"""Which lessons a person has finished; forgotten with everything else about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.store.conversations import person_row
from bot.store.serving_schema import LessonDone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.store.database import Database


class LessonsDone:
    """Progress through the lessons for creators, by person (a keyed hash)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def done(self, person: str) -> dict[str, int]:
        """Right answers by lesson id."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(LessonDone).where(LessonDone.person == person))
            return {row.lesson: row.right for row in rows}

    async def keep(self, person: str, lesson: str, right: int) -> None:
        """Keep a finished lesson; a second time replaces the first."""
        now = datetime.now(UTC)

        def work(session: Session) -> None:
            person_row(session, person, now)
            session.merge(LessonDone(person=person, lesson=lesson, right=right, done_on=now.date()))

        await self._database.write(work)

    async def forget(self, person: str) -> None:
        """Keep no lesson of theirs any more."""
        await self._database.write(
            lambda session: session.execute(delete(LessonDone).where(LessonDone.person == person))
        )

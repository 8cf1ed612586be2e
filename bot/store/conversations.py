"""What is remembered of a conversation, for as long as it lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from bot.store.schema import Person, Turn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.model import Reply
    from bot.store.database import Database

TURN_LIFETIME = timedelta(hours=12)
"""A conversation of tonight is gone tomorrow."""
RECENT_TURNS = 4


def person_row(session: Session, person: str, now: datetime) -> Person:
    """The person's row, made when there is none; another process may make it at the same moment."""
    found = session.get(Person, person)
    if found is None:
        found = Person(id=person, created_at=now)
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:
            found = session.get_one(Person, person)
    return found


class Conversations:
    """Turns and choices of people, each under a keyed hash (see identity.py)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, person: str, now: datetime | None = None) -> list[Turn]:
        """The person's last turns that have not expired, oldest first; at most `RECENT_TURNS`."""
        now = now or datetime.now(UTC)
        async with self._database.reading() as session:
            query = select(Turn).where(Turn.person == person, Turn.expires_at > now)
            rows = await session.scalars(query.order_by(Turn.id.desc()).limit(RECENT_TURNS))
            return list(reversed(rows.all()))

    async def remember(self, person: str, question: str, reply: Reply, now: datetime | None = None) -> None:
        """Keep a turn. Of an urgent message only the category is kept, never the words."""
        now = now or datetime.now(UTC)
        urgent = reply.category if reply.kind == "urgent" else None

        def work(session: Session) -> None:
            person_row(session, person, now)
            session.add(
                Turn(
                    person=person,
                    question=None if urgent else question,
                    reply_kind=reply.kind,
                    urgent_category=urgent,
                    asked_at=now,
                    expires_at=now + TURN_LIFETIME,
                )
            )
            session.execute(delete(Turn).where(Turn.expires_at <= now))

        await self._database.write(work)

    async def country(self, person: str) -> str | None:
        """The country that the person chose (ISO 3166-1 alpha-2), if any."""
        async with self._database.reading() as session:
            found = await session.get(Person, person)
            return found.country if found else None

    async def choose_country(self, person: str, country: str) -> None:
        """Keep the person's country."""
        await self._choose(person, country=country)

    async def language(self, person: str) -> str | None:
        """The language that the person chose for what the bot says in its own name (ISO 639-1), if any."""
        async with self._database.reading() as session:
            found = await session.get(Person, person)
            return found.language if found else None

    async def choose_language(self, person: str, language: str) -> None:
        """Keep the person's language."""
        await self._choose(person, language=language)

    async def forget(self, person: str) -> None:
        """Delete everything about the person."""

        def work(session: Session) -> None:
            session.execute(delete(Turn).where(Turn.person == person))
            session.execute(delete(Person).where(Person.id == person))

        await self._database.write(work)

    async def _choose(self, person: str, **chosen: str) -> None:
        def work(session: Session) -> None:
            found = person_row(session, person, datetime.now(UTC))
            for name, value in chosen.items():
                setattr(found, name, value)

        await self._database.write(work)

"""What is remembered of a conversation, for as long as it lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.store.schema import Person, Turn

if TYPE_CHECKING:
    from bot.model import Reply

TURN_LIFETIME = timedelta(hours=12)
"""A conversation of tonight is gone tomorrow."""
RECENT_TURNS = 4


class Conversations:
    """Turns and choices of people, each under a keyed hash (see identity.py)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._session: async_sessionmaker[AsyncSession] = async_sessionmaker(engine, expire_on_commit=False)

    async def recent(self, person: str, now: datetime | None = None) -> list[Turn]:
        """The person's last turns that have not expired, oldest first; at most `RECENT_TURNS`."""
        now = now or datetime.now(UTC)
        async with self._session() as session:
            query = select(Turn).where(Turn.person == person, Turn.expires_at > now)
            rows = await session.scalars(query.order_by(Turn.id.desc()).limit(RECENT_TURNS))
            return list(reversed(rows.all()))

    async def remember(self, person: str, question: str, reply: Reply, now: datetime | None = None) -> None:
        """Keep a turn. Of an urgent message only the category is kept, never the words."""
        now = now or datetime.now(UTC)
        urgent = reply.category if reply.kind == "urgent" else None
        async with self._session.begin() as session:
            await self._ensure(session, person, now)
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
            await session.execute(delete(Turn).where(Turn.expires_at <= now))

    async def country(self, person: str) -> str | None:
        """The country that the person chose (ISO 3166-1 alpha-2), if any."""
        async with self._session() as session:
            found = await session.get(Person, person)
            return found.country if found else None

    async def choose_country(self, person: str, country: str) -> None:
        """Keep the person's country."""
        async with self._session.begin() as session:
            (await self._ensure(session, person, datetime.now(UTC))).country = country

    async def forget(self, person: str) -> None:
        """Delete everything about the person."""
        async with self._session.begin() as session:
            await session.execute(delete(Turn).where(Turn.person == person))
            await session.execute(delete(Person).where(Person.id == person))

    @staticmethod
    async def _ensure(session: AsyncSession, person: str, now: datetime) -> Person:
        found = await session.get(Person, person)
        if found is None:
            found = Person(id=person, created_at=now)
            session.add(found)
            await session.flush()
        return found

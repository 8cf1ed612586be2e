"""The durable inbox: an update is written here before it is handled, and marked when its reply was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.store.serving_schema import Letter, ShownReply

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE_LIFETIME = timedelta(days=2)
"""Telegram keeps an update for 24 hours; for longer than that its key is kept, so that it is not handled twice."""
DEAD_LIFETIME = timedelta(days=7)
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An update to be written: `payload` is JSON data, `chat` and `person` are keyed hashes."""

    platform: str
    key: str
    chat: str
    person: str
    payload: Payload
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A letter that is to be handled: its place in line, without its words."""

    id: int
    platform: str
    key: str
    chat: str
    person: str
    urgent: bool
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be handled: why, and since when. Never what it said."""

    id: int
    platform: str
    error: str
    tries: int
    received_at: datetime


class Inbox:
    """The letters of all platforms."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._session: async_sessionmaker[AsyncSession] = async_sessionmaker(engine, expire_on_commit=False)

    async def add(self, arrivals: Sequence[Arrival], now: datetime | None = None) -> list[Waiting]:
        """Write updates in one transaction. Returns: those that are new, in order; a known key is left alone."""
        now = now or datetime.now(UTC)
        letters: list[Letter] = []
        async with self._session.begin() as session:
            known = await self._known(session, arrivals)
            for one in arrivals:
                if (one.platform, one.key) in known:
                    continue
                known.add((one.platform, one.key))
                letters.append(_letter(one, now))
            session.add_all(letters)
        return [_waiting(letter) for letter in letters]

    async def waiting(self, platforms: Sequence[str], after: int = 0, limit: int = 1000) -> list[Waiting]:
        """Letters of these platforms that are to be handled, oldest first, with an id above `after`."""
        async with self._session() as session:
            query = select(Letter).where(Letter.state == "waiting", Letter.id > after, Letter.platform.in_(platforms))
            query = query.order_by(Letter.id).limit(limit)
            return [_waiting(letter) for letter in await session.scalars(query)]

    async def take(self, letter: int, now: datetime | None = None) -> Letter | None:
        """Read a letter to handle it now, and count the try before it is made: one that kills us is counted too."""
        async with self._session.begin() as session:
            found = await session.get(Letter, letter)
            if found is None or found.state != "waiting":
                return None
            found.tries += 1
            return found

    async def peek(self, letter: int) -> Letter | None:
        """Read a letter."""
        async with self._session() as session:
            return await session.get(Letter, letter)

    async def prepare(self, letter: int, parts: Sequence[Payload]) -> None:
        """Keep the rendered reply before its first part is sent, so that a restart goes on where it stopped."""
        await self._change(letter, outgoing=json.dumps(list(parts), ensure_ascii=False))

    async def sent(self, letter: int, parts: int, shown: int | None = None, reference: str | None = None) -> None:
        """`parts` parts are delivered; the last became the platform's message `reference` of the reply `shown`."""
        async with self._session.begin() as session:
            await session.execute(update(Letter).where(Letter.id == letter).values(sent=parts))
            row = await session.get(ShownReply, shown) if shown and reference else None
            if row is not None:
                row.answered_in = json.dumps([*json.loads(row.answered_in), reference])

    async def finish(self, letter: int) -> None:
        """Handled: only the key stays."""
        empty = {"payload": None, "outgoing": None, "chat": None, "person": None, "error": None}
        await self._change(letter, state="done", finished_at=datetime.now(UTC), **empty)

    async def postpone(self, letter: int, until: datetime, error: str | None) -> None:
        """To be handled later; `error` names what went wrong, in no words of the person."""
        await self._change(letter, due_at=until, error=error)

    async def bury(self, letter: int, error: str) -> None:
        """Given up: a dead letter, until it is retried or expires."""
        await self._change(letter, state="dead", error=error[:80], finished_at=datetime.now(UTC))

    async def dead(self) -> list[DeadLetter]:
        """Every dead letter, oldest first."""
        async with self._session() as session:
            rows = await session.scalars(select(Letter).where(Letter.state == "dead").order_by(Letter.id))
            return [
                DeadLetter(
                    id=row.id, platform=row.platform, error=row.error or "", tries=row.tries, received_at=_utc(row)
                )
                for row in rows
            ]

    async def retry(self, letters: Sequence[int] | None = None) -> int:
        """Put dead letters (all, or those named) back in line. Returns: how many."""
        change = update(Letter).where(Letter.state == "dead", Letter.payload.is_not(None))
        if letters is not None:
            change = change.where(Letter.id.in_(letters))
        async with self._session.begin() as session:
            values = {"state": "waiting", "tries": 0, "due_at": datetime.now(UTC), "finished_at": None}
            return len((await session.execute(change.values(**values).returning(Letter.id))).all())

    async def depth(self) -> dict[str, int]:
        """How many letters are waiting and how many are dead."""
        async with self._session() as session:
            rows = await session.execute(select(Letter.state, func.count()).group_by(Letter.state))
            counts = {str(state): int(count) for state, count in rows}
            return {state: counts.get(state, 0) for state in ("waiting", "dead")}

    async def drop(self, person: str) -> None:
        """Delete a person's letters: somebody who blocked the bot waits for nothing."""
        async with self._session.begin() as session:
            await session.execute(delete(Letter).where(Letter.person == person))

    async def expire(self, now: datetime | None = None) -> None:
        """Delete the keys of handled letters, and dead letters, that are past their time."""
        now = now or datetime.now(UTC)
        async with self._session.begin() as session:
            for state, lifetime in (("done", DONE_LIFETIME), ("dead", DEAD_LIFETIME)):
                old = delete(Letter).where(Letter.state == state, Letter.finished_at <= now - lifetime)
                await session.execute(old)

    async def _change(self, letter: int, **values: Any) -> None:
        async with self._session.begin() as session:
            await session.execute(update(Letter).where(Letter.id == letter).values(**values))

    @staticmethod
    async def _known(session: AsyncSession, arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
        keys = [one.key for one in arrivals]
        rows = await session.execute(select(Letter.platform, Letter.update_key).where(Letter.update_key.in_(keys)))
        return {(str(platform), str(key)) for platform, key in rows}


def _letter(one: Arrival, now: datetime) -> Letter:
    return Letter(
        platform=one.platform,
        update_key=one.key,
        chat=one.chat,
        person=one.person,
        urgent=one.urgent,
        payload=json.dumps(one.payload, ensure_ascii=False),
        sent=0,
        state="waiting",
        tries=0,
        received_at=now,
        due_at=now,
    )


def _waiting(letter: Letter) -> Waiting:
    due = letter.due_at if letter.due_at.tzinfo else letter.due_at.replace(tzinfo=UTC)
    return Waiting(
        id=letter.id,
        platform=letter.platform,
        key=letter.update_key,
        chat=letter.chat or "",
        person=letter.person or "",
        urgent=letter.urgent,
        due_at=due,
    )


def _utc(letter: Letter) -> datetime:
    return letter.received_at if letter.received_at.tzinfo else letter.received_at.replace(tzinfo=UTC)

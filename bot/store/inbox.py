"""The durable inbox: an update is written here before it is handled, and marked when its reply was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from bot.store.schema import Person
from bot.store.serving_schema import Letter, ShownReply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.store.database import Database

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
    received_at: datetime
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

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, arrivals: Sequence[Arrival]) -> list[Waiting]:
        """Write updates; not even a power cut loses them then. Returns: the new ones, in order; known ones are left."""
        now = datetime.now(UTC)

        def work(session: Session) -> list[Letter]:
            known = _known(session, arrivals)
            letters: list[Letter] = []
            for one in arrivals:
                if (one.platform, one.key) not in known:
                    known.add((one.platform, one.key))
                    letters.append(_letter(one, now))
            session.add_all(letters)
            return letters

        return [_waiting(letter) for letter in await self._database.write(work, durable=True)]

    async def waiting(self, platforms: Sequence[str], after: int = 0, limit: int = 1000) -> list[Waiting]:
        """Letters of these platforms that are to be handled, oldest first, with an id above `after`."""
        async with self._database.reading() as session:
            query = select(Letter).where(Letter.state == "waiting", Letter.id > after, Letter.platform.in_(platforms))
            query = query.order_by(Letter.id).limit(limit)
            return [_waiting(letter) for letter in await session.scalars(query)]

    async def is_waiting(self, letter: int) -> bool:
        """Whether a letter is still to be handled: another process may have done that."""
        found = await self.peek(letter)
        return found is not None and found.state == "waiting"

    async def before(self, letter: Waiting) -> list[Waiting]:
        """Letters of the same chat that came earlier and are still to be handled, oldest first."""
        async with self._database.reading() as session:
            query = select(Letter).where(Letter.state == "waiting", Letter.chat == letter.chat, Letter.id < letter.id)
            return [_waiting(one) for one in await session.scalars(query.order_by(Letter.id))]

    async def take(self, letter: int) -> Letter | None:
        """Read a letter to handle it now, and count the try before it is made: one that kills us is counted too."""

        def work(session: Session) -> Letter | None:
            found = session.get(Letter, letter)
            if found is None or found.state != "waiting":
                return None
            found.tries += 1
            return found

        return await self._database.write(work)

    async def peek(self, letter: int) -> Letter | None:
        """Read a letter."""
        async with self._database.reading() as session:
            return await session.get(Letter, letter)

    async def prepare(self, letter: int, parts: Sequence[Payload], introduced_to: str | None = None) -> None:
        """Keep the rendered reply before its first part is sent, so that a restart goes on where it stopped.

        `introduced_to` is the person whom the reply tells who the bot is: noted with it, or neither is.
        """
        now = datetime.now(UTC)
        outgoing = json.dumps(list(parts), ensure_ascii=False)

        def work(session: Session) -> None:
            session.execute(update(Letter).where(Letter.id == letter).values(outgoing=outgoing))
            session.execute(update(Person).where(Person.id == introduced_to).values(greeted_at=now))

        await self._database.write(work)

    async def sent(self, letter: int, parts: int, shown: int | None = None, reference: str | None = None) -> None:
        """`parts` parts are delivered; the last became the platform's message `reference` of the reply `shown`."""

        def work(session: Session) -> None:
            session.execute(update(Letter).where(Letter.id == letter).values(sent=parts))
            row = session.get(ShownReply, shown) if shown and reference else None
            if row is not None:
                row.answered_in = json.dumps([*json.loads(row.answered_in), reference])

        await self._database.write(work)

    async def finish(self, letter: int) -> None:
        """Handled: only the key stays."""
        empty = {"payload": None, "outgoing": None, "chat": None, "person": None, "error": None}
        await self._change(letter, state="done", finished_at=datetime.now(UTC), **empty)

    async def postpone(self, letter: int, until: datetime, error: str | None, *, counts: bool = True) -> None:
        """To be handled later; `error` names what went wrong, in no words of the person.

        With `counts=False` the try is taken back: it was the platform's failure, not the letter's.
        """
        tries = {} if counts else {"tries": Letter.tries - 1}
        await self._change(letter, due_at=until, error=error, **tries)

    async def bury(self, letter: int, error: str) -> None:
        """Given up: a dead letter, until it is retried or expires."""
        await self._change(letter, state="dead", error=error[:80], finished_at=datetime.now(UTC))

    async def dead(self) -> list[DeadLetter]:
        """Every dead letter, oldest first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(Letter).where(Letter.state == "dead").order_by(Letter.id))
            return [
                DeadLetter(
                    id=row.id,
                    platform=row.platform,
                    error=row.error or "",
                    tries=row.tries,
                    received_at=_utc(row.received_at),
                )
                for row in rows
            ]

    async def retry(self, letters: Sequence[int] | None = None) -> int:
        """Put dead letters (all, or those named) back in line. Returns: how many."""
        change = update(Letter).where(Letter.state == "dead", Letter.payload.is_not(None))
        if letters is not None:
            change = change.where(Letter.id.in_(letters))
        values = {"state": "waiting", "tries": 0, "due_at": datetime.now(UTC), "finished_at": None}
        again = change.values(**values).returning(Letter.id)
        return await self._database.write(lambda session: len(session.execute(again).all()))

    async def depth(self) -> dict[str, int]:
        """How many letters are waiting and how many are dead."""
        async with self._database.reading() as session:
            rows = await session.execute(select(Letter.state, func.count()).group_by(Letter.state))
            counts = {str(state): int(count) for state, count in rows}
            return {state: counts.get(state, 0) for state in ("waiting", "dead")}

    async def drop(self, person: str) -> None:
        """Delete a person's letters: somebody who blocked the bot waits for nothing."""
        await self._database.write(lambda session: session.execute(delete(Letter).where(Letter.person == person)))

    async def expire(self, now: datetime | None = None) -> None:
        """Delete the keys of handled letters, and dead letters, that are past their time."""
        now = now or datetime.now(UTC)

        def work(session: Session) -> None:
            for state, lifetime in (("done", DONE_LIFETIME), ("dead", DEAD_LIFETIME)):
                session.execute(delete(Letter).where(Letter.state == state, Letter.finished_at <= now - lifetime))

        await self._database.write(work)

    async def _change(self, letter: int, **values: Any) -> None:
        change = update(Letter).where(Letter.id == letter).values(**values)
        await self._database.write(lambda session: session.execute(change))


def _known(session: Session, arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
    keys = [one.key for one in arrivals]
    rows = session.execute(select(Letter.platform, Letter.update_key).where(Letter.update_key.in_(keys)))
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
    return Waiting(
        id=letter.id,
        platform=letter.platform,
        key=letter.update_key,
        chat=letter.chat or "",
        person=letter.person or "",
        urgent=letter.urgent,
        received_at=_utc(letter.received_at),
        due_at=_utc(letter.due_at),
    )


def _utc(when: datetime) -> datetime:
    """SQLite hands times back without their zone."""
    return when if when.tzinfo else when.replace(tzinfo=UTC)

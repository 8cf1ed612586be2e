"""Replies that were shown, for as long as their buttons work, and what people thought of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.store.serving_schema import Feedback, FeedbackPassage, PlatformState, ShownReply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from bot.store.database import Database

SHOWN_LIFETIME = timedelta(hours=12)
"""As long as a conversation (conversations.TURN_LIFETIME): a button of last week says that it is too old."""
FEEDBACK_LIFETIME = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A reply on somebody's screen. `reply` is JSON data; `answered_in` the platform's ids of the messages."""

    id: int
    person: str
    chat: str
    question: str | None
    reply: dict[str, Any]
    answered_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One rating for the maintainers, without the person."""

    platform: str
    reply_kind: str
    rating: str
    reason: str | None
    given_on: date
    passages: tuple[tuple[str, str], ...]


class ShownReplies:
    """Shown replies, ratings, and what platforms were told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, *, person: str, chat: str, asked_in: str, question: str | None, reply: dict[str, Any]) -> int:
        """Keep a reply before it is sent. Returns: the id that its buttons carry."""
        now = datetime.now(UTC)
        row = ShownReply(
            person=person,
            chat=chat,
            asked_in=asked_in,
            answered_in="[]",
            question=question,
            reply=json.dumps(reply, ensure_ascii=False),
            shown_at=now,
            expires_at=now + SHOWN_LIFETIME,
        )

        def work(session: Session) -> int:
            session.add(row)
            session.flush()
            return row.id

        return await self._database.write(work)

    async def find(self, shown: int) -> Shown | None:
        """A reply by its id, unless it is too old."""
        return await self._first(select(ShownReply).where(ShownReply.id == shown))

    async def last(self, person: str, chat: str) -> Shown | None:
        """The last reply that the person got in a chat."""
        query = select(ShownReply).where(ShownReply.person == person, ShownReply.chat == chat)
        return await self._first(query.order_by(ShownReply.id.desc()).limit(1))

    async def answer_to(self, asked_in: str) -> Shown | None:
        """The reply to a message, for editing it when the message was edited."""
        query = select(ShownReply).where(ShownReply.asked_in == asked_in)
        return await self._first(query.order_by(ShownReply.id.desc()).limit(1))

    async def rate(
        self,
        shown: Shown,
        *,
        person: str,
        platform: str,
        rating: str,
        passages: Sequence[tuple[str, str]],
        reason: str | None = None,
    ) -> None:
        """Keep a rating; a second one of the same person for the same answer replaces the first."""
        today = datetime.now(UTC).date()

        def work(session: Session) -> None:
            query = select(Feedback).where(Feedback.person == person, Feedback.shown == shown.id)
            found = session.scalar(query)
            if found is not None:
                found.rating, found.reason = rating, reason
                return
            row = Feedback(
                person=person,
                shown=shown.id,
                platform=platform,
                reply_kind=str(shown.reply["kind"]),
                rating=rating,
                reason=reason,
                given_on=today,
                expires_on=today + FEEDBACK_LIFETIME,
            )
            session.add(row)
            session.flush()
            session.add_all(FeedbackPassage(feedback=row.id, passage=p, wording_hash=h) for p, h in passages)

        await self._database.write(work)

    async def ratings(self) -> list[Rating]:
        """Every rating, oldest first, with the passages that the answer cited."""
        async with self._database.reading() as session:
            cited: dict[int, list[tuple[str, str]]] = {}
            for row in await session.scalars(select(FeedbackPassage).order_by(FeedbackPassage.passage)):
                cited.setdefault(row.feedback, []).append((row.passage, row.wording_hash))
            return [
                Rating(
                    platform=row.platform,
                    reply_kind=row.reply_kind,
                    rating=row.rating,
                    reason=row.reason,
                    given_on=row.given_on,
                    passages=tuple(cited.get(row.id, ())),
                )
                for row in await session.scalars(select(Feedback).order_by(Feedback.id))
            ]

    async def told(self, name: str) -> str | None:
        """What a platform was last told under a name."""
        async with self._database.reading() as session:
            found = await session.get(PlatformState, name)
            return found.value if found else None

    async def tell(self, name: str, value: str) -> None:
        """Keep what a platform was told."""
        await self._database.write(lambda session: session.merge(PlatformState(name=name, value=value)))

    async def _first(self, query: Any) -> Shown | None:
        async with self._database.reading() as session:
            row = await session.scalar(query.where(ShownReply.expires_at > datetime.now(UTC)))
            if row is None:
                return None
            return Shown(
                id=row.id,
                person=row.person,
                chat=row.chat,
                question=row.question,
                reply=json.loads(row.reply),
                answered_in=tuple(json.loads(row.answered_in)),
            )

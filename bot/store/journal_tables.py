"""Writes and reads the curators' journal (tables: journal_schema.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.journal_schema import CitationRecord, CitedPassage, Gap, TopicAsked
from knowledge.passages import wording_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from bot.store.database import Database
    from knowledge.model import Passage

CITATION_LIFETIME = timedelta(days=90)
GAP_LIFETIME = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A passage that an answer or a brief cited, with the hash of what it said then."""

    record: int
    kind: str
    reference: str | None
    made_on: date
    passage: str
    wording_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question that got no answer, redacted, and the day it was asked."""

    question: str
    asked_on: date


class JournalTables:
    """The journal in the database. What has expired is never read, and is deleted at the next write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cite(
        self, kind: str, passages: Iterable[Passage], *, reference: str | None = None, today: date | None = None
    ) -> None:
        """Record what a reply (or, with a `reference`, a saved brief) cited, and count its topics."""
        today = today or datetime.now(UTC).date()
        distinct = {passage.id: passage for passage in passages}

        def work(session: Session) -> None:
            session.execute(delete(CitationRecord).where(CitationRecord.expires_on < today))
            expires = None if reference else today + CITATION_LIFETIME
            record = CitationRecord(kind=kind, reference=reference, made_on=today, expires_on=expires)
            session.add(record)
            session.flush()
            for passage in distinct.values():
                hashed = wording_hash(passage)
                row = CitedPassage(
                    record=record.id, passage=passage.id, guidance=passage.guidance_id, wording_hash=hashed
                )
                session.add(row)
            for topic in sorted({passage.guidance_id for passage in distinct.values()}):
                _count(session, topic)

        await self._database.write(work)

    async def keep_gap(self, question: str, today: date | None = None) -> None:
        """Keep an unanswered question, already redacted."""
        today = today or datetime.now(UTC).date()

        def work(session: Session) -> None:
            session.execute(delete(Gap).where(Gap.expires_on < today))
            session.add(Gap(question=question, asked_on=today, expires_on=today + GAP_LIFETIME))

        await self._database.write(work)

    async def cited(self, guidance: str, today: date | None = None) -> Sequence[Cited]:
        """Every unexpired citation of a topic's passages, newest first."""
        today = today or datetime.now(UTC).date()
        query = (
            select(CitationRecord, CitedPassage)
            .join(CitedPassage, CitedPassage.record == CitationRecord.id)
            .where(CitedPassage.guidance == guidance)
            .where((CitationRecord.expires_on.is_(None)) | (CitationRecord.expires_on >= today))
            .order_by(CitationRecord.id.desc(), CitedPassage.passage)
        )
        async with self._database.reading() as session:
            return [
                Cited(
                    record=record.id,
                    kind=record.kind,
                    reference=record.reference,
                    made_on=record.made_on,
                    passage=cited.passage,
                    wording_hash=cited.wording_hash,
                )
                for record, cited in await session.execute(query)
            ]

    async def gaps(self, today: date | None = None) -> list[Unanswered]:
        """Every unexpired unanswered question, oldest first."""
        today = today or datetime.now(UTC).date()
        async with self._database.reading() as session:
            rows = await session.scalars(select(Gap).where(Gap.expires_on >= today).order_by(Gap.asked_on, Gap.id))
            return [Unanswered(question=row.question, asked_on=row.asked_on) for row in rows]

    async def asked(self) -> dict[str, int]:
        """How often each topic was asked about."""
        async with self._database.reading() as session:
            return {row.topic: row.asked for row in await session.scalars(select(TopicAsked))}


def _count(session: Session, topic: str) -> None:
    raised = session.execute(
        update(TopicAsked)
        .where(TopicAsked.topic == topic)
        .values(asked=TopicAsked.asked + 1)
        .returning(TopicAsked.topic)
    )
    if raised.first() is None:
        session.add(TopicAsked(topic=topic, asked=1))
        session.flush()

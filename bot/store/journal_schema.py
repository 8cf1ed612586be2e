"""The tables of the curators' journal: what was cited, what was asked about, what could not be answered.

None of them has a person column or anything else that leads to one: days instead of times, no conversation, no
platform. So `/forget`, which empties every table of a person's rows, has nothing to delete here. The only words are
those of `gap`, kept after personal details are taken out (bot/redaction.py); all rows but the topic counts expire.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Base


class CitationRecord(Base):
    """One thing that cited passages: an answer that was sent (expires), or a saved brief (`reference`, kept)."""

    __tablename__ = "citation_record"
    __table_args__ = (Index("ix_citation_record_expires_on", "expires_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(200))
    made_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)


class CitedPassage(Base):
    """A passage that a record cited, and the hash of what it said then."""

    __tablename__ = "cited_passage"
    __table_args__ = (Index("ix_cited_passage_guidance", "guidance"),)

    record: Mapped[int] = mapped_column(ForeignKey("citation_record.id", ondelete="CASCADE"), primary_key=True)
    passage: Mapped[str] = mapped_column(String(300), primary_key=True)
    guidance: Mapped[str] = mapped_column(String(200))
    wording_hash: Mapped[str] = mapped_column(String(64))


class TopicAsked(Base):
    """How often answers came from a topic, since the installation began."""

    __tablename__ = "topic_asked"

    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    asked: Mapped[int] = mapped_column(Integer)


class Gap(Base):
    """A question that got no answer, without personal details."""

    __tablename__ = "gap"
    __table_args__ = (Index("ix_gap_expires_on", "expires_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    question: Mapped[str] = mapped_column(Text)
    asked_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)

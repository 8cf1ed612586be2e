"""The tables that hold what is remembered about a person. `person` is always a keyed hash (see identity.py)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.model import UrgentCategory
from knowledge.schema import Base


class Person(Base):
    """A person on one platform: what they chose, when they were told who the bot is, the day they last wrote."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    greeted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen_on: Mapped[date | None] = mapped_column(Date)


class Turn(Base):
    """One question of a conversation and the kind of reply it got; the text of urgent messages is not kept."""

    __tablename__ = "turn"
    __table_args__ = (Index("ix_turn_person_id", "person", "id"), Index("ix_turn_expires_at", "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    question: Mapped[str | None] = mapped_column(Text)
    reply_kind: Mapped[str] = mapped_column(String(20))
    urgent_category: Mapped[UrgentCategory | None] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

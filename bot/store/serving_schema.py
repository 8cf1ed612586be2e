"""The tables of the chat adapters: messages to be handled, replies shown, feedback, and what a platform was told.

`person` and `chat` are keyed hashes (identity.py). A platform's own ids stand only in a letter's `payload` and
`outgoing`, without which no reply could be sent, and those are emptied as soon as the letter is handled.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.schema import Base


class Letter(Base):
    """One incoming update. `state` is waiting, done or dead; a done one keeps only its key, against redelivery.

    `outgoing` holds the reply's rendered parts (JSON) once it is made, `sent` how many of them were delivered.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "update_key", name="uq_inbox_update"),
        Index("ix_inbox_state_id", "state", "id"),
        Index("ix_inbox_person", "person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    platform: Mapped[str] = mapped_column(String(20))
    update_key: Mapped[str] = mapped_column(String(80))
    chat: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[str | None] = mapped_column(String(64))
    urgent: Mapped[bool] = mapped_column(Boolean)
    payload: Mapped[str | None] = mapped_column(Text)
    outgoing: Mapped[str | None] = mapped_column(Text)
    sent: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LessonDone(Base):
    """A lesson for creators that a person has finished, and how many answers of its quiz were right the last time."""

    __tablename__ = "lesson_done"

    person: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(60), primary_key=True)
    right: Mapped[int] = mapped_column(Integer)
    done_on: Mapped[date] = mapped_column(Date)


class ShownReply(Base):
    """A reply that a person can still act on with its buttons; `reply` is the JSON of shown.py.

    `asked_in` is the hash of the message that asked, `answered_in` the platform's ids of ours, for editing in place.
    """

    __tablename__ = "shown_reply"
    __table_args__ = (
        Index("ix_shown_reply_person_chat", "person", "chat"),
        Index("ix_shown_reply_asked_in", "asked_in"),
        Index("ix_shown_reply_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    chat: Mapped[str] = mapped_column(String(64))
    asked_in: Mapped[str] = mapped_column(String(64))
    answered_in: Mapped[str] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text)
    shown_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Feedback(Base):
    """What a person thought of an answer. `shown` is the id that the answer had, also after that row is gone."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("person", "shown", name="uq_feedback_person_shown"),
        Index("ix_feedback_expires_on", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    shown: Mapped[int] = mapped_column(Integer)
    platform: Mapped[str] = mapped_column(String(20))
    reply_kind: Mapped[str] = mapped_column(String(20))
    rating: Mapped[str] = mapped_column(String(4))
    reason: Mapped[str | None] = mapped_column(String(20))
    given_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)


class FeedbackPassage(Base):
    """A passage that a rated answer cited, and the hash of what it said then."""

    __tablename__ = "feedback_passage"

    feedback: Mapped[int] = mapped_column(ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True)
    passage: Mapped[str] = mapped_column(String(300), primary_key=True)
    wording_hash: Mapped[str] = mapped_column(String(64))


class PlatformState(Base):
    """What a platform was last told (its command lists), so that it is told again only when that changed."""

    __tablename__ = "platform_state"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))

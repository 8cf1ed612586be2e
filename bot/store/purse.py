"""The model's budget, kept in the database: answers a person and tokens a day. `person` is a keyed hash."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.schema import Base

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.database import Database

EVERYBODY = ""
"""The row that a day's tokens are counted in; forgetting a person does not give the day its tokens back."""


class ModelUse(Base):
    """What a person (or everybody, '') asked of the model on one day (UTC)."""

    __tablename__ = "model_use"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(Integer)


class StoredPurse:
    """Counts answers a person and tokens a day, and says when either is used up."""

    def __init__(
        self,
        database: Callable[[], Awaitable[Database]],
        *,
        answers: int,
        tokens: int,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._database = database
        self._answers, self._tokens = answers, tokens
        self._today = today

    async def may_spend(self, person: str) -> bool:
        """Whether one more answer is within both budgets; it is counted at once, so that two at a time cannot slip by.

        Raises:
            StoreError, SQLAlchemyError: the database cannot be used.
        """

        def work(session: Session) -> bool:
            day = self._row(session, EVERYBODY)
            if day is not None and day.tokens >= self._tokens:
                return False
            if not person:
                return True
            own = self._row(session, person) or self._added(session, person)
            own.answers += 1
            return own.answers <= self._answers

        return await (await self._database()).write(work)

    async def spend(self, tokens: int) -> None:
        """Add tokens to the day's. Old days are deleted. Raises: as `may_spend`."""

        def work(session: Session) -> None:
            session.execute(delete(ModelUse).where(ModelUse.day < self._today()))
            day = self._row(session, EVERYBODY) or self._added(session, EVERYBODY)
            day.answers, day.tokens = day.answers + 1, day.tokens + tokens

        await (await self._database()).write(work)

    def _row(self, session: Session, person: str) -> ModelUse | None:
        return session.get(ModelUse, (person, self._today()), with_for_update=True)

    def _added(self, session: Session, person: str) -> ModelUse:
        row = ModelUse(person=person, day=self._today(), answers=0, tokens=0)
        session.add(row)
        return row

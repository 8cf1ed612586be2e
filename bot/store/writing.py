"""One writer for SQLite: a thread with a connection of its own, which carries out what waits in common transactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TOGETHER = 200
"""Pieces of work in one transaction: few enough that another process (`citewell inbox`) gets its turn."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A piece of work that waits, and who waits for it."""

    work: Callable[[Session], Any]
    durable: bool
    future: asyncio.Future[Any]


class GroupingWriter:
    """Carries out writes in the order in which they come. What comes while others are written shares the next commit.

    SQLite has one writer at a time: many that ask at once would only wait for each other, the unlucky ones until their
    patience ends ("database is locked"). Each piece of work has a savepoint of its own, so none fails for another.
    """

    def __init__(self, url: URL, prepare: Callable[[Any, Any], None]) -> None:
        self._engine = create_engine(url.set(drivername="sqlite"), hide_parameters=True)
        event.listen(self._engine, "connect", prepare)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="citewell-writer")
        self._waiting: list[_Piece] = []
        self._busy: asyncio.Task[None] | None = None

    async def write(self, work: Callable[[Session], Result], *, durable: bool) -> Result:
        """Carry out a piece of work; it is committed when this returns. Raises: SQLAlchemyError, or what it raises."""
        piece = _Piece(work=work, durable=durable, future=asyncio.get_running_loop().create_future())
        self._waiting.append(piece)
        if self._busy is None:
            self._busy = asyncio.create_task(self._empty())
        result: Result = await piece.future
        return result

    async def close(self) -> None:
        """Carry out what still waits and let go of the connection."""
        if self._busy is not None:
            await asyncio.gather(self._busy, return_exceptions=True)
        self._thread.submit(self._engine.dispose).result()
        self._thread.shutdown()

    async def _empty(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                group = [piece for piece in group if not piece.future.done()]
                outcomes = await loop.run_in_executor(self._thread, self._carry_out, group)
                for piece, outcome in zip(group, outcomes, strict=True):
                    _settle(piece.future, outcome)
        finally:
            self._busy = None

    def _carry_out(self, group: Sequence[_Piece]) -> list[_Outcome]:
        """In the writer's thread: one transaction. Returns: what became of each; one error for all if none was kept."""
        durable = any(piece.durable for piece in group)
        try:
            with closing(self._engine.connect()) as connection:
                connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                # The write lock is taken at the start: a transaction that begins by reading cannot wait for it later.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                outcomes = [_try(piece.work, connection) for piece in group]
                connection.commit()
        except Exception as error:
            return [_Outcome(error=error)] * len(group)
        return outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of a piece of work."""

    result: Any = None
    error: Exception | None = None


def _try(work: Callable[[Session], Any], connection: Any) -> _Outcome:
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        try:
            result = work(session)
            session.commit()
        except Exception as error:
            return _Outcome(error=error)
    return _Outcome(result=result)


def _settle(future: asyncio.Future[Any], outcome: _Outcome) -> None:
    if future.done():  # nobody waits for it any more
        return
    if outcome.error is not None:
        future.set_exception(outcome.error)
    else:
        future.set_result(outcome.result)

"""Locks between processes that share a PostgreSQL database. A process that dies lets go of its locks."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

_PATIENCE_S = 1.5
"""How long one question to the database may take: somebody in danger does not wait for a lock longer than that."""

_log = logging.getLogger(__name__)


class Locks:
    """Advisory locks of one connection that is kept for them. On SQLite, which one process serves, all are free.

    Two holders inside one process would both get a lock: who shares a process orders its own work.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking = asyncio.Lock()
        self._connection: AsyncConnection | None = None

    @property
    def are_shared(self) -> bool:
        """Whether other processes may serve the same chats."""
        return self._database.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def held(
        self, name: str, *, if_down: bool = False, pauses: Sequence[float] = (0.2, 0.5)
    ) -> AsyncIterator[bool]:
        """Hold a lock for the block. Gives whether it is ours; `if_down` is the answer when nobody can be asked.

        A lock that another process holds is asked for again after each of `pauses` (seconds).
        """
        if not self.are_shared:
            yield True
            return
        ours = None
        for pause in (*pauses, None):
            ours = await self._ask("SELECT pg_try_advisory_lock(:key)", name)
            if ours is not False or pause is None:
                break
            await asyncio.sleep(pause)
        try:
            yield if_down if ours is None else ours
        finally:
            if ours:
                await asyncio.shield(self._ask("SELECT pg_advisory_unlock(:key)", name))

    async def close(self) -> None:
        """Let go of everything."""
        async with self._asking:
            await self._hang_up()

    async def _ask(self, query: str, name: str) -> bool | None:
        """The database's answer; None when it gives none. The locks of a connection that broke are gone with it."""
        async with self._asking:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    if self._connection is None:
                        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
                        self._connection = await engine.connect()
                    return bool(await self._connection.scalar(text(query), {"key": _number(name)}))
            except Exception as error:
                if not isinstance(error, SQLAlchemyError | TimeoutError) and not unreachable(error):
                    raise
                _log.warning("the database gives no locks (%s)", type(error).__name__)
                await self._hang_up()
                return None

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be broken already
                await connection.invalidate()
                await connection.close()


def _number(name: str) -> int:
    """A lock's number: 64 bits, signed, as PostgreSQL takes it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)

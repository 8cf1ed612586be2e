"""Notes for the curators after a reply is made: what it cited, or that nothing could. Never in a reply's way."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.model import Abstention, Answer, Referral, Reply, Verdict
from bot.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.database import Database

WAITING = 200
"""Notes that may wait to be written; beyond that the database is not keeping up, and a note is dropped."""
FLUSH_S = 10.0

_log = logging.getLogger(__name__)


class Journal:
    """Writes notes one after another, behind the reply. A note that fails is logged without its words and given up.

    Urgent replies, referrals without guidance and small talk leave no note at all.
    """

    def __init__(self, database: Callable[[], Awaitable[Database]], *, keep_gaps: bool) -> None:
        self._database = database
        self._keep_gaps = keep_gaps
        self._turn = asyncio.Lock()
        self._notes: set[asyncio.Task[None]] = set()

    def note(self, question: str, reply: Reply) -> None:
        """Make a note of a reply; returns at once. Must be called on the event loop."""
        cites = isinstance(reply, Answer | Verdict | Referral) and bool(reply.citations)
        gap = isinstance(reply, Abstention) and self._keep_gaps
        if not (cites or gap) or len(self._notes) >= WAITING:
            return
        task = asyncio.create_task(self._write(question, reply))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def flush(self) -> None:
        """Wait until the notes made so far are written, at most `FLUSH_S` seconds."""
        if self._notes:
            _, late = await asyncio.wait(self._notes, timeout=FLUSH_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _write(self, question: str, reply: Reply) -> None:
        from bot.store.journal_tables import JournalTables

        try:
            async with self._turn:
                tables = JournalTables(await self._database())
                if isinstance(reply, Answer | Verdict | Referral):
                    await tables.cite(reply.kind, [citation.passage for citation in reply.citations])
                else:
                    await tables.keep_gap(redact(question))
        except Exception as error:
            _log.warning("a note for the curators was lost (%s)", type(error).__name__)

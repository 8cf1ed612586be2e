"""Takes updates in: into the inbox first, then to the worker. Danger does not wait for the database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.store.inbox import Arrival, Inbox, Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.serving.handling import Handling
    from adapters.serving.incoming import Incoming
    from adapters.serving.worker import Worker
    from bot.app import App
    from bot.store.identity import Identity

_PATIENCE_S = 3.0
"""How long somebody in danger waits for the inbox to be written."""

_log = structlog.get_logger("citewell.intake")


class Intake:
    """Where adapters hand in their updates."""

    def __init__(self, *, app: App, inbox: Inbox, handling: Handling, worker: Worker, identity: Identity) -> None:
        self._app = app
        self._inbox = inbox
        self._handling = handling
        self._worker = worker
        self._identity = identity

    def hash_of(self, platform: str, what: str) -> str:
        """The keyed hash of a person, a chat or a message of a platform; 64 hex digits."""
        return self._identity.person(platform, what)

    def is_urgent(self, text: str) -> bool:
        """Whether triage finds danger in a text. A text that breaks it waits in line, where its failure shows."""
        try:
            return bool(text) and self._app.assess(text).alert is not None
        except Exception as error:
            _log.error("triage failed", exc_info=error)
            return False

    async def receive(self, updates: Sequence[Incoming]) -> None:
        """Write the updates down and have them handled; when this returns, a crash loses none of them.

        Raises:
            SQLAlchemyError: they could not be written; the platform must keep and deliver them again.
        """
        for gone in (one for one in updates if one.kind == "left"):
            await self._inbox.drop(gone.person)
        updates = [
            one for one in updates if one.kind != "left" and not self._worker.has_answered(one.platform, one.key)
        ]
        if not updates:
            return
        urgent = await asyncio.to_thread(lambda: {one.key for one in updates if self.is_urgent(one.text)})
        arrivals = [_arrival(one, urgent=one.key in urgent) for one in updates]
        writing = asyncio.create_task(self._inbox.add(arrivals))
        await asyncio.wait({writing}, timeout=_PATIENCE_S if urgent else None)
        if writing.done() and writing.exception() is None:
            self._hand_over(writing.result(), {one.key: one for one in updates if one.key in urgent})
            return
        for one in updates:
            if one.key in urgent:
                await self._answer_unwritten(one)
        self._hand_over(await writing, {})

    def _hand_over(self, letters: Sequence[Waiting], urgent: dict[str, Incoming]) -> None:
        for letter in letters:
            if letter.key in urgent:
                self._worker.hurry(letter, urgent[letter.key])
            else:
                self._worker.enqueue([letter])

    async def _answer_unwritten(self, incoming: Incoming) -> None:
        _log.warning("answering without the inbox", chat=incoming.chat[:12])
        try:
            with self._worker.answering(incoming.platform, incoming.key):
                await self._handling.handle_unwritten(incoming)
        except Exception as error:
            _log.error("urgent message not answered yet", chat=incoming.chat[:12], error=type(error).__name__)


def _arrival(one: Incoming, *, urgent: bool) -> Arrival:
    return Arrival(
        platform=one.platform, key=one.key, chat=one.chat, person=one.person, payload=one.as_json(), urgent=urgent
    )

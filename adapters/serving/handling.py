"""Handles one letter: respond, keep the rendered reply, send it part by part, mark it done.

Killed at any moment, a letter goes on from its last mark at the next start. A part can be sent again only when the
process dies, or the connection breaks, between the platform's taking it and the mark: one message each time.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from adapters.serving.incoming import Incoming
from adapters.serving.outgoing import Message
from adapters.serving.platform import Part, Platform, TryLater, Unreachable
from adapters.serving.wording import wording

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from adapters.serving.dialogue import Dialogue
    from adapters.serving.monitor import Monitor
    from bot.store.inbox import Inbox
    from bot.store.serving_schema import Letter

Platforms = "Mapping[str, Platform]"
MAX_TRIES = 6
"""After so many tries, each counted before it is made, a letter is dead."""


_LAST_MARK_S = 2.0
"""How long a stop waits for a part on its way; with `serve.GRACE_S` it stays below `serve.LAST_RESORT_S`."""


class GaveUp(Exception):
    """A letter was tried too often."""


class Handling:
    """What the worker does with a letter."""

    def __init__(
        self, *, inbox: Inbox, dialogue: Dialogue, platforms: Mapping[str, Platform], monitor: Monitor
    ) -> None:
        self._inbox = inbox
        self._dialogue = dialogue
        self._platforms = platforms
        self._monitor = monitor

    @property
    def served(self) -> list[str]:
        """The platforms whose letters this process handles."""
        return list(self._platforms)

    async def handle(self, letter_id: int) -> None:
        """Handle a letter to its end. One that is gone or done is left alone.

        Raises:
            TryLater, Exception: it is to be tried again.
            GaveUp: it was tried too often already.
        """
        letter = await self._inbox.take(letter_id)
        if letter is None or letter.payload is None:
            return
        if letter.tries > MAX_TRIES:
            raise GaveUp
        incoming = Incoming.from_json(json.loads(letter.payload))
        platform = self._platforms[letter.platform]
        if letter.outgoing is None:
            messages = await self._respond(platform, incoming, letter)
            parts = platform.render(incoming, messages)
            introduces = any(message.introduces for message in messages)
            await self._inbox.prepare(letter.id, parts, incoming.person if introduces else None)
        else:
            parts = json.loads(letter.outgoing)
        with self._monitor.stage("send"):
            await self._send(platform, incoming, letter, parts)
        await self._inbox.finish(letter.id)

    async def handle_unwritten(self, incoming: Incoming) -> None:
        """Answer somebody in danger although the inbox cannot be written."""
        platform = self._platforms[incoming.platform]
        parts = platform.render(incoming, await self._dialogue.urgent(incoming))
        await deliver_parts(platform, incoming, parts)

    async def tell(self, letter_id: int, name: str) -> None:
        """Send a notice of `wording.yaml` to where a letter came from; a failure does not matter."""
        letter = await self._inbox.peek(letter_id)
        if letter is None or letter.payload is None:
            return
        incoming = Incoming.from_json(json.loads(letter.payload))
        platform = self._platforms[letter.platform]
        try:
            await deliver_parts(platform, incoming, platform.render(incoming, [Message(text=wording()[name])]))
        except (TryLater, Unreachable):
            return

    async def _respond(self, platform: Platform, incoming: Incoming, letter: Letter) -> list[Message]:
        async with platform.typing(incoming):
            with self._monitor.stage("answer"):
                return await self._dialogue.respond(incoming, letter.id)

    async def _send(self, platform: Platform, incoming: Incoming, letter: Letter, parts: list[Part]) -> None:
        async def mark(number: int, part: Part, reference: str | None) -> None:
            await self._inbox.sent(letter.id, number, part.get("shown"), reference)

        await deliver_parts(platform, incoming, parts, start=letter.sent, mark=mark)


async def deliver_parts(
    platform: Platform, incoming: Incoming, parts: Sequence[Part], *, start: int = 0, mark: object = None
) -> None:
    """Send the parts from `start` on; where a private one cannot be delivered, what is meant for that case instead.

    Raises:
        TryLater: the platform does not take one now.
    """
    for number, part in enumerate(parts[start:], start + 1):
        if part.get("when") == "unreached":
            continue
        try:
            await _unbroken(_deliver(platform, incoming, number, part, mark))
        except Unreachable:
            if not part.get("private"):
                return  # nobody is there any more
            for other in parts:
                if other.get("when") == "unreached":
                    await _attempt(platform, incoming, other)
            return


async def _deliver(platform: Platform, incoming: Incoming, number: int, part: Part, mark: object) -> None:
    reference = await platform.deliver(incoming, part)
    if callable(mark):
        await mark(number, part, reference)


async def _unbroken(sending: Coroutine[None, None, None]) -> None:
    """Send and mark. When this process stops in between, the mark is still waited for, else the part came again."""
    task = asyncio.ensure_future(sending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_LAST_MARK_S)
        task.cancel()
        raise


async def _attempt(platform: Platform, incoming: Incoming, part: Part) -> None:
    try:
        await platform.deliver(incoming, part)
    except Unreachable:
        return

"""Per-person and per-chat limits. Over a limit a message waits; a crisis message never comes here."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from aiolimiter import AsyncLimiter

if TYPE_CHECKING:
    from bot.settings import Settings

WINDOW_S = 60.0
_REMEMBERED = 20_000
"""Limiters kept; the least used go first, and one that idled for a window has forgotten everything anyway."""


class Limits:
    """`citewell serve`'s limits, by keyed hash."""

    def __init__(self, settings: Settings) -> None:
        self._person = settings.person_per_minute
        self._chat = settings.chat_per_minute
        self._told: OrderedDict[str, float] = OrderedDict()
        self._limiters: OrderedDict[tuple[str, str], AsyncLimiter] = OrderedDict()

    def has_room(self, person: str, chat: str) -> bool:
        """Whether a message may be handled at once."""
        return all(limiter.has_capacity() for limiter in self._both(person, chat))

    async def pass_through(self, person: str, chat: str) -> None:
        """Wait until a message may be handled, and count it."""
        for limiter in self._both(person, chat):
            await limiter.acquire()

    def should_tell(self, chat: str) -> bool:
        """Whether a notice is due: at most one a window in a chat."""
        now = time.monotonic()
        if now - self._told.get(chat, float("-inf")) < WINDOW_S:
            return False
        self._told[chat] = now
        self._told.move_to_end(chat)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True

    def _both(self, person: str, chat: str) -> tuple[AsyncLimiter, AsyncLimiter]:
        return self._limiter("person", person, self._person), self._limiter("chat", chat, self._chat)

    def _limiter(self, kind: str, key: str, rate: int) -> AsyncLimiter:
        found = self._limiters.get((kind, key)) or AsyncLimiter(rate, WINDOW_S)
        self._limiters[kind, key] = found
        self._limiters.move_to_end((kind, key))
        if len(self._limiters) > _REMEMBERED:
            self._limiters.popitem(last=False)
        return found

"""How updates come in: by long polling, or by webhook. An update counts as taken only when it is in the inbox."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from adapters.telegram.reading import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.serving.incoming import Incoming
    from adapters.serving.intake import Intake
    from adapters.serving.monitor import Monitor
    from adapters.telegram.reading import Reading

POLL_S = 20
"""A poll that finds nothing lasts this long; one that lasts `STALLED_S` longer is broken off and started anew."""
STALLED_S = 12.0
_LONGEST_PAUSE_S = 8.0
_BIGGEST_UPDATE = 1024**2
_UNGUESSABLE = 24
"""Letters of a path segment from which on it counts as one that cannot be guessed."""

Result = TypeVar("Result")
_log = structlog.get_logger("citewell.telegram")


class PollingBot(ExtBot[int]):
    """A bot that hands out updates as they came: one that cannot be read must not hold up the others."""

    async def raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Long-poll once. Raises: TelegramError."""
        wanted: dict[str, Any] = {"timeout": POLL_S, "allowed_updates": list(ALLOWED)}
        if offset is not None:
            wanted["offset"] = offset
        found = await self._post("getUpdates", wanted, read_timeout=POLL_S + 5)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class Receiving:
    """Reads updates and hands them to the intake."""

    def __init__(self, bot: PollingBot, reading: Reading, intake: Intake, monitor: Monitor) -> None:
        self._bot = bot
        self._reading = reading
        self._intake = intake
        self._monitor = monitor

    async def poll(self) -> None:
        """Poll until cancelled. The offset moves on only when the inbox has the updates."""
        with suppress(InvalidToken, BadRequest):  # a server without webhooks
            await retrying("delete_webhook", lambda: self._bot.delete_webhook(drop_pending_updates=False))
        offset: int | None = None
        failures = 0
        while True:
            started = time.monotonic()
            try:
                async with asyncio.timeout(POLL_S + STALLED_S):
                    updates = await self._bot.raw_updates(offset)
                self._monitor.heard("telegram")
                await self._take(updates)
            except Exception as error:  # of whatever kind: the next poll brings the same updates again
                failures += 1
                await _after_failure("poll", error, failures)
                continue
            failures = 0
            numbers = [one["update_id"] for one in updates if isinstance(one.get("update_id"), int)]
            offset = max(numbers) + 1 if numbers else offset
            if not updates and time.monotonic() - started < 0.2:
                await asyncio.sleep(0.3)  # a server that does not wait; do not spin

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        """Hand updates to the intake; one that cannot be taken must not hold up the others. Raises: SQLAlchemyError."""
        found = self.read(updates)
        try:
            await self._intake.receive(found)
        except SQLAlchemyError:
            raise
        except Exception as error:
            if len(updates) > 1:
                for one in updates:
                    await self._take([one])
                return
            _log.error("update not taken", exc_info=error)
            self._monitor.retried("telegram", "unreadable")

    def read(self, updates: list[dict[str, Any]]) -> list[Incoming]:
        """Those updates that are for the bot; one that cannot be read is counted and left out."""
        found: list[Incoming] = []
        for data in updates:
            try:
                incoming = self._reading.read(data)
            except Exception as error:
                _log.warning("unreadable update", error=type(error).__name__, has=sorted(map(str, data))[:5])
                self._monitor.retried("telegram", "unreadable")
                continue
            if incoming is not None:
                found.append(incoming)
        return found

    def webhook_application(self, path: str, secret: str) -> web.Application:
        """Takes updates at `path` from those who know the secret."""

        async def take(request: web.Request) -> web.Response:
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(), secret.encode()):
                return web.Response(status=403)
            try:
                data = json.loads(await request.read())
            except (ValueError, RecursionError):
                return web.Response(status=400)
            if not isinstance(data, dict):
                return web.Response(status=400)
            self._monitor.heard("telegram")
            try:
                await self._take([data])
            except SQLAlchemyError as error:
                _log.warning("update not written; Telegram will send it again", error=type(error).__name__)
                return web.Response(status=503)
            return web.Response()

        application = web.Application(client_max_size=_BIGGEST_UPDATE)
        application.router.add_post(path, take)
        return application

    async def watch_webhook(self, url: str, secret: str) -> None:
        """Keep the webhook registered until cancelled, and note that Telegram is there."""
        await self._register(url, secret)
        while True:
            await asyncio.sleep(20.0)
            try:
                info = await retrying("get_webhook_info", self._bot.get_webhook_info)
            except (InvalidToken, BadRequest) as error:
                _log.warning("telegram refuses to tell the webhook", error=type(error).__name__)
                continue
            self._monitor.heard("telegram")
            if info.url != url:
                _log.warning("the webhook was changed elsewhere; setting it again")
                await self._register(url, secret)

    async def _register(self, url: str, secret: str) -> None:
        await retrying(
            "set_webhook",
            lambda: self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=list(ALLOWED), drop_pending_updates=False
            ),
        )
        self._monitor.heard("telegram")


def webhook_address(url: str, token: str, secret: str) -> tuple[str, str]:
    """The webhook's URL, ending in something that cannot be guessed, and its path."""
    path = urlsplit(url).path.rstrip("/")
    if len(path.rpartition("/")[2]) >= _UNGUESSABLE:
        return url, urlsplit(url).path
    end = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()[:40]
    return f"{url.rstrip('/')}/{end}", f"{path}/{end}"


async def retrying(what: str, call: Callable[[], Awaitable[Result]]) -> Result:
    """Call Telegram until it answers. Raises: InvalidToken, BadRequest: it refuses."""
    failures = 0
    while True:
        try:
            return await call()
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            failures += 1
            await _after_failure(what, error, failures)


async def _after_failure(what: str, error: Exception, failures: int) -> None:
    pause = min(0.5 * 2 ** (failures - 1), _LONGEST_PAUSE_S)
    if isinstance(error, RetryAfter):
        after = error.retry_after
        pause = max(pause, float(after) if isinstance(after, int | float) else after.total_seconds())
    _log.warning("telegram does not answer", call=what, error=type(error).__name__, again_in_s=pause)
    await asyncio.sleep(pause)

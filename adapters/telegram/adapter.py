"""Telegram: the bot's life from start to end. Polling without `run_polling`, or a webhook, by setting."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from telegram import BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import AIORateLimiter
from telegram.request import HTTPXRequest

from adapters.serving.web import listening
from adapters.serving.wording import commands
from adapters.telegram.reading import NAME, Myself, Reading
from adapters.telegram.receiving import PollingBot, Receiving, retrying, webhook_address
from adapters.telegram.rendering import render
from adapters.telegram.sending import Sending
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from adapters.serving.incoming import Incoming
    from adapters.serving.outgoing import Message
    from adapters.serving.platform import Part
    from adapters.serving.serve import Ground

_log = structlog.get_logger("citewell.telegram")


class TelegramAdapter:
    """One Telegram bot."""

    name = NAME

    def __init__(self, ground: Ground) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's way to ask for durations without a warning
        settings = ground.settings
        self._ground = ground
        self._token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
        self._secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
        self._bot = PollingBot(
            self._token,
            base_url=settings.telegram_base_url,
            base_file_url=settings.telegram_base_file_url,
            request=HTTPXRequest(connection_pool_size=64, read_timeout=15.0, connect_timeout=8.0, pool_timeout=10.0),
            get_updates_request=HTTPXRequest(connection_pool_size=2, connect_timeout=8.0, pool_timeout=10.0),
            # It spreads calls out. Its own retries would hold up every chat for one chat's 429; the worker's do not.
            rate_limiter=AIORateLimiter(max_retries=0),
        )
        self._sending = Sending(self._bot, ground.monitor)
        self._username = ""

    def render(self, incoming: Incoming, messages: Sequence[Message]) -> list[Part]:
        """See `Platform`."""
        return render(incoming, messages, self._username)

    async def deliver(self, incoming: Incoming, part: Part) -> str | None:
        """See `Platform`."""
        return await self._sending.deliver(incoming, part)

    def typing(self, incoming: Incoming) -> AbstractAsyncContextManager[None]:
        """See `Platform`."""
        return self._sending.typing(incoming)

    async def run(self) -> None:
        """Take in updates until cancelled. Raises: SettingsError when Telegram refuses the token."""
        try:
            await retrying("get_me", self._bot.initialize)
            myself = Myself(id=self._bot.id, username=self._bot.username)
            self._username = myself.username
            reading = Reading(self._bot, myself, self._ground.intake.hash_of)
            receiving = Receiving(self._bot, reading, self._ground.intake, self._ground.monitor)
            registering = asyncio.create_task(self._register_commands(myself.id))
            try:
                await self._receive(receiving)
            finally:
                registering.cancel()
                await asyncio.gather(registering, return_exceptions=True)
        except InvalidToken:
            raise SettingsError("Telegram refuses CITEWELL_TELEGRAM_TOKEN; copy it again from @BotFather") from None
        except BadRequest as error:
            raise SettingsError(
                f"Telegram refuses to serve this bot ({error.message}); check the CITEWELL_TELEGRAM_ settings"
            ) from None

    async def close(self) -> None:
        """See `Adapter`."""
        with suppress(TelegramError, RuntimeError):
            await self._bot.shutdown()

    async def _receive(self, receiving: Receiving) -> None:
        settings = self._ground.settings
        if settings.telegram_webhook_url is None:
            await receiving.poll()
            return
        url, path = webhook_address(settings.telegram_webhook_url, self._token, self._secret)
        application = receiving.webhook_application(path, self._secret)
        async with listening(application, settings.telegram_webhook_listen, "CITEWELL_TELEGRAM_WEBHOOK_LISTEN"):
            await receiving.watch_webhook(url, self._secret)

    async def _register_commands(self, bot: int) -> None:
        """Tell Telegram the commands in every language, when they changed since the last time."""
        listed = commands()
        digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
        told = f"telegram commands {bot}"
        try:
            if await self._ground.shown.told(told) == digest:
                return
            for language, names in listed.items():
                made = [BotCommand(name, does) for name, does in names.items()]
                await self._bot.set_my_commands(made, language_code=None if language == "en" else language)
            await self._ground.shown.tell(told, digest)
        except Exception as error:
            _log.warning("the commands could not be registered", error=type(error).__name__)

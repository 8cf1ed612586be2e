"""Discord: the bot's life from start to end."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.client import CiteWellClient
from adapters.discord.reading import NAME
from adapters.discord.rendering import render
from adapters.discord.sending import Sending
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from adapters.serving.incoming import Incoming
    from adapters.serving.outgoing import Message
    from adapters.serving.platform import Part
    from adapters.serving.serve import Ground
    from bot.settings import Settings

_LONGEST_PAUSE_S = 8.0
_REFUSED_TOKEN = 4004

_log = structlog.get_logger("citewell.discord")


class DiscordAdapter:
    """One Discord bot."""

    name = NAME

    def __init__(self, ground: Ground) -> None:
        settings = ground.settings
        self._ground = ground
        self._token = settings.discord_token.get_secret_value() if settings.discord_token else ""
        self._client = CiteWellClient(ground, use_addresses(settings))
        self._sending = Sending(self._client)

    def render(self, incoming: Incoming, messages: Sequence[Message]) -> list[Part]:
        """See `Platform`."""
        parts = enumerate(render(incoming, messages))
        return [{**part, "number": number, "once": _once(incoming, number, part)} for number, part in parts]

    async def deliver(self, incoming: Incoming, part: Part) -> str | None:
        """See `Platform`."""
        return await self._sending.deliver(incoming, part)

    def typing(self, incoming: Incoming) -> AbstractAsyncContextManager[None]:
        """See `Platform`."""
        return self._sending.typing(incoming)

    async def run(self) -> None:
        """Take in updates until cancelled. Raises: SettingsError when Discord refuses the token or the intents."""
        failures = 0
        while True:
            try:
                await self._live()
            except discord.LoginFailure:
                raise SettingsError("Discord refuses CITEWELL_DISCORD_TOKEN; copy it again from the portal") from None
            except discord.PrivilegedIntentsRequired:
                raise SettingsError(
                    "Discord refuses the message-content intent; enable it in the developer portal (Bot), "
                    "or unset CITEWELL_DISCORD_MESSAGE_CONTENT"
                ) from None
            except discord.ConnectionClosed as error:
                if error.code == _REFUSED_TOKEN:
                    raise SettingsError("Discord refuses CITEWELL_DISCORD_TOKEN; copy it again") from None
                _log.warning("discord closed the connection", code=error.code)
            except Exception as error:  # of whatever kind: the next try starts from nothing
                _log.warning("discord does not answer", exc_info=error)
            if not self._sending.ready.is_set():
                await self.close()
            failures += 1
            await asyncio.sleep(min(0.5 * 2 ** min(failures, 6), _LONGEST_PAUSE_S))

    async def close(self) -> None:
        """See `Adapter`."""
        with suppress(Exception):
            await self._client.close()

    async def _live(self) -> None:
        """Log in and stay connected; the library resumes dropped connections itself."""
        if self._client.is_closed():
            self._client.clear()
        if not self._sending.ready.is_set() or self._client.application_id is None:
            await self._client.login(self._token)
            self._sending.ready.set()
            await self._find_gateway()
        await self._client.connect(reconnect=True)

    async def _find_gateway(self) -> None:
        """With another address for the API and none for the gateway, that API knows where its gateway is."""
        settings = self._ground.settings
        if settings.discord_gateway_url or "discord_api_base" not in settings.model_fields_set:
            return
        with suppress(discord.DiscordException, aiohttp.ClientError, OSError, KeyError):
            found = await self._client.http.request(Route("GET", "/gateway"))
            DiscordWebSocket.DEFAULT_GATEWAY = URL(found["url"])


def _once(incoming: Incoming, number: int, part: Part) -> str:
    """A nonce, at most 25 characters: for some minutes Discord makes no second message of one that it has seen."""
    said = f"{incoming.chat}:{incoming.key}:{number}:{part.get('content', '')}"
    return hashlib.sha256(said.encode()).hexdigest()[:25]


def use_addresses(settings: Settings) -> URL | None:
    """Point the library at the addresses that are set. Returns: the gateway, when one is set."""
    Route.BASE = settings.discord_api_base.rstrip("/")
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    if settings.discord_gateway_url is None:
        return None
    DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway_url)
    return DiscordWebSocket.DEFAULT_GATEWAY

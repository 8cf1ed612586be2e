"""The Discord client: hands messages, slash commands and pressed buttons to the intake."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands
from sqlalchemy.exc import SQLAlchemyError

from adapters.discord.reading import BUTTON, NAME, Reading
from adapters.serving.wording import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from yarl import URL

    from adapters.serving.incoming import Incoming
    from adapters.serving.serve import Ground

_log = structlog.get_logger("citewell.discord")
_NEEDED = ("READY", "RESUMED")
"""Events without which a session cannot go on."""
_PATIENCE = 6
"""Tries to write an update down: Discord does not send it again."""


class CiteWellClient(discord.Client):
    """Keeps no messages and no members in memory; answers nothing itself."""

    def __init__(self, ground: Ground, gateway: URL | None = None) -> None:
        settings = ground.settings
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = settings.discord_message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            enable_debug_events=True,
            max_ratelimit_timeout=60.0,
        )
        parsers = self._connection.parsers
        parsers |= {name: _forgiving(name, parse) for name, parse in parsers.items() if name not in _NEEDED}
        self._ground = ground
        self._gateway = gateway
        self._reading = Reading(ground.intake.hash_of, threads=settings.discord_threads)
        self.tree = app_commands.CommandTree(self)
        for name, does in commands()["en"].items():
            self.tree.add_command(_command(name, does))

    async def on_connect(self) -> None:
        """Keep to the gateway that is set, such as a proxy, also when resuming."""
        if self._gateway is not None and self.ws.gateway.host != self._gateway.host:
            self.ws.gateway = self._gateway
        self.loop.create_task(self._sync_commands())

    async def on_socket_raw_receive(self, _message: str) -> None:
        """Anything from the gateway, heartbeats included, shows that it is there."""
        self._ground.monitor.heard(NAME)

    async def on_message(self, message: discord.Message) -> None:
        """A message was written."""
        if self.user is not None and (incoming := self._reading.message(message, self.user.id)) is not None:
            await self._receive(incoming)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message was edited; Discord also says so when it only adds a link preview."""
        if self.user is None or event.message.edited_at is None:
            return
        if (incoming := self._reading.message(event.message, self.user.id, edited=True)) is not None:
            await self._receive(incoming)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A button of ours was pressed, of this run or an earlier one: its id says all that is needed."""
        data: Any = interaction.data or {}
        pressed = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.component and pressed.startswith(BUTTON):
            await self.take_press(interaction, pressed.removeprefix(BUTTON))

    async def take_command(self, interaction: discord.Interaction[Any], name: str, text: str) -> None:
        """A slash command: acknowledged and written down at the same time, for neither may wait for the other."""
        alone = self._ground.intake.is_urgent(text)
        incoming = self._reading.command(interaction, name, text, alone=alone)
        await asyncio.gather(_defer(interaction, ephemeral=incoming.address["ephemeral"]), self._receive(incoming))

    async def take_press(self, interaction: discord.Interaction[Any], action: str) -> None:
        """A pressed button."""
        incoming = self._reading.press(interaction, action)
        await asyncio.gather(_defer(interaction, ephemeral=incoming.address["ephemeral"]), self._receive(incoming))

    async def _receive(self, incoming: Incoming) -> None:
        for attempt in range(1, _PATIENCE + 1):
            try:
                return await self._ground.intake.receive([incoming])
            except SQLAlchemyError as error:
                _log.warning("update not written", chat=incoming.chat[:12], error=type(error).__name__)
                await asyncio.sleep(attempt)
        _log.error("update lost", chat=incoming.chat[:12])
        return None

    async def _sync_commands(self) -> None:
        """Tell Discord the slash commands, when they changed since the last time."""
        listed = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
        told = f"discord commands {self.application_id}"
        try:
            if await self._ground.shown.told(told) != digest:
                await self.tree.sync()
                await self._ground.shown.tell(told, digest)
        except Exception as error:
            _log.warning("the commands could not be registered", error=type(error).__name__)


def _forgiving(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """An event that the library cannot read must not end the session: what else waits in it would be lost."""

    def forgiving(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:
            _log.warning("unreadable event", kind=name, exc_info=error)

    return forgiving


async def _defer(interaction: discord.Interaction[Any], *, ephemeral: bool) -> None:
    """Acknowledge within Discord's three seconds. Too late (10062) or lost: the reply finds another way."""
    try:
        await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    except Exception as error:  # of whatever kind: an acknowledgement that fails must not stop the answer
        _log.warning("interaction not acknowledged", exc_info=error)


def _command(name: str, does: str) -> app_commands.Command[Any, ..., None]:
    """A slash command that hands itself over; some take words."""

    async def plain(interaction: discord.Interaction[CiteWellClient]) -> None:
        await interaction.client.take_command(interaction, name, "")

    async def ask(interaction: discord.Interaction[CiteWellClient], question: str) -> None:
        await interaction.client.take_command(interaction, name, question)

    async def verify(interaction: discord.Interaction[CiteWellClient], claim: str) -> None:
        await interaction.client.take_command(interaction, name, claim)

    async def brief(interaction: discord.Interaction[CiteWellClient], topic: str) -> None:
        await interaction.client.take_command(interaction, name, topic)

    async def check(interaction: discord.Interaction[CiteWellClient], draft: str) -> None:
        await interaction.client.take_command(interaction, name, draft)

    async def country(interaction: discord.Interaction[CiteWellClient], name_or_code: str) -> None:
        await interaction.client.take_command(interaction, name, name_or_code)

    does_it: Any = {"ask": ask, "verify": verify, "brief": brief, "check": check, "country": country}.get(name, plain)
    return app_commands.Command(name=name, description=does, callback=does_it)

"""Reads Discord messages and interactions into the shape that every platform shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from adapters.serving.incoming import Incoming, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "discord"
BUTTON = "cw:"
"""How the custom ids of our buttons begin."""
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_ALONE = frozenset({"privacy", "forget", "country", "language", "help", "sources", "start"})
"""Commands whose replies only the person sees, also in a channel."""
_TO_ALL = ("next", "sources", "simpler", "more", "learn", "quiz")
"""Buttons whose replies are messages like others in a direct message; those of the rest are notices."""


class Reading:
    """Turns what Discord sends into `Incoming`; what is not for the bot becomes None."""

    def __init__(self, hash_of: Callable[[str, str], str], *, threads: bool) -> None:
        self._hash_of = hash_of
        self._threads = threads

    def message(self, message: discord.Message, me: int, *, edited: bool = False) -> Incoming | None:
        """A message, when it is a direct one, mentions the bot or answers it."""
        if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
            return None
        private = message.guild is None
        if not private and not _is_addressed(message, me):
            return None
        words = re.sub(rf"<@!?{me}>", " ", message.content).strip()
        forwarded = [snapshot.content for snapshot in message.message_snapshots if snapshot.content]
        command, words = _command(words)
        kind: Kind = "edit" if edited else "text"
        if command and not edited:
            kind = "command"
        elif not words and forwarded:
            kind, words = "claim", forwarded[0]
        elif not words and (message.attachments or message.stickers or message.poll or message.message_snapshots):
            kind = "media"
        if edited and not words:
            return None
        changed = f":{message.edited_at.timestamp()}" if edited and message.edited_at else ""
        address: dict[str, Any] = {
            "channel_id": message.channel.id,
            "message_id": message.id,
            "user_id": message.author.id,
            "guild_id": message.guild.id if message.guild else None,
            "thread": self._threads and not private and not isinstance(message.channel, discord.Thread),
        }
        return Incoming(
            platform=NAME,
            key=f"m{message.id}{changed}",
            kind=kind,
            chat=self._hash_of(NAME, f"chat:{message.channel.id}"),
            person=self._hash_of(NAME, str(message.author.id)),
            private=private,
            text=words,
            command=command,
            asked_in=self._hash_of(NAME, f"message:{message.id}"),
            beside=bool(words) and bool(message.attachments or message.stickers),
            address=address,
        )

    def command(self, interaction: discord.Interaction[Any], name: str, text: str, *, alone: bool) -> Incoming:
        """A slash command. `alone`: only the person sees the reply, whatever the command."""
        return self._interaction(
            interaction, kind="command", command=name, text=text, ephemeral=alone or name in _ALONE
        )

    def press(self, interaction: discord.Interaction[Any], action: str) -> Incoming:
        """A pressed button. In a channel, only the person who pressed it sees the reply."""
        ephemeral = interaction.guild_id is not None or action.partition(":")[0] not in _TO_ALL
        return self._interaction(interaction, kind="button", command=action, text="", ephemeral=ephemeral)

    def _interaction(
        self, interaction: discord.Interaction[Any], *, kind: Kind, command: str, text: str, ephemeral: bool
    ) -> Incoming:
        private = interaction.guild_id is None
        address: dict[str, Any] = {
            "channel_id": interaction.channel_id,
            "user_id": interaction.user.id,
            "guild_id": interaction.guild_id,
            "application_id": interaction.application_id,
            "token": interaction.token,
            "ephemeral": ephemeral and not (private and kind == "command"),
        }
        return Incoming(
            platform=NAME,
            key=f"i{interaction.id}",
            kind=kind,
            chat=self._hash_of(NAME, f"chat:{interaction.channel_id}"),
            person=self._hash_of(NAME, str(interaction.user.id)),
            private=private,
            text=text,
            command=command,
            asked_in=self._hash_of(NAME, f"interaction:{interaction.id}"),
            address=address,
        )


def _is_addressed(message: discord.Message, me: int) -> bool:
    if any(user.id == me for user in message.mentions):
        return True
    replied = message.reference.resolved if message.reference else None
    return isinstance(replied, discord.Message) and replied.author.id == me and bool(message.content)


def _command(words: str) -> tuple[str, str]:
    """The command of a message that begins with a slash, typed as text; "" when there is none."""
    if not words.startswith("/"):
        return "", words
    head, *rest = words.split(maxsplit=1)
    name = head[1:]
    return (name.lower(), rest[0] if rest else "") if name.isalpha() else ("", words)

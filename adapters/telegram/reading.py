"""Reads a Telegram update into the shape that every platform shares."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update

from adapters.serving.incoming import Incoming, Kind
from adapters.serving.wording import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

NAME = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
_WORDLESS = (
    "animation", "audio", "contact", "dice", "document", "game", "location", "paid_media", "photo", "poll", "sticker",
    "story", "venue", "video", "video_note", "voice", "checklist",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Myself:
    """Who the bot is on Telegram."""

    id: int
    username: str


class Reading:
    """Turns updates (JSON data) into `Incoming`; what is not for the bot becomes None."""

    def __init__(self, bot: Bot, myself: Myself, hash_of: Callable[[str, str], str]) -> None:
        self._bot = bot
        self._myself = myself
        self._hash_of = hash_of
        self._digest = ""

    def read(self, data: dict[str, Any]) -> Incoming | None:
        """The update, when it is for the bot. Raises: Exception when it is not an update that can be read."""
        update = Update.de_json(data, self._bot)
        self._digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:12]
        if update.callback_query is not None:
            return self._button(update, update.callback_query)
        if update.my_chat_member is not None:
            return self._membership(update, update.my_chat_member)
        message = update.message or update.edited_message
        return self._message(update, message) if message is not None else None

    def _message(self, update: Update, message: Message) -> Incoming | None:
        words = message.text or message.caption or ""
        private = message.chat.type == "private"
        if message.chat.type == "channel" or message.is_automatic_forward or self._is_other_bot(message):
            return None
        command, words = self._command(words, message)
        if command is None or not (private or command or self._is_addressed(message)):
            return None
        kind = self._kind(message, edited=update.edited_message is not None, command=command, words=words)
        if kind is None:
            return None
        return self._incoming(
            update,
            message,
            kind=kind,
            command=command,
            text=words if private else self._without_mention(words),
            beside=bool(message.caption),
        )

    def _kind(self, message: Message, *, edited: bool, command: str, words: str) -> Kind | None:
        if command and not (edited and command == "ask"):
            return "command"
        if words:
            return "edit" if edited else "claim" if message.forward_origin is not None else "text"
        has_something = any(getattr(message, name, None) for name in _WORDLESS)
        return "media" if has_something and not edited else None

    def _command(self, words: str, message: Message) -> tuple[str | None, str]:
        """The command at the start ("" when none; None when it is for another bot) and the words after it."""
        if not words.startswith("/") or message.forward_origin is not None:
            return "", words
        head, *rest = words.split(maxsplit=1)
        name, _, addressee = head[1:].partition("@")
        if not name.replace("_", "").isalnum():
            return "", words
        if addressee and addressee.casefold() != self._myself.username.casefold():
            return None, words
        if not (addressee or message.chat.type == "private" or _is_known(name) or self._is_addressed(message)):
            return None, words  # in a group it is meant for another bot
        return name.lower(), rest[0] if rest else ""

    def _is_other_bot(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.is_bot and message.sender_chat is None

    def _is_addressed(self, message: Message) -> bool:
        replied = message.reply_to_message
        if replied is not None and replied.from_user is not None and replied.from_user.id == self._myself.id:
            return True
        kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
        mentions = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
        return any(
            (entity.user is not None and entity.user.id == self._myself.id)
            or words.casefold() == f"@{self._myself.username}".casefold()
            for entity, words in mentions.items()
        )

    def _without_mention(self, words: str) -> str:
        mention = f"@{self._myself.username}".casefold()
        at = words.casefold().find(mention)
        if at < 0 or len(words.casefold()) != len(words):
            return words
        return (words[:at] + words[at + len(mention) :]).strip(" ,:\n")

    def _button(self, update: Update, query: CallbackQuery) -> Incoming | None:
        message = query.message
        if message is None or not query.data:
            return None
        address = {"chat_id": message.chat.id, "user_id": query.from_user.id, "callback": query.id}
        if isinstance(message, Message) and message.is_topic_message:
            address["thread_id"] = message.message_thread_id or 0
        return Incoming(
            platform=NAME,
            key=self._key(update),
            kind="button",
            chat=self._hash_of(NAME, f"chat:{message.chat.id}"),
            person=self._hash_of(NAME, str(query.from_user.id)),
            private=message.chat.type == "private",
            command=query.data,
            asked_in=self._hash_of(NAME, f"press:{self._key(update)}"),
            address=address,
        )

    def _membership(self, update: Update, change: ChatMemberUpdated) -> Incoming | None:
        before, now = change.old_chat_member.status, change.new_chat_member.status
        private = change.chat.type == "private"
        if private and now == "kicked":
            kind: Kind = "left"
        elif change.chat.type in ("group", "supergroup") and before in ("left", "kicked") and now != "kicked":
            kind = "joined"
        else:
            return None
        return Incoming(
            platform=NAME,
            key=self._key(update),
            kind=kind,
            chat=self._hash_of(NAME, f"chat:{change.chat.id}"),
            person=self._hash_of(NAME, str(change.from_user.id)),
            private=private,
            address={"chat_id": change.chat.id, "user_id": change.from_user.id},
        )

    def _incoming(
        self, update: Update, message: Message, *, kind: Kind, command: str, text: str, beside: bool
    ) -> Incoming:
        address: dict[str, Any] = {"chat_id": message.chat.id, "message_id": message.message_id}
        if message.is_topic_message and message.message_thread_id:
            address["thread_id"] = message.message_thread_id
        anonymous = message.sender_chat is not None or message.from_user is None
        if not anonymous and message.from_user is not None:
            address["user_id"] = message.from_user.id
        who = str(address["user_id"]) if "user_id" in address else f"chat:{message.chat.id}"
        return Incoming(
            platform=NAME,
            key=self._key(update),
            kind=kind,
            chat=self._hash_of(NAME, f"chat:{message.chat.id}"),
            person=self._hash_of(NAME, who),
            private=message.chat.type == "private",
            text=text,
            command=command,
            asked_in=self._hash_of(NAME, f"message:{message.chat.id}:{message.message_id}"),
            beside=beside,
            address=address,
        )

    def _key(self, update: Update) -> str:
        """The update's id, and what it says: another Bot API server, or a long silence, begins to count anew."""
        return f"{self._myself.id}:{update.update_id}:{self._digest}"


def _is_known(command: str) -> bool:
    return command.lower() == "start" or command.lower() in commands()["en"]

"""Sends rendered parts to Telegram, and says what a refusal means."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from aiolimiter import AsyncLimiter
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from adapters.serving.platform import Part, TryLater, Unreachable
from adapters.serving.typing import shown_while

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from telegram import Bot

    from adapters.serving.incoming import Incoming
    from adapters.serving.monitor import Monitor

_AT_ONCE_TRIES = 3
_TYPING_EVERY_S = 4.5
_CHATS = 10_000
_GONE = (
    "chat not found", "user is deactivated", "bot was kicked", "bot was blocked", "not enough rights", "have no rights",
    "need administrator rights", "topic_closed", "chat_write_forbidden", "peer_id_invalid", "chat_restricted",
    "bot can't initiate", "bots can't send messages to bots", "user not found", "chat_id_invalid",
)  # fmt: skip
_NOT_EDITABLE = ("can't be edited", "message to edit not found", "message_id_invalid", "no text in the message")
_FINE = (
    "message is not modified", "query is too old", "query id is invalid", "query_id_invalid",
    "message to delete not found", "message can't be deleted",
)  # fmt: skip


class Sending:
    """Sends at most one message a second to a chat (Telegram's advice), beside the bot's own rate limiter."""

    def __init__(self, bot: Bot, monitor: Monitor) -> None:
        self._bot = bot
        self._monitor = monitor
        self._paces: OrderedDict[int, AsyncLimiter] = OrderedDict()

    async def deliver(self, incoming: Incoming, part: Part) -> str | None:
        """Send a part. Returns: the id of the message. Raises: TryLater, Unreachable."""
        address = dict(incoming.address)
        if part.get("private") and not incoming.private:
            if "user_id" not in address:
                raise Unreachable("nobody in particular asked")
            address = {"chat_id": address["user_id"], "elsewhere": True}
        for attempt in range(1, _AT_ONCE_TRIES + 1):
            try:
                return await self._do(incoming, address, part)
            except ChatMigrated as moved:
                address["chat_id"] = moved.new_chat_id
            except RetryAfter as error:
                raise TryLater("429", _seconds(error)) from None
            except Forbidden:
                raise Unreachable("forbidden") from None
            except BadRequest as error:
                if (known := self._refused(error, address, part)) is None:
                    return None
                part = known
            except TelegramError as error:
                self._monitor.retried("telegram", type(error).__name__)
                if attempt == _AT_ONCE_TRIES:
                    raise TryLater(type(error).__name__) from None
                await asyncio.sleep(0.4 * 2**attempt)
        raise TryLater("refused", counts=True)

    def typing(self, incoming: Incoming) -> AbstractAsyncContextManager[None]:
        """Shows "typing" while the block runs."""
        return shown_while(None if incoming.kind in ("joined", "left") else lambda: self._type(incoming))

    async def _type(self, incoming: Incoming) -> None:
        while True:
            with contextlib.suppress(TelegramError):
                thread = incoming.address.get("thread_id")
                chat_id = incoming.address["chat_id"]
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=thread)
            await asyncio.sleep(_TYPING_EVERY_S)

    def _refused(self, error: BadRequest, address: dict[str, Any], part: Part) -> Part | None:
        """What to try instead; None when the refusal does not matter. Raises: Unreachable, or the error itself."""
        says = error.message.casefold()
        if any(words in says for words in _FINE):
            return None
        if part["do"] == "edit" and any(words in says for words in _NOT_EDITABLE):
            return {**part, "do": "send"}
        if "thread not found" in says and address.pop("thread_id", None):
            return part
        if any(words in says for words in _GONE):
            raise Unreachable("refused") from None
        raise TryLater("BadRequest", counts=True) from None

    async def _do(self, incoming: Incoming, address: dict[str, Any], part: Part) -> str | None:
        if part["do"] == "toast":
            await self._bot.answer_callback_query(incoming.address["callback"], text=part["text"] or None)
            return None
        chat_id = int(address["chat_id"])
        if part["do"] == "delete":
            await self._bot.delete_message(chat_id, part["message_id"])
            return None
        await self._pace(chat_id).acquire()
        look: dict[str, Any] = {
            "text": part["html"],
            "parse_mode": ParseMode.HTML,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
            "reply_markup": _markup(part),
        }
        if part["do"] == "edit":
            await self._bot.edit_message_text(chat_id=chat_id, message_id=part["message_id"], **look)
            return None
        if not incoming.private and "elsewhere" not in address and "message_id" in address:
            look["reply_parameters"] = ReplyParameters(address["message_id"], allow_sending_without_reply=True)
        thread = address.get("thread_id")
        sent = await self._bot.send_message(chat_id, message_thread_id=thread, **look)
        return str(sent.message_id)

    def _pace(self, chat_id: int) -> AsyncLimiter:
        pace = self._paces.get(chat_id) or AsyncLimiter(1, 1)
        self._paces[chat_id] = pace
        self._paces.move_to_end(chat_id)
        if len(self._paces) > _CHATS:
            self._paces.popitem(last=False)
        return pace


def _markup(part: Part) -> InlineKeyboardMarkup | None:
    rows = part.get("keyboard")
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one["text"], callback_data=one.get("data"), url=one.get("url")) for one in row]
            for row in rows
        ]
    )


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int | float) else after.total_seconds()

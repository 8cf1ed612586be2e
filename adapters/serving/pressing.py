"""What a pressed button does. Buttons name a kept reply by its id, so they still work after a restart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.serving.choosing import Choosing
from adapters.serving.composing import REASONS, quotes_message, reasons_message
from adapters.serving.learning import Learning
from adapters.serving.outgoing import Message
from adapters.serving.wording import wording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.serving.dialogue import Stores
    from adapters.serving.incoming import Incoming
    from bot.model import Wish
    from bot.store.shown import Shown

    Answer = Callable[[Incoming, str], Awaitable[list[Message]]]
    Again = Callable[[Incoming, str, Wish], Awaitable[list[Message]]]


class Pressing:
    """The buttons: sources, ratings with a reason, asking what was suggested, languages and lessons."""

    def __init__(self, stores: Stores, answer: Answer, again: Again) -> None:
        self._stores = stores
        self._settings = Choosing(stores)
        self._lessons = Learning(stores)
        self._answer = answer
        self._again = again

    async def press(self, incoming: Incoming) -> list[Message]:
        """The messages that the press calls for; `incoming.text` is empty, `incoming.command` the action."""
        name, _, rest = incoming.command.partition(":")
        if name == "lang":
            return await self._settings.choose_language(incoming, rest)
        if name in ("learn", "quiz"):
            return await self._lessons.press(incoming, name, rest)
        number, _, detail = rest.partition(":")
        shown = await self._stores.shown.find(int(number)) if number.isdecimal() and len(number) < 16 else None
        if shown is None or (shown.chat != incoming.chat and shown.person != incoming.person):
            return [Message(text=wording(incoming.language)["too_old"], toast=True)]
        if name == "sources":
            return [quotes_message(shown, incoming.language)]
        if name in ("more", "simpler") and shown.question:
            return await self._again(incoming, shown.question, "more" if name == "more" else "simpler")
        if name in ("up", "down"):
            return await self._rate(incoming, shown, name)
        if name == "why" and detail in REASONS:
            await self._keep(incoming, shown, "down", detail)
            return [Message(text=wording(incoming.language)["reason_kept"], toast=True)]
        if name == "next" and detail.isdecimal() and int(detail) < len(shown.reply["suggestions"]):
            question = str(shown.reply["suggestions"][int(detail)])
            said = await self._answer(incoming, question)
            return [replace(said[0], text=f"{question}\n{said[0].text}"), *said[1:]]
        return [Message(text=wording(incoming.language)["too_old"], toast=True)]

    async def _rate(self, incoming: Incoming, shown: Shown, rating: str) -> list[Message]:
        await self._keep(incoming, shown, rating)
        if rating == "up":
            return [Message(text=wording(incoming.language)["thanks"], toast=True)]
        return [reasons_message(shown.id, incoming.language)]

    async def _keep(self, incoming: Incoming, shown: Shown, rating: str, reason: str | None = None) -> None:
        passages = [(str(passage), str(digest)) for passage, digest in shown.reply["passages"]]
        await self._stores.shown.rate(
            shown,
            person=incoming.person,
            platform=incoming.platform,
            rating=rating,
            passages=passages,
            reason=reason,
        )

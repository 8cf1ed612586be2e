"""What is said to one update, whatever the platform. Read `Dialogue.respond` first."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.serving.commands import Commands
from adapters.serving.composing import has_buttons, message_of, reply_data
from adapters.serving.intimacy import is_private
from adapters.serving.outgoing import Message
from adapters.serving.pressing import Pressing
from adapters.serving.wording import wording
from bot.conversation import Conversation
from bot.errors import InputError
from bot.model import Reply, SmallTalk, Urgent
from bot.phrases import phrases
from bot.store.conversations import Conversations
from bot.store.lessons import LessonsDone
from bot.store.people import People
from bot.store.shown import ShownReplies

if TYPE_CHECKING:
    from adapters.serving.incoming import Incoming
    from adapters.serving.monitor import Monitor
    from bot.app import App
    from bot.model import Wish

_QUESTIONS = {"ask": "ask_what", "verify": "verify_what"}
"""Commands that bring a question, and what is asked back when they bring none."""
_PATIENCE_S = 1.5
"""How long an urgent reply waits for the database to say the person's country, or to keep the category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The tables that a dialogue reads and writes."""

    people: People
    memory: Conversations
    shown: ShownReplies
    lessons: LessonsDone


class Dialogue:
    """Responds to updates. Danger first: that path needs neither database nor library."""

    def __init__(self, app: App, stores: Stores, monitor: Monitor) -> None:
        self._app = app
        self._stores = stores
        self._monitor = monitor
        self._commands = Commands(app, stores, self.again)
        self._pressing = Pressing(stores, self.answer, self.again)

    async def respond(self, incoming: Incoming, letter: int) -> list[Message]:
        """The messages to send; none when the update calls for nothing. `letter` is its row in the inbox.

        Raises:
            KnowledgeError, StoreError, SQLAlchemyError: it could not be answered now.
        """
        if incoming.kind == "left":
            return []
        if incoming.text and self._app.assess(incoming.text).alert:
            said = await self.urgent(incoming)
            # A draft script about suicide is not a cry for help, but nobody can be sure: both get their due.
            return [*said, *await self._commands.run(incoming, letter)] if incoming.command == "check" else said
        incoming = replace(incoming, language=await self._stores.memory.language(incoming.person) or "en")
        if incoming.kind == "joined":
            return [Message(text=wording(incoming.language)["welcome_group"])]
        met = await self._stores.people.meet(incoming.person)
        said = await self._said(incoming, letter)
        if incoming.kind == "button" or incoming.command in ("start", "forget"):
            return said
        if incoming.private:
            welcome = [Message(text=wording(incoming.language)["welcome"], introduces=True)]
            return said if met.introduced else [*welcome, *said]
        return [Message(text=wording(incoming.language)["welcome_group"]), *said] if met.first else said

    async def urgent(self, incoming: Incoming) -> list[Message]:
        """The reply to somebody in danger, also with the database locked; in a group to the person alone."""
        country = None
        with contextlib.suppress(Exception):
            country = await asyncio.wait_for(self._stores.memory.country(incoming.person), _PATIENCE_S)
        reply = await self._app.answer(incoming.text, country=country)
        self._monitor.answered(incoming.platform, reply)
        with contextlib.suppress(Exception):  # the category is remembered if that is possible, the words never
            await asyncio.wait_for(self._remember(incoming, reply), _PATIENCE_S)
        message = message_of(reply, None)
        return [message] if incoming.private else _to_the_person(message, reply, incoming.language)

    async def answer(self, incoming: Incoming, text: str) -> list[Message]:
        """The answer to a question, with its buttons; in a group, personal topics to the person alone."""
        if self._app.assess(text).alert:
            return await self.urgent(replace(incoming, text=text))
        return await self._show(incoming, text, await self._reply(incoming, text))

    async def again(self, incoming: Incoming, question: str, wish: Wish) -> list[Message]:
        """The last question once more: `more` than its answer said, or the same `simpler`."""
        memory = self._stores.memory
        recent = await memory.recent(incoming.person) if incoming.private else []
        concerns = [turn.urgent_category for turn in recent if turn.urgent_category]
        country = await memory.country(incoming.person)
        reply = await self._app.answer(question, concerns=concerns, country=country, wish=wish, person=incoming.person)
        return await self._show(incoming, question, reply)

    async def _show(self, incoming: Incoming, text: str, reply: Reply) -> list[Message]:
        """A reply as messages, kept for its buttons."""
        self._monitor.answered(incoming.platform, reply)
        shown = None
        if has_buttons(reply):
            kept = {"person": incoming.person, "chat": incoming.chat, "asked_in": incoming.asked_in}
            shown = await self._stores.shown.keep(**kept, question=text, reply=reply_data(reply))
        message = message_of(reply, shown, () if _is_claim(incoming) else ("simpler", "more"), incoming.language)
        if incoming.beside:
            message = replace(message, text=f"{wording(incoming.language)['beside']}\n{message.text}")
        if not incoming.private and await self._is_private(incoming, text, reply):
            return _to_the_person(message, reply, incoming.language)
        return [message]

    async def _said(self, incoming: Incoming, letter: int) -> list[Message]:
        if incoming.kind == "button":
            return await self._pressing.press(incoming)
        if incoming.kind == "media":
            return [Message(text=wording(incoming.language)["media"])]
        if incoming.kind == "edit":
            return await self._answer_again(incoming)
        if incoming.kind == "command" and incoming.command not in _QUESTIONS:
            return await self._commands.run(incoming, letter)
        if not incoming.text.strip():
            return [Message(text=wording(incoming.language)[_QUESTIONS.get(incoming.command, "media")])]
        return await self.answer(incoming, incoming.text)

    async def _answer_again(self, incoming: Incoming) -> list[Message]:
        """An edited message: its new answer takes the place of the old one, where there is one."""
        before = await self._stores.shown.answer_to(incoming.asked_in)
        if before is not None and before.question == incoming.text:
            return []  # only a link preview or a reaction changed
        said = await self.answer(incoming, incoming.text)
        if before is None or not before.answered_in or said[0].private:
            return said
        return [replace(said[0], replaces=before.answered_in), *said[1:]]

    async def _reply(self, incoming: Incoming, text: str) -> Reply:
        if _is_claim(incoming):
            return await self._verify(incoming, text)
        if not incoming.private:  # what is asked before others is not remembered, and brings up nothing said in private
            country = await self._stores.memory.country(incoming.person)
            return await self._app.answer_any(text, country=country, person=incoming.person)
        try:
            return await Conversation(self._app, self._stores.memory, incoming.person).reply(text)
        except InputError:
            return SmallTalk(text=phrases()["emoji"])

    async def _verify(self, incoming: Incoming, text: str) -> Reply:
        """Is it true? A forwarded message, or what follows /verify."""
        try:
            country = await self._stores.memory.country(incoming.person)
            reply = await self._app.verify(text, country, own_words=incoming.kind != "claim")
        except InputError:
            return SmallTalk(text=phrases()["emoji"])
        if incoming.private:
            await self._stores.memory.remember(incoming.person, text, reply)
        return reply

    async def _remember(self, incoming: Incoming, reply: Reply) -> None:
        await self._stores.memory.remember(incoming.person, incoming.text, reply)

    async def _is_private(self, incoming: Incoming, text: str, reply: Reply) -> bool:
        if _is_claim(incoming):  # what a video says is nobody's secret
            return isinstance(reply, Urgent)
        if self._app.assess(text).eating_distress:
            return True
        library = (await self._app.current()).passages if reply.suggestions else ()
        return is_private(reply, library)


def _is_claim(incoming: Incoming) -> bool:
    return incoming.kind == "claim" or (incoming.kind == "command" and incoming.command == "verify")


def _to_the_person(message: Message, reply: Reply, language: str) -> list[Message]:
    """In private; to the group only that it was, or how to get there. Numbers to call are shown either way."""
    unreached = wording(language)["write_me"]
    if isinstance(reply, Urgent):
        numbers = [f"{line.name}: {line.phone or line.url}" for line in reply.helplines]
        lead = wording(language)["write_me_urgent" if numbers else "write_me_urgent_bare"]
        unreached = "\n".join([lead, *numbers])
    return [
        replace(message, private=True),
        Message(text=wording(language)["in_private"], when="reached"),
        Message(text=unreached, when="unreached", write_me=True, urgent=isinstance(reply, Urgent)),
    ]

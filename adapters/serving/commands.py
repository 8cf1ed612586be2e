"""The slash commands that both platforms share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.serving.choosing import Choosing
from adapters.serving.composing import quotes_message
from adapters.serving.creating import document_message
from adapters.serving.learning import Learning
from adapters.serving.outgoing import Message
from adapters.serving.wording import commands, wording
from bot.errors import InputError, NotCovered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.serving.dialogue import Stores
    from adapters.serving.incoming import Incoming
    from adapters.serving.pressing import Again
    from bot.app import App
    from bot.model import Wish

_KEY_SHOWN = 12
"""Characters of a keyed hash that `/privacy` shows of the 64."""


class Commands:
    """Everything but `/ask`, which is a question like any other."""

    def __init__(self, app: App, stores: Stores, again: Again) -> None:
        self._app = app
        self._stores = stores
        self._again = again
        self._choosing = Choosing(stores)
        self._learning = Learning(stores)
        self._does: dict[str, Callable[[Incoming, int], Awaitable[list[Message]]]] = {
            "start": self._start,
            "help": self._help,
            "topics": self._topics,
            "sources": self._sources,
            "brief": self._brief,
            "check": self._check,
            "simpler": self._simpler,
            "more": self._more,
            "country": self._country,
            "language": lambda incoming, _: self._choosing.language(incoming),
            "learn": lambda incoming, _: self._learning.learn(incoming),
            "privacy": self._privacy,
            "forget": self._forget,
        }

    async def run(self, incoming: Incoming, letter: int) -> list[Message]:
        """Do what a command says."""
        does = self._does.get(incoming.command)
        return await does(incoming, letter) if does else [Message(text=wording(incoming.language)["unknown_command"])]

    async def _start(self, incoming: Incoming, letter: int) -> list[Message]:
        if not incoming.private:
            return [Message(text=wording(incoming.language)["welcome_group"])]
        return [
            Message(text=wording(incoming.language)["welcome"], introduces=True),
            *await self._help(incoming, letter),
        ]

    async def _help(self, incoming: Incoming, _letter: int) -> list[Message]:
        listed = commands().get(incoming.language, commands()["en"])
        lines = [wording(incoming.language)["help"]]
        lines += [wording(incoming.language)["help_line"].format(name=name, does=does) for name, does in listed.items()]
        if not incoming.private:
            lines.append(wording(incoming.language)["help_group"])
        return [Message(text="\n".join(lines))]

    async def _topics(self, incoming: Incoming, _letter: int) -> list[Message]:
        library = await self._app.current()
        titles = sorted({passage.guidance_title for passage in library.passages}, key=str.casefold)
        return [Message(text=f"{wording(incoming.language)['topics']}\n" + "\n".join(titles))]

    async def _sources(self, incoming: Incoming, _letter: int) -> list[Message]:
        shown = await self._stores.shown.last(incoming.person, incoming.chat)
        return [
            quotes_message(shown, incoming.language) if shown else Message(text=wording(incoming.language)["no_last"])
        ]

    async def _brief(self, incoming: Incoming, _letter: int) -> list[Message]:
        """Talking points; `/brief plan b 30` asks for half a minute."""
        topic = incoming.text.strip()
        if not topic:
            return [Message(text=wording(incoming.language)["brief_what"])]
        from bot.briefing.model import Request
        from bot.briefing.page import as_document

        words, _, last = topic.rpartition(" ")
        country = await self._stores.memory.country(incoming.person)
        short = last == "30" and bool(words)
        asked = words if last in ("30", "60") and words else topic
        try:
            made = await self._app.brief(Request(topic=asked, seconds=30 if short else 60, country=country))
        except NotCovered as error:
            return [Message(text=str(error))]
        return [document_message(as_document(made), made.citations)]

    async def _check(self, incoming: Incoming, _letter: int) -> list[Message]:
        if not incoming.text.strip():
            return [Message(text=wording(incoming.language)["check_what"])]
        from bot.checking.page import as_document

        found = await self._app.check(incoming.text)
        return [document_message(as_document(found), found.citations)]

    async def _simpler(self, incoming: Incoming, _letter: int) -> list[Message]:
        return await self._once_more(incoming, "simpler")

    async def _more(self, incoming: Incoming, _letter: int) -> list[Message]:
        return await self._once_more(incoming, "more")

    async def _once_more(self, incoming: Incoming, wish: Wish) -> list[Message]:
        shown = await self._stores.shown.last(incoming.person, incoming.chat)
        if shown is None or not shown.question:
            return [Message(text=wording(incoming.language)["no_last"])]
        return await self._again(incoming, shown.question, wish)

    async def _country(self, incoming: Incoming, _letter: int) -> list[Message]:
        if not incoming.text.strip():
            return [Message(text=wording(incoming.language)["which_country"], private=not incoming.private)]
        try:
            code = self._app.resolve_country(incoming.text.strip())
        except InputError:
            return [Message(text=wording(incoming.language)["country_unknown"])]
        await self._stores.memory.choose_country(incoming.person, code)
        return [
            Message(
                text=wording(incoming.language)["country_kept"].format(country=self._app.helplines.country_name(code))
            )
        ]

    async def _privacy(self, incoming: Incoming, letter: int) -> list[Message]:
        tables = await self._stores.people.rows(incoming.person)
        lines = [
            _row_line(table, row)
            for table, rows in tables.items()
            for row in rows
            if not (table == "inbox" and row["id"] == letter)
        ]
        if not lines:
            return _alone(incoming, wording(incoming.language)["nothing_kept"])
        return _alone(
            incoming, "\n".join([wording(incoming.language)["kept"], *lines, wording(incoming.language)["kept_more"]])
        )

    async def _forget(self, incoming: Incoming, letter: int) -> list[Message]:
        left = await self._stores.people.forget(incoming.person, letter)
        if remaining := sorted(table for table, count in left.items() if count):
            return _alone(incoming, wording(incoming.language)["forgotten_not"].format(tables=", ".join(remaining)))
        return _alone(incoming, wording(incoming.language)["forgotten"])


def _alone(incoming: Incoming, text: str) -> list[Message]:
    """To the person alone, whatever the chat."""
    if incoming.private:
        return [Message(text=text)]
    unreached = Message(text=wording(incoming.language)["private_only"], when="unreached", write_me=True)
    return [Message(text=text, private=True), unreached]


def _row_line(table: str, row: dict[str, Any]) -> str:
    """One row as it stands in the database, but for the end of long codes."""
    hashes = ("id", "person", "chat", "asked_in")
    cells = [
        f"{name} = {value[:_KEY_SHOWN] + '…' if name in hashes and isinstance(value, str) else value}"
        for name, value in row.items()
        if value is not None
    ]
    return f"{table}: " + "; ".join(cells)

"""A conversation in the terminal."""

from __future__ import annotations

import asyncio
import getpass
from typing import TYPE_CHECKING

from rich.columns import Columns

from adapters.terminal.rendering import show, show_quotes
from bot.conversation import Conversation
from bot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console

    from bot.app import App
    from bot.model import Wish

WELCOME = (
    "I am CiteWell, a program, not a doctor. I answer health questions from vetted guidance and show the sources.\n"
    "What you type is kept on this machine for 12 hours, so that you can ask follow-up questions; /forget deletes it.\n"
    "A question that I cannot answer is kept for 180 days without who asked it or personal details it names, so that "
    "the guidance can grow.\n"
    "/help lists the commands; /quit or Ctrl-D ends."
)
HELP = {
    "/sources": "the words that the last answer quotes, and where they stand",
    "/more": "what the last answer left out",
    "/simpler": "the last answer in fewer, easier sentences",
    "/topics": "what I can answer",
    "/country NAME": "your country, for local emergency numbers",
    "/forget": "delete everything kept about you",
    "/help": "this list",
    "/quit": "leave",
}


class TerminalChat:
    """Reads a line, shows the reply, until the person leaves."""

    def __init__(self, app: App, console: Console) -> None:
        self._app = app
        self._console = console
        self._commands: dict[str, Callable[[str], Awaitable[None]]] = {
            "/sources": self._sources,
            "/more": lambda _: self._again("more"),
            "/simpler": lambda _: self._again("simpler"),
            "/topics": self._topics,
            "/country": self._country,
            "/forget": self._forget,
            "/help": self._help,
        }

    async def run(self) -> None:
        """Converse until end of input, /quit or Ctrl-C. Raises: StoreError, KnowledgeError."""
        identity = await self._app.identity()
        person = identity.person("terminal", getpass.getuser())
        self._talk = Conversation(self._app, await self._app.conversations(), person)
        self._console.print(WELCOME, markup=False, highlight=False)
        while (line := await self._next_line()) is not None:
            if line in {"/quit", "/exit"}:
                break
            if line:
                await self._take(line)

    async def _next_line(self) -> str | None:
        try:
            return (await asyncio.to_thread(self._console.input, "\n> ")).strip()
        except (EOFError, UnicodeDecodeError):
            return None

    async def _take(self, line: str) -> None:
        try:
            if line.startswith("/"):
                name, _, rest = line.partition(" ")
                await self._commands.get(name.lower(), self._unknown)(rest.strip())
            else:
                show(await self._talk.reply(line), self._console)
        except InputError as error:
            self._console.print(str(error), markup=False)

    async def _sources(self, _: str) -> None:
        show_quotes(self._talk.sources(), self._console)

    async def _again(self, wish: Wish) -> None:
        show(await self._talk.again(wish), self._console)

    async def _topics(self, _: str) -> None:
        self._console.print(Columns(await self._talk.topics(), padding=(0, 3)))

    async def _country(self, name: str) -> None:
        if not name:
            raise InputError("which country? for example: /country Kenya")
        code = await self._talk.choose_country(name)
        self._console.print(
            f"Emergency numbers and helplines will be those of {self._app.helplines.country_name(code)}."
        )

    async def _forget(self, _: str) -> None:
        await self._talk.forget()
        self._console.print("Everything kept about you is deleted.")

    async def _help(self, _: str) -> None:
        for name, does in HELP.items():
            self._console.print(f"  {name:<15}{does}", markup=False, highlight=False)

    async def _unknown(self, _: str) -> None:
        raise InputError("I do not know that command; /help lists them")

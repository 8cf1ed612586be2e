"""What tests of the chat adapters share: an engine that answers by script, and `serve` run in the test or beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samples import passage

from adapters.serving.serve import serve
from bot.errors import InputError
from bot.model import Abstention, Answer, Citation, Reply, Sentence, SmallTalk, Urgent
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.identity import load_identity
from bot.triage import Alert, Assessment
from bot.writing.tally import Tally
from knowledge.helplines import load_helplines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from knowledge.model import Passage

FLU = passage("flu", ["Rest helps with the flu.", "Most people get well within a week."])
CONDOMS = passage("condoms", ["Condoms protect when they are used every time."])
DANGER = Alert(category="suicide", kind="suicide", rule="test", reason="test")


class ScriptedLibrary:
    """Two passages."""

    fingerprint = "f" * 64
    passages: tuple[Passage, ...] = (FLU, CONDOMS)


class ScriptedApp:
    """Stands in for `bot.app.App`: what it says depends on a word of the question, and `broken` makes it fail."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.helplines = load_helplines()
        self.broken = 0
        self.asked: list[str] = []
        self.tally = Tally()
        self._database: Database | None = None

    def assess(self, text: str) -> Assessment:
        return Assessment(alert=DANGER if "danger" in text else None)

    async def answer(
        self,
        text: str,
        *,
        turns: Sequence[str] = (),
        concerns: Any = (),
        country: Any = None,
        wish: str = "answer",
        person: str = "",
    ) -> Reply:
        self.asked.append(text)
        if not text.strip():
            raise InputError("empty")
        if "danger" in text:
            return Urgent(category="suicide", lines=("Are you safe?", f"Country: {country}"), helplines=())
        if self.broken:
            self.broken -= 1
            raise RuntimeError("the engine is broken")
        if "slow" in text:
            await asyncio.sleep(1.0)
        if "long" in text:
            return SmallTalk(text=" ".join(f"This is sentence number {n} about {text[-12:]}." for n in range(260)))
        if wish != "answer":
            return SmallTalk(text=f"Said {wish}.")
        if "silence" in text:
            return Abstention(text="I do not have that.", suggestions=("What is condoms?",))
        return cited(CONDOMS if "condom" in text else FLU)

    async def answer_any(
        self, text: str, *, turns: Sequence[str] = (), country: str | None = None, person: str = ""
    ) -> Reply:
        return await self.answer(text, country=country, person=person)

    async def verify(self, text: str, country: str | None = None, *, own_words: bool = True) -> Reply:
        return SmallTalk(text=f"Checked: {len(text)} characters.")

    def resolve_country(self, text: str) -> str:
        code = self.helplines.resolve_country(text)
        if code is None:
            raise InputError("unknown")
        return code

    async def warm(self) -> None:
        """There is nothing to open."""

    async def current(self) -> Any:
        return ScriptedLibrary()

    async def database(self) -> Database:
        if self._database is None:
            self._database = await Database(self.settings.database).__aenter__()
        return self._database

    async def conversations(self) -> Conversations:
        return Conversations(await self.database())

    async def identity(self) -> Any:
        return load_identity(self.settings.data_dir / "person.key")

    async def close(self) -> None:
        if self._database is not None:
            await self._database.__aexit__(None, None, None)


def cited(found: Passage) -> Answer:
    """An answer of everything that a passage says, with a suggestion."""
    citations = tuple(
        Citation(marker=number, passage=found, source=found.sources[0], quote=one.text)
        for number, one in enumerate(found.sentences, 1)
    )
    sentences = tuple(Sentence(text=one.text, markers=(number,)) for number, one in enumerate(found.sentences, 1))
    return Answer(sentences=sentences, citations=citations, suggestions=("How long does the flu last?",))


def makers(names: Sequence[str]) -> dict[str, Any]:
    """The real adapters, by name."""
    from adapters.discord.adapter import DiscordAdapter
    from adapters.telegram.adapter import TelegramAdapter

    return {name: {"telegram": TelegramAdapter, "discord": DiscordAdapter}[name] for name in names}


def settings_from(environment: dict[str, str], data_dir: Path, **more: Any) -> Settings:
    """Settings as `serve` would read them."""
    values = {key.removeprefix("CITEWELL_").lower(): value for key, value in environment.items()}
    return Settings.model_validate({**values, "data_dir": data_dir, **more})


@asynccontextmanager
async def served(settings: Settings, *names: str) -> AsyncIterator[ScriptedApp]:
    """`serve` with the scripted engine, in this process, for as long as the block runs."""
    app = ScriptedApp(settings)
    task = asyncio.create_task(serve(app, makers(names)))  # type: ignore[arg-type]
    try:
        yield app
    finally:
        died = task.exception() if task.done() else None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await app.close()
        if died is not None:
            raise died


def die_at(stage: str) -> None:
    """Kill this process, as kill -9 does, when a letter reaches a stage: before or after:<a method of Inbox>."""
    from bot.store.inbox import Inbox

    when, _, method = stage.partition(":")
    original = getattr(Inbox, method)

    async def dying(self: Inbox, *arguments: Any, **named: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await original(self, *arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(Inbox, method, dying)


async def _serve_alone(names: Sequence[str]) -> None:
    from bot.settings import load_settings

    app = ScriptedApp(load_settings(env_file=Path("/nonexistent")))
    try:
        await serve(app, makers(names))  # type: ignore[arg-type]
    finally:
        await app.close()


if __name__ == "__main__":
    if stage := os.environ.pop("DIE_AT", ""):
        die_at(stage)
    asyncio.run(_serve_alone(sys.argv[1:]))

"""Faults while people ask: a clock that jumps, a library that goes away."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fake_bot_api import SPEC, FakeBotApi
from samples import BagOfWords
from serving_samples import served, settings_from

from bot.shelf import Shelf
from bot.store.database import Database
from knowledge.build import Builder
from knowledge.builds import BuildRegistry
from knowledge.errors import LibraryDamaged
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from knowledge.library import Library
    from knowledge.schema import LibraryBuild

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(not SPEC.exists(), reason="the Bot API's description is not at hand"),
]


def texts(api: FakeBotApi, chat: int) -> list[str]:
    return [str(one["text"]) for one in api.sent(chat)]


def is_answered(api: FakeBotApi, chat: int) -> bool:
    return any("Rest helps" in one for one in texts(api, chat))


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=3), timedelta(days=400)])
async def test_a_clock_that_jumps_loses_no_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    class Clock(datetime):
        shift = timedelta()

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz or UTC) + cls.shift

    from adapters.serving import worker
    from bot.store import conversations, inbox, people, shown

    for module in (worker, inbox, people, shown, conversations):
        monkeypatch.setattr(module, "datetime", Clock)
    async with FakeBotApi() as api, served(settings_from(api.environment, tmp_path), "telegram"):
        api.say("flu?", user=1)
        await api.until(lambda: is_answered(api, 1))
        api.say("a slow one about flu", user=2)
        await asyncio.sleep(0.3)
        Clock.shift = jump
        api.say("flu?", user=3)
        api.say("danger", user=4)
        for person in (2, 3):
            await api.until(lambda who=person: is_answered(api, who))  # type: ignore[misc]
        await api.until(lambda: bool(texts(api, 4)))


class House:
    """A shelf over a real Chroma, with a small library."""

    def __init__(self, folder: Path, guidance: Path, database: Database, url: str | None = None) -> None:
        self.chroma = folder / "chroma"
        self.rebuilt: list[str] = []
        self.store = VectorStore(self.chroma, url)
        self._registry = BuildRegistry(database.engine)
        self._embeddings = BagOfWords()
        self._builder = Builder(
            guidance=guidance,
            store=self.store,
            registry=self._registry,
            embeddings=self._embeddings,
            lock=folder / "build.lock",
        )
        self.shelf = Shelf(registry=self._registry, store=self.store, embeddings=self._embeddings, rebuild=self.rebuild)

    async def rebuild(self, why: str) -> LibraryBuild:
        self.rebuilt.append(why)
        return (await self._builder.build(date(2027, 1, 1), lambda _done, _total: None)).build

    async def ask(self) -> str:
        library: Library = await self.shelf.current()
        return library.search(f"when do I get help with a fever {time.monotonic_ns()}", 1)[0].passage.section


@pytest.fixture
async def database(tmp_path: Path, write_guidance: Callable[..., Path]) -> AsyncIterator[Database]:
    write_guidance("fever")
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/citewell.db") as opened:
        yield opened


def delete(chroma: Path) -> None:
    shutil.rmtree(chroma)


def truncate(chroma: Path) -> None:
    for file in chroma.rglob("*"):
        if file.is_file():
            os.truncate(file, file.stat().st_size // 3)


@pytest.mark.parametrize("harm", [delete, truncate])
async def test_a_library_lost_under_a_running_bot_is_built_again(
    tmp_path: Path, guidance_dir: Path, database: Database, harm: Callable[[Path], None]
) -> None:
    """Either the open library still answers from memory, or it says that it is damaged and a new one is built."""
    house = House(tmp_path, guidance_dir, database)
    assert "fever" in await house.ask()
    harm(house.chroma)
    before = house.shelf.opened
    with suppress(LibraryDamaged):  # what the app answers by letting go
        assert "fever" in await house.ask()
    await house.shelf.let_go(before)
    assert "fever" in await house.ask()
    assert len(house.rebuilt) == 2
    assert "damaged" in house.rebuilt[1]
    house.store.close()

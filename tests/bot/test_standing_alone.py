"""The crisis path stands alone: no index, no model, a locked database, no network (every unit test has none)."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from bot.app import App
from bot.model import Urgent
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 0.05
"""Issue 6: an urgent reply within 50 ms of receipt, once the process is up."""
CRISES = [
    "I want to kill myself",
    "my dad has crushing chest pain and his left arm is numb",
    "my toddler drank bleach",
    "I'm 13 and my uncle touches me",
    "my friend says she wants to die",
    "no quiero vivir más",
    "मैं मरना चाहता हूँ",
    "我不想活了",
    "So today I went to class and had lunch with Maya, and the bus was late as usual. " * 25
    + "I took 30 paracetamol an hour ago",
]


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a house in ruins: no library, a model that does not exist, a database that another process locks."""
    data = tmp_path / "data"
    data.mkdir()
    lock = sqlite3.connect(data / "citewell.db", isolation_level=None)
    lock.execute("CREATE TABLE held (id INTEGER)")
    lock.execute("BEGIN EXCLUSIVE")
    yield Settings(data_dir=data, embedding_model="/nowhere/no-such-model")
    lock.execute("ROLLBACK")
    lock.close()


async def quickest(app: App, text: str) -> float:
    """Processor seconds for an urgent reply, the best of five: what the code takes, on a machine busy with others."""
    took = []
    for _ in range(5):
        started = time.process_time()
        reply = await app.answer(text, country="IN")
        took.append(time.process_time() - started)
        assert isinstance(reply, Urgent)
        assert reply.helplines
    return min(took)


async def test_danger_is_answered_at_once_in_a_house_in_ruins(broken: Settings) -> None:
    async with App(broken) as app:
        await app.warm()
        assert {text: seconds for text in CRISES if (seconds := await quickest(app, text)) > LIMIT_S} == {}

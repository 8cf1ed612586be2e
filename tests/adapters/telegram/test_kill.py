"""A real process on Telegram: kill -9 at each stage of a letter, and SIGTERM while there is work in hand."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from fake_bot_api import FakeBotApi
from real_process import STAGES, come_twice, is_whole, process

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.integration,
    pytest.mark.enable_socket,
]


def texts(api: FakeBotApi, chat: int = 7) -> list[str]:
    return [one["text"] for one in api.sent(chat)]


@pytest.mark.parametrize(("stage", "twice"), STAGES.items())
async def test_a_kill_loses_nothing(stage: str, twice: int, tmp_path: Path) -> None:
    async with FakeBotApi() as api:
        with process("telegram", api.environment, tmp_path, stage) as first:
            api.say("a long one, please")
            await api.until(lambda: first.poll() is not None, 150)
            assert first.returncode == -9
        with process("telegram", api.environment, tmp_path) as second:
            await api.until(lambda: is_whole(texts(api)), 150)
            api.say("and another")
            await api.until(lambda: "Rest helps" in texts(api)[-1], 150)
            second.terminate()
            assert second.wait(10) == 0
        assert come_twice(texts(api)) <= twice
        assert any("not a doctor" in one for one in texts(api)), "nobody said who the bot is"
        assert api.problems == []


async def test_sigterm_ends_it_within_ten_seconds_and_leaves_the_rest_for_later(tmp_path: Path) -> None:
    people = range(100, 140)
    async with FakeBotApi() as api:
        with process("telegram", api.environment, tmp_path) as first:
            for person in people:
                api.say("a slow one, please", user=person)
            await api.until(lambda: len(api.sent()) > 5)
            started = time.monotonic()
            first.terminate()
            await api.until(lambda: first.poll() is not None, 12)  # the server must be able to answer meanwhile
            assert first.returncode == 0
            assert time.monotonic() - started < 10
        with sqlite3.connect(tmp_path / "citewell.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with process("telegram", api.environment, tmp_path):
            await api.until(lambda: all(any("Rest helps" in one for one in texts(api, who)) for who in people), 120)
        answers = [sum("Rest helps" in one for one in texts(api, person)) for person in people]
        assert answers == [1] * len(people), "an answer came twice after an orderly end"

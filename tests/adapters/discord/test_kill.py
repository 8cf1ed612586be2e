"""A real process on Discord: kill -9 at each stage of a letter, of a message and of a slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_discord import FakeDiscord
from real_process import STAGES, come_twice, is_whole, process

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.integration,
    pytest.mark.enable_socket,
]
IN_THE_INBOX = {stage: STAGES[stage] for stage in ("after:add", "after:prepare", "before:sent", "after:sent")}
"""Before the first a message is lost: Discord does not deliver to a bot that was away (docs/serving.md). The stages
between these are the shared parts' and are tried with Telegram."""


def texts(discord: FakeDiscord) -> list[str]:
    return [one["content"] for one in discord.sent() if one["content"]]


@pytest.mark.parametrize(("stage", "twice"), IN_THE_INBOX.items())
async def test_a_kill_loses_nothing(stage: str, twice: int, tmp_path: Path) -> None:
    async with FakeDiscord() as discord:
        with process("discord", discord.environment, tmp_path, stage) as first:
            await discord.until(lambda: discord.commands, 150)
            await discord.say("a long one, please")
            await discord.until(lambda: first.poll() is not None, 150)
            assert first.returncode == -9
        with process("discord", discord.environment, tmp_path) as second:
            await discord.until(lambda: discord.identified == 2, 150)
            await discord.until(lambda: is_whole(texts(discord)), 150)
            await discord.say("and another")
            await discord.until(lambda: "Rest helps" in texts(discord)[-1], 150)
            second.terminate()
            assert second.wait(10) == 0
        assert come_twice(texts(discord)) <= twice
        assert any("not a doctor" in one for one in texts(discord)), "nobody said who the bot is"
        assert discord.problems == []


@pytest.mark.parametrize("stage", ["after:add", "before:sent"])
async def test_a_slash_command_is_answered_after_a_kill(stage: str, tmp_path: Path) -> None:
    async with FakeDiscord() as discord:
        with process("discord", discord.environment, tmp_path, stage) as first:
            await discord.until(lambda: discord.commands, 150)
            await discord.slash("ask", question="flu?")
            await discord.until(lambda: first.poll() is not None, 150)
        with process("discord", discord.environment, tmp_path):
            await discord.until(lambda: any("Rest helps" in one for one in texts(discord)), 150)
        assert come_twice(texts(discord)) <= 1
        assert discord.problems == []

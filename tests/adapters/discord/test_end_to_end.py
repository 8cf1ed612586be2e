"""The Discord adapter against a gateway and REST API on loopback that check every body; the engine is scripted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from fake_discord import FakeDiscord
from serving_samples import ScriptedApp, served, settings_from

from adapters.serving import intimacy
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [
    pytest.mark.enable_socket,
]
DIRECT, CHANNEL = "1007", "51"


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as opened:
        yield opened
        assert opened.problems == []


@pytest.fixture
async def bot(discord: FakeDiscord, tmp_path: Path) -> AsyncIterator[ScriptedApp]:
    async with served(settings_from(discord.environment, tmp_path), "discord") as app:
        await discord.until(lambda: discord.identified and discord.commands)
        yield app


def texts(discord: FakeDiscord, channel: str = DIRECT) -> list[str]:
    return [one["content"] for one in discord.sent(channel)]


def edits(discord: FakeDiscord, token: str) -> list[dict[str, Any]]:
    return [one.body for one in discord.requests if one.path.endswith(f"{token}/messages/@original")]


async def test_a_direct_message_is_answered_with_its_sources(discord: FakeDiscord, bot: ScriptedApp) -> None:
    await discord.say("what helps with the flu?")
    await discord.until(lambda: len(discord.sent(DIRECT)) == 2)
    welcome, answer = discord.sent(DIRECT)
    assert "not a doctor" in welcome["content"]
    (embed,) = answer["sent"]["embeds"]
    assert "(<https://www.who.int/news-room/fact-sheets/detail/flu>) (who.int)" in embed["description"]
    assert answer["sent"]["allowed_mentions"]["parse"] == []


async def test_in_a_channel_only_a_mention_is_answered_and_danger_moves_to_private(
    discord: FakeDiscord, bot: ScriptedApp
) -> None:
    await discord.say("flu?", guild=True, mention=False)
    await discord.say("flu?", guild=True)
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord, CHANNEL)))
    await discord.say("danger", guild=True)
    await discord.until(lambda: any("Are you safe" in one for one in texts(discord)))
    await discord.until(lambda: any("in private" in one for one in texts(discord, CHANNEL)))
    assert not any("Are you safe" in one for one in texts(discord, CHANNEL))
    assert bot.asked == ["flu?", "danger"]


async def test_slash_commands_are_deferred_then_answered(discord: FakeDiscord, bot: ScriptedApp) -> None:
    token = await discord.slash("ask", guild=True, question="slow flu?")
    await discord.until(lambda: edits(discord, token))
    (callback,) = [one.body for one in discord.requests if one.path.endswith(f"{token}/callback")]
    assert callback["type"] == 5
    private = await discord.slash("privacy", guild=True)
    await discord.until(lambda: edits(discord, private))
    (callback,) = [one.body for one in discord.requests if one.path.endswith(f"{private}/callback")]
    assert callback["data"]["flags"] == 64


async def test_danger_in_a_slash_command_is_seen_by_the_person_alone(discord: FakeDiscord, bot: ScriptedApp) -> None:
    token = await discord.slash("ask", guild=True, question="danger")
    await discord.until(lambda: edits(discord, token))
    (callback,) = [one.body for one in discord.requests if one.path.endswith(f"{token}/callback")]
    assert callback["data"]["flags"] == 64
    assert "Are you safe" in edits(discord, token)[0]["content"]


async def test_buttons_of_an_earlier_run_still_work(discord: FakeDiscord, tmp_path: Path) -> None:
    settings = settings_from(discord.environment, tmp_path)
    async with served(settings, "discord"):
        await discord.until(lambda: discord.identified and discord.commands)
        await discord.say("flu?")
        await discord.until(lambda: len(discord.sent(DIRECT)) == 2)
    answer = discord.sent(DIRECT)[1]
    press = answer["sent"]["components"][0]["components"][0]["custom_id"]
    async with served(settings, "discord"):
        await discord.until(lambda: discord.identified == 2)
        token = await discord.click({"id": answer["id"]}, press)
        await discord.until(lambda: edits(discord, token))
    assert "“Rest helps with the flu.”" in edits(discord, token)[0]["content"]
    synced = [one for one in discord.requests if one.method == "PUT"]
    assert len(synced) == 1, "the commands did not change, and were sent again"


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(discord: FakeDiscord, bot: ScriptedApp) -> None:
    await discord.drop()
    await discord.say("flu?")
    await discord.until(lambda: discord.resumed)
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord)))
    assert discord.identified == 1


async def test_429_and_5xx_lose_nothing(discord: FakeDiscord, bot: ScriptedApp) -> None:
    limited = {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}
    discord.refusals += [(429, limited), (502, {}), (0, {})]
    await discord.say("flu?")
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord)), 60)


async def test_where_it_may_not_write_it_tells_the_person(discord: FakeDiscord, bot: ScriptedApp) -> None:
    discord.forbidden.add(CHANNEL)
    await discord.say("flu?", guild=True)
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord)))


async def test_a_late_interaction_is_answered_another_way(discord: FakeDiscord, bot: ScriptedApp) -> None:
    discord.refusals.append((404, {"message": "Unknown Webhook", "code": 10015}))
    await discord.slash("ask", question="flu?")
    await discord.until(lambda: any("not a doctor" in one for one in texts(discord)))


async def test_a_late_interaction_shows_nothing_personal_to_the_channel(
    discord: FakeDiscord, bot: ScriptedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intimacy, "INTIMATE", frozenset({"test"}))
    discord.late = True
    await discord.slash("ask", guild=True, question="do condoms work?")
    await discord.until(lambda: any("Condoms protect" in one for one in texts(discord)))
    assert not any("Condoms protect" in one for one in texts(discord, CHANNEL))


async def test_danger_is_answered_where_neither_the_interaction_nor_the_person_can_be_reached(
    discord: FakeDiscord, bot: ScriptedApp
) -> None:
    discord.late = True
    discord.forbidden.add(DIRECT)
    await discord.slash("ask", guild=True, question="danger")
    await discord.until(lambda: any("worried about what you wrote" in one for one in texts(discord, CHANNEL)))
    assert not any("Are you safe" in one for one in texts(discord, CHANNEL))


async def test_a_message_that_was_taken_before_the_connection_broke_does_not_come_twice(
    discord: FakeDiscord, bot: ScriptedApp
) -> None:
    discord.refusals += [(-1, {}), (-1, {}), (0, {}), (-1, {})]
    await discord.say("flu?")
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord)))
    await discord.until(lambda: not discord.refusals)
    await asyncio.sleep(2.0)
    assert len(texts(discord)) == 2


async def test_an_event_that_cannot_be_read_ends_no_session(discord: FakeDiscord, bot: ScriptedApp) -> None:
    await discord.dispatch("MESSAGE_UPDATE", {"id": "5", "channel_id": "51", "edited_timestamp": 7})
    await discord.dispatch("MESSAGE_CREATE", {"id": "6"})
    await discord.dispatch("SOMETHING_NEW", {"x": 1})
    await discord.say("flu?")
    await discord.until(lambda: any("Rest helps" in one for one in texts(discord)))
    assert discord.identified == 1
    assert discord.resumed == []


async def test_threads_by_setting(discord: FakeDiscord, tmp_path: Path) -> None:
    async with served(settings_from(discord.environment, tmp_path, discord_threads=True), "discord"):
        await discord.until(lambda: discord.identified and discord.commands)
        await asyncio.sleep(0.3)
        number = await discord.say("flu?", guild=True)
        await discord.until(lambda: any("Rest helps" in one for one in texts(discord, number)))


async def test_a_refused_token_says_what_to_do(discord: FakeDiscord, tmp_path: Path) -> None:
    environment = {**discord.environment, "CITEWELL_DISCORD_TOKEN": "wrong.wrong.wrong"}
    with pytest.raises(SettingsError, match="refuses CITEWELL_DISCORD_TOKEN"):
        async with served(settings_from(environment, tmp_path), "discord"):
            await asyncio.sleep(2.0)

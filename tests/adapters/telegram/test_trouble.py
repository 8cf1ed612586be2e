"""Telegram in trouble: outages, one flooded chat, updates that nothing can read, a server that knows no webhooks."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from fake_bot_api import BOT, FakeBotApi, Refusal
from serving_samples import ScriptedApp, served, settings_from

from adapters.serving import worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [
    pytest.mark.enable_socket,
]


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as opened:
        yield opened
        assert opened.problems == []


@pytest.fixture
async def bot(api: FakeBotApi, tmp_path: Path) -> AsyncIterator[ScriptedApp]:
    async with served(settings_from(api.environment, tmp_path), "telegram") as app:
        yield app


def texts(api: FakeBotApi, chat: int = 7) -> list[str]:
    return [one["text"] for one in api.sent(chat)]


async def test_an_outage_makes_no_dead_letters(
    api: FakeBotApi, bot: ScriptedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LONGEST_PAUSE_S", 0.1)  # an outage of minutes, in seconds
    api.refusals += [Refusal(status=429, parameters={"retry_after": 0})] * 9
    api.say("flu?")
    await api.until(lambda: any("Rest helps" in one for one in texts(api)))
    assert not any("could not answer" in one for one in texts(api))


async def test_a_refusal_that_will_not_change_is_given_up(
    api: FakeBotApi, bot: ScriptedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LONGEST_PAUSE_S", 0.1)
    api.refusals += [Refusal(status=400, description="Bad Request: something new")] * 6
    api.say("flu?")
    await api.until(lambda: any("could not answer" in one for one in texts(api)))


async def test_a_flooded_chat_holds_up_no_other(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.refusals.append(Refusal(status=429, description="Too Many Requests", parameters={"retry_after": 20}))
    api.say("flu?", user=50)
    await api.until(lambda: not api.refusals)
    started = time.monotonic()
    api.say("danger", user=51)
    api.say("flu?", user=52)
    await api.until(lambda: any("Are you safe" in one for one in texts(api, 51)))
    await api.until(lambda: any("Rest helps" in one for one in texts(api, 52)))
    assert time.monotonic() - started < 15
    assert texts(api, 50) == [], "Telegram asked for 20 seconds of silence there"


async def test_words_that_no_database_takes_are_no_harm(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("flu \ud83d?", user=31)
    api.say("flu \x00?", user=32)
    api.say("flu?", user=33)
    for person in (31, 32, 33):
        await api.until(lambda who=person: any("Rest helps" in one for one in texts(api, who)))  # type: ignore[misc]


async def test_an_update_that_cannot_be_taken_holds_up_no_other(
    api: FakeBotApi, bot: ScriptedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess = bot.assess

    def break_down(text: str) -> object:
        if "break" in text:
            raise ZeroDivisionError
        return assess(text)

    monkeypatch.setattr(bot, "assess", break_down)
    from bot.store.inbox import Inbox

    add = Inbox.add

    async def refuse(self: Inbox, arrivals: object) -> object:
        if any("untakeable" in str(one) for one in arrivals):  # type: ignore[attr-defined]
            raise ValueError
        return await add(self, arrivals)  # type: ignore[arg-type]

    monkeypatch.setattr(Inbox, "add", refuse)
    api.say("untakeable", user=40)
    api.say("break", user=41)
    api.say("flu?", user=42)
    await api.until(lambda: any("Rest helps" in one for one in texts(api, 42)))


async def test_a_server_without_webhooks_is_polled(tmp_path: Path) -> None:
    class Plain(FakeBotApi):
        async def _do(self, method: str, data: dict[str, object]) -> object:
            if "Webhook" in method or method == "setMyCommands":
                from fake_bot_api import _error

                return _error(400, "Bad Request: not here")
            return await super()._do(method, data)

    async with Plain() as api, served(settings_from(api.environment, tmp_path), "telegram"):
        api.say("flu?")
        await api.until(lambda: len(api.sent(7)) == 2)


async def test_a_person_greeted_in_a_group_is_told_everything_in_private(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say(f"@{BOT['username']} flu?", chat=-500)
    await api.until(lambda: len(api.sent(-500)) == 2)
    assert "not a doctor" in texts(api, -500)[0]
    api.say(f"@{BOT['username']} flu?", chat=-500)
    await api.until(lambda: len(api.sent(-500)) == 3)
    api.say("flu?")
    await api.until(lambda: len(api.sent(7)) == 2)
    assert "12 hours" in texts(api)[0]


async def test_who_chose_a_language_reads_the_bots_own_words_in_it(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("/language")
    await api.until(lambda: any("Which language" in one for one in texts(api)))
    offered = next(one for one in api.sent(7) if "Which language" in one["text"])
    buttons = [one for row in offered["reply_markup"]["inline_keyboard"] for one in row]
    assert len(buttons) == 10
    api.press(offered, next(one["callback_data"] for one in buttons if one["text"] == "Español"))
    await api.until(lambda: "hablo español" in texts(api)[-1])
    assert "no ha revisado" in texts(api)[-1], "an unreviewed translation says so"
    api.say("flu?")
    await api.until(lambda: "Rest helps" in texts(api)[-1])
    labels = [one["text"] for row in api.sent(7)[-1]["reply_markup"]["inline_keyboard"] for one in row]
    assert labels[:3] == ["Fuentes", "Más fácil", "Más"]
    api.say("/help")
    await api.until(lambda: "/language el idioma" in texts(api)[-1])
    api.say("/language klingon")
    await api.until(lambda: "do not speak that one" in texts(api)[-1])
    api.say("/language English")
    await api.until(lambda: "I speak English" in texts(api)[-1])


async def test_a_lesson_is_taken_with_buttons_and_kept_until_forgotten(api: FakeBotApi, bot: ScriptedApp) -> None:
    def buttons() -> dict[str, str]:
        rows = (api.sent(7)[-1].get("reply_markup") or {}).get("inline_keyboard", [])
        return {one["text"]: one["callback_data"] for row in rows for one in row}

    api.say("/learn")
    await api.until(lambda: any(one.startswith("Eight lessons") for one in texts(api)))
    assert len(buttons()) == 8
    api.press(api.sent(7)[-1], "learn:1")
    await api.until(lambda: set(buttons()) == {"A", "B", "C"})
    before = len(api.sent(7))
    api.press(api.sent(7)[-1], buttons()["B"])
    await api.until(lambda: len(api.sent(7)) == before + 1)
    assert "Not quite, it is: Objective." in texts(api)[-1]
    api.press(api.sent(7)[-1], buttons()["B"])
    await api.until(lambda: "1 of 2 right" in texts(api)[-1])
    api.say("/learn")
    await api.until(lambda: "(done, 1 of 2 right)" in texts(api)[-1])
    for nonsense in ("quiz:1:9:0:0", "quiz:99:0:0:0", "learn:0", "learn:x", "quiz:1:0:0:5", "lang:xx"):
        api.press(api.sent(7)[-1], nonsense)
    await api.until(lambda: sum(call.method == "answerCallbackQuery" for call in api.calls) == 9)
    api.say("/learn forget")
    await api.until(lambda: "I forgot which lessons" in texts(api)[-1])
    api.say("/learn")
    await api.until(lambda: texts(api)[-1].startswith("Eight lessons") and "(done" not in texts(api)[-1])
    await asyncio.sleep(0)


async def test_a_command_for_another_bot_is_left_alone_in_a_group(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("/ban @somebody", chat=-500)
    api.say("/dance", chat=-500)
    api.say("/help", chat=-500)
    await api.until(lambda: any("Ask me a health question" in one for one in texts(api, -500)))
    api.say(f"/dance@{BOT['username']}", chat=-500)
    await api.until(lambda: any("do not know that command" in one for one in texts(api, -500)))
    assert len(api.sent(-500)) == 3

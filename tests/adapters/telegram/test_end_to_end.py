"""The Telegram adapter against a Bot API server on loopback that checks every call; the engine is scripted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from fake_bot_api import BOT, FakeBotApi, Refusal
from serving_samples import ScriptedApp, served, settings_from
from sqlalchemy import text

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [
    pytest.mark.enable_socket,
]
GROUP = -500


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


async def test_a_question_is_answered_with_links_after_the_first_contact_notice(
    api: FakeBotApi, bot: ScriptedApp
) -> None:
    api.say("what helps with the flu?")
    await api.until(lambda: len(api.sent(7)) == 2)
    welcome, answer = texts(api)
    assert "not a doctor" in welcome
    assert "/forget" in welcome
    assert '<a href="https://www.who.int/news-room/fact-sheets/detail/flu">[1]</a>' in answer
    assert "(who.int)" in answer
    api.say("and condoms?")
    await api.until(lambda: len(api.sent(7)) == 3)
    sending = [call.data for call in api.calls if call.method == "sendMessage"]
    assert all(one["parse_mode"] == "HTML" and one["link_preview_options"] == {"is_disabled": True} for one in sending)


async def test_danger_is_answered_first_and_never_limited(api: FakeBotApi, tmp_path: Path) -> None:
    settings = settings_from(api.environment, tmp_path, person_per_minute=1)
    async with served(settings, "telegram"):
        for number in range(6):
            api.say(f"question {number}")
        for _ in range(3):
            api.say("danger")
        await api.until(lambda: sum("Are you safe" in one for one in texts(api)) == 3)
        await api.until(lambda: any("faster than I can" in one for one in texts(api)))
        assert sum("Rest helps" in one for one in texts(api)) < 6


async def test_bursts_of_429_and_5xx_and_dropped_connections_lose_nothing(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.refusals += [
        Refusal(status=429, description="Too Many Requests", parameters={"retry_after": 1}),
        Refusal(status=502, description="Bad Gateway"),
        Refusal(status=500, description="Internal Server Error"),
        Refusal(status=0),
    ]
    api.poll_refusals += [Refusal(status=502), Refusal(status=0), Refusal(status=409, description="Conflict")]
    for number in range(3):
        api.say("flu?", user=20 + number)
    await api.until(lambda: all(any("Rest helps" in one for one in texts(api, 20 + n)) for n in range(3)), 60)
    assert [len(api.sent(20 + number)) for number in range(3)] == [2, 2, 2]


async def test_an_update_that_comes_twice_is_answered_once(api: FakeBotApi, bot: ScriptedApp) -> None:
    message = api.message(text="flu?")
    update = {"update_id": 77, "message": message}
    for _ in range(3):
        api.redeliver(update)
    await api.until(lambda: len(api.sent(7)) == 2)
    await asyncio.sleep(1.5)
    assert len(bot.asked) == 1


async def test_an_edited_message_is_answered_again_in_place(api: FakeBotApi, bot: ScriptedApp) -> None:
    message = api.say("flu?")
    await api.until(lambda: len(api.sent(7)) == 2)
    api.push(edited_message={**message, "text": "condoms?", "edit_date": message["date"] + 1})
    await api.until(lambda: "Condoms protect" in texts(api)[1])
    assert len(api.sent(7)) == 2


async def test_a_message_too_old_to_edit_is_answered_anew(api: FakeBotApi, bot: ScriptedApp) -> None:
    message = api.say("flu?")
    await api.until(lambda: len(api.sent(7)) == 2)
    await asyncio.sleep(0.3)
    api.refusals.append(Refusal(status=400, description="Bad Request: message can't be edited"))
    api.push(edited_message={**message, "text": "condoms?", "edit_date": message["date"] + 1})
    await api.until(lambda: len(api.sent(7)) == 3)
    assert "Condoms protect" in texts(api)[2]


async def test_in_groups_only_those_who_address_the_bot_are_answered(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("flu?", chat=GROUP)
    api.say("/ask@another_bot flu?", chat=GROUP)
    api.say(f"@{BOT['username']} what about the flu?", chat=GROUP)
    await api.until(lambda: any("Rest helps" in one for one in texts(api, GROUP)))
    answer = api.sent(GROUP)[-1]
    api.say("and more?", chat=GROUP, reply_to_message={**answer, "date": 1})
    api.say(f"/ask@{BOT['username']} flu?", chat=GROUP)
    await api.until(lambda: sum("Rest helps" in one for one in texts(api, GROUP)) == 3)
    assert bot.asked == ["what about the flu?", "and more?", "flu?"]
    assert api.sent(7) == []


async def test_danger_in_a_group_moves_to_a_private_chat(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say(f"@{BOT['username']} danger", chat=GROUP)
    await api.until(lambda: api.sent(GROUP))
    assert any("Are you safe" in one for one in texts(api))
    assert "in private" in texts(api, GROUP)[0]
    assert "safe" not in texts(api, GROUP)[0]


async def test_who_cannot_be_written_to_gets_the_way_there(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.blocked.add(7)
    api.say(f"@{BOT['username']} danger", chat=GROUP)
    await api.until(lambda: api.sent(GROUP))
    (shown,) = api.sent(GROUP)
    assert "call your local emergency number" in shown["text"]
    assert shown["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://t.me/citewell_test_bot")


async def test_buttons_work(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("flu?")
    await api.until(lambda: len(api.sent(7)) == 2)
    answer = api.sent(7)[1]
    data = [button["callback_data"] for row in answer["reply_markup"]["inline_keyboard"] for button in row]
    assert [one.partition(":")[0] for one in data] == ["sources", "simpler", "more", "up", "down", "next"]
    api.press(answer, data[0])
    await api.until(lambda: "“Rest helps with the flu.”" in texts(api)[-1])
    api.press(answer, data[4])
    await api.until(lambda: "What was wrong?" in texts(api)[-1])
    reason = api.sent(7)[-1]["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
    api.press(answer, reason)
    api.press(answer, data[5])
    await api.until(lambda: texts(api)[-1].startswith("How long does the flu last?"))
    api.press(answer, data[1])
    await api.until(lambda: "Said simpler." in texts(api)[-1])
    api.say("/more")
    await api.until(lambda: "Said more." in texts(api)[-1])
    api.press(answer, "sources:99999")
    api.press(answer, "nonsense")
    await api.until(lambda: sum(call.method == "answerCallbackQuery" for call in api.calls) == 7)
    engine = (await bot.database()).engine
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT rating, reason FROM feedback"))).all() == [("down", "unclear")]


async def test_a_forwarded_message_is_a_claim_and_a_picture_gets_a_kind_sentence(
    api: FakeBotApi, bot: ScriptedApp
) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "X", "date": 1}
    api.say("antibiotics cure the flu", forward_origin=origin)
    await api.until(lambda: "Checked: 24" in texts(api)[-1] if api.sent(7) else False)
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    for media in ({"photo": photo}, {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}}):
        message = api.message(**media)
        api.push(message=message)
    await api.until(lambda: sum("can only read text" in one for one in texts(api)) == 2)
    api.push(message=api.message(photo=photo, caption="danger"))
    await api.until(lambda: "Are you safe" in texts(api)[-1])


async def test_privacy_shows_the_rows_and_forget_deletes_them(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.say("my unmistakable question")
    api.say("/country Kenya")
    api.say("/privacy")
    await api.until(lambda: any("question = my unmistakable question" in one for one in texts(api)))
    assert any("country = KE" in one for one in texts(api))
    api.say("/forget")
    await api.until(lambda: "is deleted" in texts(api)[-1])
    await asyncio.sleep(1.5)
    engine = (await bot.database()).engine
    async with engine.connect() as connection:
        for table in ("person", "turn", "shown_reply", "feedback"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608
        assert await connection.scalar(text("SELECT count(*) FROM inbox WHERE person IS NOT NULL")) == 0


async def test_somebody_who_blocked_the_bot_is_let_go(api: FakeBotApi, bot: ScriptedApp) -> None:
    api.blocked.add(7)
    api.say("flu?")
    await api.until(lambda: any(call.method == "sendMessage" for call in api.calls))
    member = {"user": BOT, "status": "kicked", "until_date": 0}
    chat = {"id": 7, "type": "private", "first_name": "Ada"}
    who = {"id": 7, "is_bot": False, "first_name": "Ada"}
    old = {"user": BOT, "status": "member"}
    change = {"chat": chat, "from": who, "date": 1, "old_chat_member": old, "new_chat_member": member}
    api.push(my_chat_member=change)
    api.say("flu?", user=8)
    await api.until(lambda: len(api.sent(8)) == 2)
    engine = (await bot.database()).engine
    for _ in range(100):
        async with engine.connect() as connection:
            left = await connection.scalar(text("SELECT count(*) FROM inbox WHERE state != 'done'"))
        if not left:
            break
        await asyncio.sleep(0.05)
    assert left == 0


async def test_an_engine_that_breaks_is_tried_again(api: FakeBotApi, bot: ScriptedApp) -> None:
    bot.broken = 2
    api.say("flu?")
    await api.until(lambda: any("Rest helps" in one for one in texts(api)))
    assert len(bot.asked) == 3


async def test_the_webhook_needs_its_secret_and_an_unguessable_path(api: FakeBotApi, tmp_path: Path) -> None:
    async with FakeBotApi() as other:  # only for a free port
        port = other.port
    more = {
        "telegram_webhook_url": f"http://127.0.0.1:{port}/hook",
        "telegram_webhook_secret": "s3cret_s3cret",
        "telegram_webhook_listen": f"127.0.0.1:{port}",
    }
    async with served(settings_from(api.environment, tmp_path, **more), "telegram"):
        await api.until(lambda: api.webhook)
        assert len(api.webhook["url"]) > len(more["telegram_webhook_url"]) + 30
        assert api.webhook["secret_token"] == "s3cret_s3cret"  # noqa: S105
        assert api.webhook["drop_pending_updates"] is False
        assert await api.post_webhook(message=api.message(text="flu?")) == 200
        assert await api.post_webhook(secret="wrong", message=api.message(text="flu?")) == 403  # noqa: S106
        assert await api.post_webhook(secret="", message=api.message(text="flu?")) == 403
        await api.until(lambda: len(api.sent(7)) == 2)
        async with ClientSession() as session, session.post(f"http://127.0.0.1:{port}/hook", json={}) as response:
            assert response.status == 404


async def test_a_refused_token_says_what_to_do(api: FakeBotApi, tmp_path: Path) -> None:
    environment = {**api.environment, "CITEWELL_TELEGRAM_TOKEN": "1:wrong"}
    with pytest.raises(SettingsError, match="refuses CITEWELL_TELEGRAM_TOKEN"):
        async with served(settings_from(environment, tmp_path), "telegram"):
            await asyncio.sleep(1.0)


async def test_health_metrics_and_logs(api: FakeBotApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeBotApi() as other:
        listen = f"127.0.0.1:{other.port}"
    async with served(settings_from(api.environment, tmp_path, http_listen=listen), "telegram"):
        api.say("flu?")
        api.say("danger")
        await api.until(lambda: len(api.sent(7)) == 3)
        async with ClientSession() as session:
            async with session.get(f"http://{listen}/healthz") as response:
                assert response.status == 200
            async with session.get(f"http://{listen}/metrics") as response:
                metrics = await response.text()
    assert 'citewell_questions_total{kind="answer",platform="telegram"} 1.0' in metrics
    assert 'citewell_alerts_total{category="suicide"} 1.0' in metrics


async def test_many_chats_are_answered_between_updates_for_nobody(api: FakeBotApi, bot: ScriptedApp) -> None:
    for number in range(60):
        api.say("flu?", user=1000 + number)
        api.push(channel_post={"message_id": number, "date": 1, "chat": {"id": -1, "type": "channel", "title": "C"}})
        api.push(**{f"unheard_of_{number}": {"x": 1}})
    await api.until(lambda: len({one["chat"]["id"] for one in api.sent()}) == 60, 240)

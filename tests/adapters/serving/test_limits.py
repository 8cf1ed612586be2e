from __future__ import annotations

import asyncio

from adapters.serving.limits import Limits
from bot.settings import Settings


async def test_a_person_over_the_limit_waits_and_is_told_once() -> None:
    limits = Limits(Settings(person_per_minute=2, chat_per_minute=100))
    for _ in range(2):
        assert limits.has_room("ada", "chat")
        await limits.pass_through("ada", "chat")
    assert not limits.has_room("ada", "chat")
    assert limits.has_room("bob", "chat")
    assert [limits.should_tell("chat") for _ in range(3)] == [True, False, False]
    try:
        await asyncio.wait_for(limits.pass_through("ada", "chat"), 0.05)
    except TimeoutError:
        return
    raise AssertionError("the third message went through at once")


async def test_a_chat_has_a_limit_of_its_own() -> None:
    limits = Limits(Settings(person_per_minute=100, chat_per_minute=2))
    await limits.pass_through("ada", "group")
    await limits.pass_through("bob", "group")
    assert not limits.has_room("cyd", "group")

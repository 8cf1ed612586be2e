"""Generated updates of every kind through the whole bot: read, written, answered, finished. None breaks or stays.

`CITEWELL_TEST_UPDATES` says how many; the long form is 10 000.
"""

from __future__ import annotations

import asyncio
import gc
import os
from typing import TYPE_CHECKING, Any

import pytest
from fake_bot_api import FakeBotApi
from serving_samples import served, settings_from
from sqlalchemy import func, select
from update_maker import Maker

from bot.store.serving_schema import Letter

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database import Database

pytestmark = [pytest.mark.enable_socket]
UPDATES = int(os.environ.get("CITEWELL_TEST_UPDATES", "300"))
PEOPLE = max(100, UPDATES // 10)
"""Each chat takes one message a second."""
BURST = 200
ADDRESSED = ("message", "edited_message", "callback_query")
"""Two in three updates are of the kinds that people cause; the others of any kind."""


def spread(update: dict[str, Any], number: int) -> dict[str, Any]:
    """The same update from one of `PEOPLE` private chats where it is a message."""
    for held in update.values():
        if isinstance(held, dict) and {"chat", "message_id"} <= set(held):
            held["chat"] = {"id": 1000 + number % PEOPLE, "type": "private"}
            held["from"] = {"id": 1000 + number % PEOPLE, "is_bot": False, "first_name": "Ada"}
    return update


async def states(database: Database) -> dict[str, int]:
    async with database.engine.connect() as connection:
        rows = await connection.execute(select(Letter.state, func.count()).group_by(Letter.state))
        return {str(state): int(count) for state, count in rows}


# On a busy machine a call times out now and then; the garbage collection that this test asks for closes its connection.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(1800)
async def test_updates_of_every_kind_are_answered_and_none_is_left(tmp_path: Path) -> None:
    maker = Maker(11)
    async with FakeBotApi() as api:
        settings = settings_from(api.environment, tmp_path, person_per_minute=1000, chat_per_minute=10_000)
        async with served(settings, "telegram") as app:
            api.say("hello")
            await api.until(lambda: any("Rest helps" in one["text"] for one in api.sent(7)))
            database = await app.database()
            grown: list[int] = []
            for start in range(0, UPDATES, BURST):
                for number in range(start, min(start + BURST, UPDATES)):
                    update = spread(maker.update(number, () if number % 3 == 0 else ADDRESSED), number)
                    api.push(**{kind: held for kind, held in update.items() if kind != "update_id"})
                api.say("the last of a burst", user=7)
                answered = start // BURST + 2
                await api.until(lambda: sum("Rest helps" in one["text"] for one in api.sent(7)) >= answered, 300)  # noqa: B023
                while (await states(database)).get("waiting"):  # noqa: ASYNC110 - a database rings no bell
                    await asyncio.sleep(0.1)
                api.calls = [call for call in api.calls if call.data.get("chat_id") in (7, "7")]
                api.messages = {key: held for key, held in api.messages.items() if key[0] == 7}  # the server's memory
                gc.collect()
                grown.append(len(gc.get_objects()))
            left = await states(database)
            assert left.get("dead", 0) == 0, left
            assert left["done"] >= UPDATES * 0.2, left
            settled = len(grown) // 5
            assert grown[-1] - grown[settled] < 20_000, grown
        problems = [each for each in api.problems if "generated" not in each]
        assert problems == []

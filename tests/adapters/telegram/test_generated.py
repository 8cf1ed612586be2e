"""Ten thousand updates of every kind, made from the Bot API's own description: none breaks the reading or is lost."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING

from fake_bot_api import BOT, TOKEN
from sqlalchemy import func, select
from update_maker import Maker

from adapters.serving.incoming import Incoming
from adapters.telegram.reading import Myself, Reading
from adapters.telegram.receiving import PollingBot
from bot.store.database import Database
from bot.store.inbox import Arrival, Inbox
from bot.store.serving_schema import Letter

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

UPDATES = 10_000


def test_every_kind_is_read_and_memory_stays_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the adapter does
    bot = PollingBot(TOKEN)
    myself = Myself(id=int(str(BOT["id"])), username=str(BOT["username"]))
    reading = Reading(bot, myself, lambda platform, what: f"{platform}{what}")
    maker = Maker(7)
    kinds: dict[str, int] = {}
    before = 0
    for number in range(UPDATES):
        if number == UPDATES // 5:
            gc.collect()
            before = len(gc.get_objects())
        update = maker.update(number)
        try:
            incoming = reading.read(update)
        except (KeyError, TypeError, ValueError, OverflowError) as error:  # what `Receiving.read` counts and leaves out
            kinds[f"unreadable {type(error).__name__}"] = kinds.get(f"unreadable {type(error).__name__}", 0) + 1
            continue
        kinds[incoming.kind if incoming else "not for us"] = (
            kinds.get(incoming.kind if incoming else "not for us", 0) + 1
        )
        if incoming is not None:
            assert Incoming.from_json(json.loads(json.dumps(incoming.as_json()))) == incoming
    gc.collect()
    grown = len(gc.get_objects()) - before
    assert grown < 2_000, f"{grown} objects more after {UPDATES} updates"
    assert {"text", "edit", "command", "button"} <= set(kinds), kinds
    unreadable = sum(count for kind, count in kinds.items() if kind.startswith("unreadable"))
    assert unreadable < UPDATES * 0.2, kinds


async def test_ten_thousand_updates_are_written_and_none_is_lost(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/citewell.db") as database:
        inbox = Inbox(database)
        taken = 0
        for start in range(0, UPDATES, 100):
            batch = [
                Arrival(platform="telegram", key=str(key), chat=str(key % 50), person=str(key % 70), payload={"n": key})
                for key in range(start, start + 100)
            ]
            taken += len(await inbox.add(batch))
            assert await inbox.add(batch[:10]) == []
        assert taken == UPDATES
        last, seen = 0, 0
        while page := await inbox.waiting(["telegram"], after=last):
            last, seen = page[-1].id, seen + len(page)
        assert seen == UPDATES
        async with database.engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(Letter)) == UPDATES

"""Ten thousand updates of every kind, made from the Bot API's own description: none breaks the reading or is lost."""

from __future__ import annotations

import gc
import json
import random
from typing import TYPE_CHECKING, Any

from fake_bot_api import BOT, SPEC, TOKEN
from sqlalchemy import func, select

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
WORDS = (
    "flu?",
    "",
    "/help",
    "/ask x",
    "/ask@citewell_test_bot",
    "/x@other",
    "@citewell_test_bot hi",
    "👍" * 30,
    "a\x00b",
    "‮x",
)


class Maker:
    """Makes random objects of the described types: required fields always, others now and then."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._types: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))["types"]

    def update(self, number: int) -> dict[str, Any]:
        field = self._random.choice([one for one in self._types["Update"]["fields"] if not one["required"]])
        made = self._value(field, 0)
        if field["types"] == ["Message"] and self._random.random() < 0.7:  # else hardly one would hold words
            made["text"] = self._random.choice(WORDS)
        return {"update_id": number, field["name"]: made}

    def _value(self, field: dict[str, Any], depth: int) -> Any:
        return self._of(self._random.choice(field["types"]), field["name"], depth, field.get("description", ""))

    def _of(self, kind: str, name: str, depth: int, description: str) -> Any:
        if kind.startswith("Array of "):
            length = self._random.choice((0, 1, 2))
            return [self._of(kind.removeprefix("Array of "), name, depth, description) for _ in range(length)]
        if kind == "Integer" and ("date" in name or "time" in name or "period" in name):
            return 1_700_000_000
        if kind == "Integer":
            return self._random.choice((0, 1, 7, BOT["id"], 10**9, -(10**12)))
        if kind in ("Boolean", "True"):
            return self._random.random() < 0.5
        if kind == "Float":
            return 0.5
        if kind == "String":
            if name == "type" and "“private”" in description:
                return self._random.choice(("private", "group", "supergroup", "channel"))
            return self._random.choice(WORDS)
        described = self._types[kind]
        if described.get("subtypes"):
            return self._of(self._random.choice(described["subtypes"]), name, depth, description)
        chance = 0.25 / (depth + 1) if depth < 4 else 0.0
        return {
            one["name"]: self._value(one, depth + 1)
            for one in described.get("fields", [])
            if one["required"] or self._random.random() < chance
        }


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

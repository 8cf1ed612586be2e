"""Random updates of every kind that the Bot API's description knows."""

from __future__ import annotations

import json
import random
from typing import Any

from fake_bot_api import BOT, SPEC

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

    def update(self, number: int, kinds: tuple[str, ...] = ()) -> dict[str, Any]:
        """An update of one of the kinds (names of the update's fields), or of any."""
        fields = [one for one in self._types["Update"]["fields"] if not one["required"]]
        field = self._random.choice([one for one in fields if not kinds or one["name"] in kinds])
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

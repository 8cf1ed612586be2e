"""What a brief says in its own name, from `texts.yaml`, and which care a topic needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.helpline_file import Kind

Care = Literal["suicide", "eating", "violence", "substances"]


class Texts(BaseModel):
    """The texts by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hook_myth: str
    hook_plain: str
    address: dict[str, str]
    call_to_action: dict[str, str]
    fallacies: dict[str, str]
    shots: dict[str, str]
    shots_care: dict[str, str]
    safe_messaging: dict[str, list[str]]
    disclosure: str
    partner: str
    credibility: dict[str, str]


@cache
def texts() -> Texts:
    """Every text."""
    return Texts.model_validate(yaml.safe_load((Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8")))


_CARE: dict[Care, tuple[str, ...]] = {
    "suicide": ("suicide", "self-harm"),
    "eating": ("eating-disorder",),
    "violence": ("violence", "abuse", "stalking", "trafficking", "genital-mutilation", "corporal-punishment"),
    "substances": ("substance-use", "harm-reduction", "overdose", "alcohol", "drug", "cannabis"),
}
_LINES: dict[Care, tuple[Kind, ...]] = {
    "suicide": ("suicide",),
    "eating": ("suicide",),
    "violence": ("violence", "child"),
    "substances": (),
}


def care_for(topic: str, tags: Iterable[str]) -> frozenset[Care]:
    """Which safe-messaging rules a topic calls for, by its id and its tags."""
    names = " ".join([topic, *tags])
    return frozenset(care for care, signs in _CARE.items() if any(sign in names for sign in signs))


def helpline_kinds(care: Iterable[Care], tags: Iterable[str]) -> tuple[Kind, ...]:
    """The kinds of helpline to show with a topic."""
    kinds = [kind for one in sorted(care) for kind in _LINES[one]]
    if "mental-health" in tags:
        kinds.append("suicide")
    return tuple(dict.fromkeys(kinds))

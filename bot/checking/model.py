"""What a script check finds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.briefing.model import Readability
from bot.model import Citation

ClaimLabel = Literal["supported", "contradicted", "not_covered", "opinion"]
FlagKind = Literal[
    "stigma",
    "absolute",
    "fear",
    "unsafe_suicide",
    "unsafe_eating_disorder",
    "medical_advice",
    "missing_source",
    "reading_grade",
    "main_message",
    "call_to_action",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """One sentence of the script with its label; `suggestion` is a vetted sentence or what to do, else ''."""

    text: str
    label: ClaimLabel
    reason: str
    citations: tuple[Citation, ...] = ()
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something to change. `text` are the script's words (empty for what is missing), `rule` says by which rule."""

    kind: FlagKind
    text: str
    suggestion: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The whole report."""

    claims: tuple[CheckedClaim, ...]
    flags: tuple[Flag, ...]
    readability: Readability
    citations: tuple[Citation, ...]

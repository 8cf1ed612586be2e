"""What triage finds in a message. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model import UrgentCategory

Request = Literal["dose", "diagnosis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Someone may be in danger. `rule` is the id of the rule that fired, `reason` is why that rule exists.

    `kind` is finer than the category ("stroke", "goodbye", "abuse_child"); `minor` is true when the message says that
    the person in danger is under 18; `third_party` when it is about somebody else; `language` is the rule file's.
    """

    category: UrgentCategory
    kind: str
    rule: str
    reason: str
    minor: bool = False
    third_party: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The outcome of triage. `eating_distress` asks for the careful path: no calorie, weight or BMI figures.

    `request` is set when the message asks for a personal dose or a diagnosis, which the bot never gives. `sentences`
    are what no guard excuses of an English message that raised no alert, repaired, for the similarity stage. `minor` is
    true when an English message says that the person is under 18.
    """

    alert: Alert | None = None
    eating_distress: bool = False
    request: Request | None = None
    sentences: tuple[str, ...] = ()
    minor: bool = False

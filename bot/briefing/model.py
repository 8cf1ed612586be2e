"""What a brief holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model import Citation, Sentence
from knowledge.helplines import Helpline
from knowledge.model import SayInstead, Verdict

Audience = Literal["general", "teens", "parents"]
Platform = Literal["tiktok", "reel", "thread", "podcast"]
Seconds = Literal[30, 60]
WORDS_PER_SECOND = 2.5
"""150 words a minute: an unhurried speaking rate, within the usual 140 to 160."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for."""

    topic: str
    seconds: Seconds = 60
    audience: Audience = "general"
    platform: Platform = "tiktok"
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One talking point: the question that it answers, what to say, and what can be added; every sentence cited."""

    question: str
    say: Sentence
    add: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MythBlock:
    """Fact, myth, fallacy, fact. `fallacy` says what kind of mistake it is and holds no health fact of its own."""

    claim: str
    verdict: Verdict
    facts: tuple[Sentence, ...]
    fallacy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the script. `start` and `end` in seconds; `markers` are empty where nothing is claimed."""

    start: float
    end: float
    say: str
    on_screen: str
    shot: str
    markers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """Of the spoken text: Flesch-Kincaid grade (US school years), Flesch reading ease (0 to 100), words."""

    grade: float
    ease: float
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One topic, ready to be filmed."""

    request: Request
    topic: str
    title: str
    hook: str
    main_message: Sentence
    points: tuple[Point, ...]
    myth: MythBlock | None
    script: tuple[Line, ...]
    wording: SayInstead
    call_to_action: str
    helplines: tuple[Helpline, ...]
    caption: str
    hashtags: tuple[str, ...]
    alt_text: str
    disclosure: str
    credibility: tuple[str, ...]
    readability: Readability
    citations: tuple[Citation, ...]

"""What a writer is asked and what it hands back; the seam behind which both writers stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.grounding import DraftSentence
from knowledge.model import Passage

Outcome = Literal["written", "off", "over_budget", "circuit_open", "slow", "failed", "refused", "unsupported"]
"""How asking the model ended; only `written` sends any of its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that the guidance answers: the passages that do, and the vetted sentences that say it already.

    `language` is ISO 639-1; `person` a keyed hash, or '' where nobody is known (terminal, evals).
    """

    question: str
    passages: tuple[Passage, ...]
    vetted: tuple[DraftSentence, ...]
    language: str = "en"
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The sentences to send, in order, and their language; every one vetted or verified."""

    sentences: tuple[DraftSentence, ...]
    outcome: Outcome
    language: str = "en"


class AnswerWriter(Protocol):
    """Writes an answer. `VettedWriter` says the vetted sentences, `GenerativeWriter` lets a model reword them."""

    async def write(self, asked: Asked) -> Written:
        """The answer's sentences. Never raises for what a model or its provider does."""
        ...


class VettedWriter:
    """The default: what the extractive writer selected, word for word."""

    async def write(self, asked: Asked) -> Written:
        """The vetted sentences as they are."""
        return Written(sentences=asked.vetted, outcome="off")

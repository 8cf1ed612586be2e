"""The generative writer: asks a chat model, lets through what is verified, and says the vetted sentences otherwise."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from langchain_core.language_models import BaseChatModel

from bot.writing.breaker import Breaker
from bot.writing.calling import stream
from bot.writing.completing import complete
from bot.writing.model import Asked, Outcome, Written
from bot.writing.parsing import complete_part, read_sentences
from bot.writing.prompting import ask_for_answer, ask_for_repair, ask_for_translation, is_refusal
from bot.writing.tally import Tally
from bot.writing.translating import Likeness, can_check, translated
from bot.writing.verifying import Verifier

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from langchain_core.messages import BaseMessage

    from bot.grounding import DraftSentence
    from bot.writing.verifying import Judged

ENGLISH = "en"
PATIENCE_S = 20.0
"""Seconds that a person waits for a model at most, all its calls together (setting CITEWELL_MODEL_TIMEOUT)."""
MOST_SENTENCES = 6
"""Of the model's own; then it is stopped."""
MOST_FAILED = 6
"""Failed sentences in one answer at which it is stopped too: what follows will hardly be better."""
ENOUGH = 0.5
"""Share of its sentences that must pass, else the model may try once more."""
_log = logging.getLogger(__name__)


class Purse(Protocol):
    """The budget: how much a person, and everybody together, may ask of the model in a day."""

    async def may_spend(self, person: str) -> bool:
        """Whether one more answer is within the budget; counts it against the person if so."""
        ...

    async def spend(self, tokens: int) -> None:
        """Note what an answer took."""
        ...


@dataclass(slots=True, kw_only=True)
class GenerativeWriter:
    """An `AnswerWriter`. Whatever the model does, the answer holds every vetted fact and nothing unverified."""

    model: BaseChatModel
    verifier: Verifier
    purse: Purse
    tally: Tally = field(default_factory=Tally)
    breaker: Breaker = field(default_factory=Breaker)
    likeness: Likeness | None = None
    patience_s: float = PATIENCE_S

    async def write(self, asked: Asked) -> Written:
        """The verified answer; the vetted sentences at once when the model is down, slow, over budget or refuses."""
        meter = _Meter()
        ends = asyncio.get_running_loop().time() + self.patience_s
        outcome, own = await self._guarded(self._answer(asked, meter), ends, asked.person)
        answer, language = complete(own, asked.vetted) if own else list(asked.vetted), ENGLISH
        if asked.language != ENGLISH and outcome in ("written", "unsupported"):
            told, other = await self._guarded(self._translated(answer, asked.language, meter), ends)
            if told == "written":
                outcome, answer, language = "written", other, asked.language
        self.tally.outcomes[outcome] += 1
        self.tally.sentences["vetted"] += sum(one in asked.vetted for one in answer)
        self.tally.sentences["sent"] += sum(one not in asked.vetted for one in answer)
        await self._spent(meter)
        return Written(sentences=tuple(answer), outcome=outcome, language=language)

    async def _guarded(
        self, asking: Coroutine[None, None, tuple[Outcome, list[DraftSentence]]], ends: float, person: str | None = None
    ) -> tuple[Outcome, list[DraftSentence]]:
        """Ask, within budget (for a `person` who asks) and patience; what goes wrong is an outcome, never an error."""
        outcome: Outcome
        try:
            if not self.breaker.lets_through():
                outcome = "circuit_open"
            elif person is not None and not await self.purse.may_spend(person):
                outcome = "over_budget"
            else:
                async with asyncio.timeout_at(ends):
                    found = await asking
                self.breaker.succeeded()
                return found
        except TimeoutError:
            self.breaker.failed()
            outcome = "slow"
        except Exception as error:
            # A provider raises what it likes, and a full disk may keep the budget from being read: all the same here.
            _log.warning("the model could not be asked (%s); the vetted sentences are said", type(error).__name__)
            self.breaker.failed()
            outcome = "failed"
        finally:
            asking.close()
        return outcome, []

    async def _answer(self, asked: Asked, meter: _Meter) -> tuple[Outcome, list[DraftSentence]]:
        messages = ask_for_answer(asked)
        said, judged = await self._verified(messages, asked, meter)
        if is_refusal(said):
            return "refused", []
        failed = [one for one in judged if one.draft is None]
        passed = len(judged) - len(failed)
        if judged and passed < ENOUGH * len(judged):
            _, again = await self._verified(ask_for_repair(messages, said, failed), asked, meter)
            if sum(one.draft is not None for one in again) > passed:
                judged = again
        own = [one.draft or one.instead for one in judged]
        if not any(one.draft for one in judged):
            return "unsupported", []
        return "written", [one for one in own if one is not None]

    async def _verified(self, messages: Sequence[BaseMessage], asked: Asked, meter: _Meter) -> tuple[str, list[Judged]]:
        """What the model said, and each sentence judged as soon as it is complete; stopped when there is enough."""
        said, rest = "", ""
        judged: list[Judged] = []
        async with aclosing(stream(self.model, messages, meter)) as pieces:
            async for piece in pieces:
                said, rest = said + piece, rest + piece
                ready, rest = complete_part(rest)
                judged += await self._judge(ready, asked)
                if self._has_enough(judged):
                    return said, judged
        return said, judged + await self._judge(rest, asked)

    async def _judge(self, text: str, asked: Asked) -> list[Judged]:
        found = []
        for sentence in read_sentences(text):
            judged = await asyncio.to_thread(self.verifier.judge, sentence, asked.passages)
            if judged.draft is None:
                self.tally.sentences["refused"] += 1
                self.tally.refusals[judged.reason.split(" “")[0].split(":")[0]] += 1
            found.append(judged)
        return found

    def _has_enough(self, judged: Sequence[Judged]) -> bool:
        passed = sum(one.draft is not None for one in judged)
        return passed >= MOST_SENTENCES or len(judged) - passed >= MOST_FAILED

    async def _translated(
        self, answer: Sequence[DraftSentence], language: str, meter: _Meter
    ) -> tuple[Outcome, list[DraftSentence]]:
        """The answer in the asker's language, when every sentence of the translation passes."""
        if self.likeness is None or not can_check(language):
            return "off", []
        messages = ask_for_translation([one.text for one in answer], language)
        async with aclosing(stream(self.model, messages, meter)) as pieces:
            said = "".join([piece async for piece in pieces])
        found = await asyncio.to_thread(translated, answer, said, language, self.likeness)
        return ("written", found) if found else ("unsupported", [])

    async def _spent(self, meter: _Meter) -> None:
        self.tally.tokens["input"] += meter.tokens_in
        self.tally.tokens["output"] += meter.tokens_out
        try:
            await self.purse.spend(meter.tokens_in + meter.tokens_out)
        except Exception as error:  # the answer is there: it is not held back because a row could not be written
            _log.warning("what the model used could not be noted (%s)", type(error).__name__)


@dataclass(slots=True)
class _Meter:
    tokens_in: int = 0
    tokens_out: int = 0

    def used(self, tokens_in: int, tokens_out: int) -> None:
        """Tokens of one call."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out

"""One case put to the product, and everything that its scores need to know about what happened."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import fuzz, process

from bot.abstention import confidence
from bot.errors import InputError
from bot.model import Answer, Referral, Reply, Urgent, Verdict
from bot.store.conversations import RECENT_TURNS
from evals.cases import Case
from evals.watching import Watch, WatchedApp
from knowledge.model import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import UrgentCategory

Cited = Answer | Verdict | Referral | Urgent
SAME_SENTENCE = 85
"""Similarity (0 to 100, rapidfuzz) from which a sentence of the report is the one that a case labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLine:
    """One sentence of a script: the label that is right, and the report's; None where the report lacks the sentence."""

    text: str
    right: str
    said: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A case and what the product did with it.

    `hits` are those of the search that the last answer was made from; None when nothing was searched for, as in
    urgent replies and small talk. `seen` are the ids of the passages that any search for it found, those of `hits`
    included. `foreignness` is what the library said of the question. `facts_found` says of each
    expected fact whether the reply states it. A script has `lines` and no reply.
    """

    case: Case
    replies: tuple[Reply, ...]
    hits: tuple[Hit, ...] | None
    took_ms: tuple[float, ...]
    seen: frozenset[str] = frozenset()
    foreignness: float = 0.0
    facts_found: tuple[bool, ...] = ()
    lines: tuple[CheckedLine, ...] = ()

    @property
    def reply(self) -> Reply:
        """The last reply, which the expectations are about."""
        return self.replies[-1]

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds of reply that the case allows; empty when any is fine."""
        return frozenset(self.case.expect.kind)

    @property
    def cited(self) -> Cited | None:
        """The reply where it is of a kind that can cite and does; else None."""
        return self.reply if isinstance(self.reply, Cited) and self.reply.citations else None

    @property
    def confidence(self) -> float | None:
        """The product's own confidence (0 to 1) that it can answer; None when nothing was searched for."""
        return None if self.hits is None else confidence(self.hits, self.foreignness)


class Subject(Protocol):
    """What is measured: the product, or a fake."""

    async def observe(self, case: Case) -> Observation:
        """Put every message of the case, in order. Raises: whatever the product raises."""
        ...


class FactFinder(Protocol):
    """Says which of the expected facts a reply states."""

    def found(self, facts: Sequence[str], sentences: Sequence[str]) -> tuple[bool, ...]:
        """For each fact, whether the sentences state it."""
        ...


class Product:
    """The product as its adapters run it: the same app, the same memory of a conversation, one library throughout."""

    def __init__(self, app: WatchedApp, facts: FactFinder) -> None:
        self._app = app
        self._facts = facts

    async def observe(self, case: Case) -> Observation:
        """Put every message of the case, each with those before it, as a conversation keeps them.

        Of an urgent message the category is kept and the words are not (`bot.store.conversations`).
        """
        if case.script is not None:
            return await self._check(case)
        replies: list[Reply] = []
        took: list[float] = []
        turns: list[str] = []
        concerns: list[UrgentCategory] = []
        watch = Watch()
        for message in case.messages:
            started = time.perf_counter()
            with self._app.watching() as last:
                reply = await (self._verdict(message) if case.claim else self._reply(message, turns, concerns))
            took.append((time.perf_counter() - started) * 1000)
            watch = last
            replies.append(reply)
            if isinstance(reply, Urgent):
                concerns.append(reply.category)
            else:
                turns.append(message)
        said = [sentence.text for sentence in replies[-1].sentences] if isinstance(replies[-1], Cited) else []
        return Observation(
            case=case,
            replies=tuple(replies),
            hits=watch.hits,
            seen=frozenset(watch.seen),
            foreignness=watch.foreign or 0.0,
            took_ms=tuple(took),
            facts_found=self._facts.found(case.expect.facts, said) if said else (False,) * len(case.expect.facts),
        )

    async def _reply(self, message: str, turns: Sequence[str], concerns: Sequence[UrgentCategory]) -> Reply:
        try:
            return await self._app.answer(message, turns=turns[-RECENT_TURNS:], concerns=concerns)
        except InputError:  # nothing readable in it, such as an emoji: the adapters have a reply for that
            return await self._app.answer_any(message)

    async def _verdict(self, claim: str) -> Reply:
        """A claim goes where `citewell verify` takes it."""
        return await self._app.verify(claim)

    async def _check(self, case: Case) -> Observation:
        """A script goes where `citewell check` takes it; its sentences are found again by their words."""
        report = await self._app.check(case.script or "")
        labels = {checked.text: checked.label for checked in report.claims}
        lines = []
        for claim in case.claims or ():
            near = process.extractOne(claim.text, labels.keys(), scorer=fuzz.ratio, score_cutoff=SAME_SENTENCE)
            said = labels[near[0]] if near else None
            lines.append(CheckedLine(text=claim.text, right=claim.label, said=said))
        return Observation(case=case, replies=(), hits=None, took_ms=(), lines=tuple(lines))

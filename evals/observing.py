"""One case put to the product, and everything that its scores need to know about what happened."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.abstention import confidence
from bot.answerer import HITS, Answerer
from bot.model import Answer, Question, Referral, Reply, Urgent, Verdict
from bot.reading import clean
from bot.retrieval import Retriever
from evals.cases import Case
from knowledge.model import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.triage import Triage
    from knowledge.helplines import Helplines
    from knowledge.model import Passage

Cited = Answer | Verdict | Referral | Urgent
NOT_BUILT = {"scripts": "the engine behind `citewell check` is not built yet"}
"""Suites that nothing can be asked of yet, and why."""
NO_VERDICTS = "the engine behind `citewell verify` is not built yet; claims are put as questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A case and what the product did with it.

    `hits` are those of the search that the last answer was made from; None when nothing was searched for, as in
    urgent replies and small talk. `foreignness` is what the library said of the question. `facts_found` says of each
    expected fact whether the reply states it. `can_verify` is true when claims were put to the engine behind `citewell
    verify`; until that is built they are asked as questions.
    """

    case: Case
    replies: tuple[Reply, ...]
    hits: tuple[Hit, ...] | None
    took_ms: tuple[float, ...]
    foreignness: float = 0.0
    facts_found: tuple[bool, ...] = ()
    can_verify: bool = False

    @property
    def reply(self) -> Reply:
        """The last reply, which the expectations are about."""
        return self.replies[-1]

    @property
    def allowed(self) -> frozenset[str]:
        """The kinds of reply that the case allows; a claim put as a question may be answered instead of judged."""
        kinds = frozenset(self.case.expect.kind)
        return kinds | {"answer"} if "verdict" in kinds and not self.can_verify else kinds

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
    """The answerer with a library that remembers what was searched for. One answerer a message, so it is concurrent."""

    def __init__(
        self, *, triage: Triage, helplines: Helplines, library: Retriever, today: date, facts: FactFinder
    ) -> None:
        self._triage = triage
        self._helplines = helplines
        self._library = library
        self._today = today
        self._facts = facts

    async def observe(self, case: Case) -> Observation:
        """Ask every message of the case, each with those before it, as the adapters do."""
        replies: list[Reply] = []
        took: list[float] = []
        watched = _Watched(library=self._library)
        for number, message in enumerate(case.messages):
            watched = _Watched(library=self._library)
            answerer = Answerer(
                triage=self._triage, helplines=self._helplines, library=_Fixed(watched), today=self._today
            )
            question = Question(text=clean(message), turns=tuple(case.messages[:number]))
            started = time.perf_counter()
            replies.append(await answerer.answer(question))
            took.append((time.perf_counter() - started) * 1000)
        said = [sentence.text for sentence in replies[-1].sentences] if isinstance(replies[-1], Cited) else []
        return Observation(
            case=case,
            replies=tuple(replies),
            hits=watched.main,
            foreignness=watched.far,
            took_ms=tuple(took),
            facts_found=self._facts.found(case.expect.facts, said) if said else (False,) * len(case.expect.facts),
        )


@dataclass(slots=True)
class _Watched:
    """A retriever that passes everything on and remembers the search that the answer rests on."""

    library: Retriever
    main: tuple[Hit, ...] | None = None
    far: float = 0.0

    @property
    def passages(self) -> list[Passage]:
        return self.library.passages

    def search(self, question: str, count: int = HITS) -> list[Hit]:
        hits = self.library.search(question, count)
        if count >= HITS and self.main is None:
            self.main = tuple(hits)
        return hits

    def foreignness(self, question: str) -> float:
        self.far = self.library.foreignness(question)
        return self.far

    def sentence_similarities(self, question: str, passage: Passage) -> list[float]:
        return self.library.sentence_similarities(question, passage)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A `LibrarySource` with one library."""

    library: Retriever

    async def current(self) -> Retriever:
        return self.library

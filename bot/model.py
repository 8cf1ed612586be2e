"""What travels through the house: a question goes down, one of eight kinds of reply comes back. Pure data, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from knowledge.helplines import Helpline
from knowledge.model import Passage, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

UrgentCategory = Literal["suicide", "self_harm", "third_party", "abuse", "overdose", "medical_emergency"]
Wish = Literal["answer", "more", "simpler"]
"""What a person wants of a question: its answer, what the answer left out, or fewer and easier sentences."""
VerdictLabel = Literal["true", "false", "misleading", "not_covered"]
MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asked, in one shape for every platform.

    `turns` are the person's earlier questions of this conversation, oldest first; `concerns` are the urgent categories
    raised in it, of which the words are not kept. `country` is ISO 3166-1 alpha-2 in capitals, or None when unknown.
    `person` is a keyed hash for the model's budget, or '' when nobody is known.
    """

    text: str
    turns: tuple[str, ...] = ()
    concerns: tuple[UrgentCategory, ...] = ()
    country: str | None = None
    wish: Wish = "answer"
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One numbered reference: the words of a passage (`quote`, verbatim) and the source that they rest on."""

    marker: int
    passage: Passage
    source: Source
    quote: str

    def __post_init__(self) -> None:
        if self.marker < 1:
            raise ValueError(f"a marker counts from 1, not {self.marker}")
        if self.quote not in self.passage.text:
            raise ValueError(f"citation {self.marker} quotes words that passage {self.passage.id} does not hold")
        if self.source not in self.passage.sources:
            raise ValueError(f"citation {self.marker} names a source that passage {self.passage.id} does not have")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence that a person reads, and the markers of the citations that support it."""

    text: str
    markers: tuple[int, ...]

    @property
    def marked(self) -> str:
        """The sentence with its markers, as shown: `Condoms help. [1]`."""
        return self.text + " " + "".join(f"[{marker}]" for marker in self.markers)


def check_citations(sentences: Sequence[Sentence], citations: Sequence[Citation]) -> None:
    """Every sentence cites, every marker resolves, every citation is used, markers are unique.

    Raises:
        ValueError: one of them does not hold. An uncited answer cannot exist.
    """
    known = [citation.marker for citation in citations]
    if len(set(known)) != len(known):
        raise ValueError(f"markers repeat: {known}")
    used: set[int] = set()
    for sentence in sentences:
        if not sentence.markers:
            raise ValueError(f"a sentence without a citation: {sentence.text!r}")
        used.update(sentence.markers)
    if unresolved := used - set(known):
        raise ValueError(f"markers {sorted(unresolved)} resolve to nothing")
    if unused := set(known) - used:
        raise ValueError(f"citations {sorted(unused)} support no sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A cited answer. `about` names the topic when the question was understood by guessing ("About chlamydia: …")."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    preface: tuple[str, ...] = ()
    about: str = ""
    notices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["answer"] = field(default="answer", init=False)

    def __post_init__(self) -> None:
        if not self.sentences or not self.citations:
            raise ValueError("an answer needs at least one sentence and one citation")
        check_citations(self.sentences, self.citations)

    @property
    def text(self) -> str:
        """What a person reads, with markers."""
        lead = f"About {self.about}: " if self.about else ""
        return "\n".join([*self.preface, lead + join_marked(self.sentences), *self.notices])


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPart:
    """The verdict on one part of a claim. `flag` names the claim as wrong and says why, between the cited facts."""

    claim: str
    verdict: VerdictLabel
    sentences: tuple[Sentence, ...]
    flag: str = ""

    @property
    def text(self) -> str:
        """Fact, flag, fact: what people hear first and last is the fact."""
        return " ".join(
            part for part in (join_marked(self.sentences[:1]), self.flag, join_marked(self.sentences[1:])) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a claim holds, and the cited sentences that say why. `parts` say it for each part of the claim."""

    verdict: VerdictLabel
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    lead: str
    parts: tuple[VerdictPart, ...] = ()
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["verdict"] = field(default="verdict", init=False)

    def __post_init__(self) -> None:
        if self.verdict != "not_covered" and not self.citations:
            raise ValueError(f"a verdict of {self.verdict!r} needs a citation")
        check_citations(self.sentences, self.citations)

    @property
    def text(self) -> str:
        """What a person reads, with markers."""
        if len(self.parts) > 1:
            lines = [f"- “{part.claim}”: {part.verdict.replace('_', ' ')}. {part.text}".strip() for part in self.parts]
            return "\n".join([self.lead, *lines])
        said = self.parts[0].text if self.parts else join_marked(self.sentences)
        return f"{self.lead} {said}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A request for a dose, a diagnosis or a personal decision: who can answer it, and cited general guidance."""

    lead: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    preface: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["referral"] = field(default="referral", init=False)

    def __post_init__(self) -> None:
        check_citations(self.sentences, self.citations)

    @property
    def text(self) -> str:
        """What a person reads, with markers."""
        return "\n".join([*self.preface, self.lead, join_marked(self.sentences)]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """Someone may be in danger: what to do now, whom to call, then a cited fact where there is one.

    `lines` are shown first and are reviewed texts of ours (bot/triage/replies), never generated.
    """

    category: UrgentCategory
    lines: tuple[str, ...]
    helplines: tuple[Helpline, ...]
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["urgent"] = field(default="urgent", init=False)

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("an urgent reply needs at least one line")
        check_citations(self.sentences, self.citations)

    @property
    def text(self) -> str:
        """What a person reads, with markers."""
        return "\n".join([*self.lines, join_marked(self.sentences)]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """The guidance does not answer this; the nearest questions that it does answer are offered."""

    text: str
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["abstention"] = field(default="abstention", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScope:
    """Not a health question."""

    text: str
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["out_of_scope"] = field(default="out_of_scope", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarification:
    """Two readings would give different answers: ask which one is meant; `suggestions` are the choices."""

    text: str
    suggestions: tuple[str, ...]
    language: str = "en"
    kind: Literal["clarification"] = field(default="clarification", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """Greetings, thanks, questions about the bot."""

    text: str
    suggestions: tuple[str, ...] = ()
    language: str = "en"
    kind: Literal["smalltalk"] = field(default="smalltalk", init=False)


Reply = Answer | Verdict | Abstention | Referral | OutOfScope | Urgent | Clarification | SmallTalk


def with_preface(reply: Reply, lines: Sequence[str]) -> Reply:
    """The reply with lines before it, such as a check-in after an urgent message."""
    if not lines or isinstance(reply, Urgent | Verdict):
        return reply
    if isinstance(reply, Answer | Referral):
        return replace(reply, preface=(*lines, *reply.preface))
    return replace(reply, text="\n".join([*lines, reply.text]))


def join_marked(sentences: Sequence[Sentence]) -> str:
    """The sentences with their markers, as one paragraph."""
    return " ".join(sentence.marked for sentence in sentences)

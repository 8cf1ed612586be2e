"""Groups comments: people in danger first, then misconceptions, then questions, each with a short cited reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.abstention import ANSWER_FROM, confidence
from bot.claims.judging import judge
from bot.errors import InputError
from bot.grounding import DraftSentence, ground
from bot.model import Citation, Sentence
from bot.redaction import redact
from bot.support.verbatim import VerbatimSupport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.checking.judging import ScriptLibrary
    from bot.model import VerdictLabel
    from bot.triage import Assessment
    from knowledge.model import Passage

MOST = 500
"""Comments read at most."""
EXAMPLES = 3
REPLY_SENTENCES = 2
GroupKind = Literal["misconception", "true_claim", "question"]
_ASKS = re.compile(
    r"\?|^(?:is|are|can|could|do|does|did|will|would|should|what|why|how|when|where|who|which|has|have|"
    r"wdym|any ?one know)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Comments that one passage answers. `examples` are shortened and without personal details."""

    kind: GroupKind
    about: str
    topic: str
    count: int
    examples: tuple[str, ...]
    reply: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The groups, largest first; comments that may come from someone in danger; how many are not covered."""

    in_danger: tuple[str, ...]
    groups: tuple[Group, ...]
    not_covered: int
    read: int


def group_comments(comments: Sequence[str], library: ScriptLibrary, assess: Callable[[str], Assessment]) -> Audience:
    """Group up to `MOST` comments. Raises: InputError when there is none or there are more."""
    kept = [" ".join(comment.split()) for comment in comments if comment.strip()]
    if not kept:
        raise InputError("there is no comment to read; give a text file with one comment a line")
    if len(kept) > MOST:
        raise InputError(f"{len(kept)} comments are more than the {MOST} that are read at once; split the file")
    danger: list[str] = []
    found: dict[tuple[GroupKind, str], list[str]] = {}
    passages: dict[str, Passage] = {}
    silent = 0
    for comment in kept:
        if assess(comment).alert:
            danger.append(redact(comment))
            continue
        kind, passage = _place(comment, library)
        if passage is None:
            silent += 1
            continue
        passages[passage.id] = passage
        found.setdefault((kind, passage.id), []).append(redact(comment)[:160])
    groups = [_group(kind, passages[key], said) for (kind, key), said in found.items()]
    order = {"misconception": 0, "question": 1, "true_claim": 2}
    groups.sort(key=lambda group: (order[group.kind], -group.count))
    return Audience(in_danger=tuple(danger), groups=tuple(groups), not_covered=silent, read=len(kept))


def _place(comment: str, library: ScriptLibrary) -> tuple[GroupKind, Passage | None]:
    """Which passage answers a comment, and as what."""
    if not _ASKS.search(comment):
        judged = judge(comment, library)
        if judged.evidence:
            return _kind(judged.label), judged.evidence[0].passage
        return "question", None
    hits = library.search(comment)
    sure = bool(hits) and confidence(hits, library.foreignness(comment)) >= ANSWER_FROM
    return "question", hits[0].passage if sure else None


def _kind(label: VerdictLabel) -> GroupKind:
    return "true_claim" if label == "true" else "misconception"


def _group(kind: GroupKind, passage: Passage, said: Iterable[str]) -> Group:
    comments = list(said)
    draft = [
        DraftSentence(text=one.text, rests_on=tuple((passage.id, source, one.text) for source in one.source_ids))
        for one in passage.sentences[:REPLY_SENTENCES]
    ]
    grounded = ground(draft, [passage], VerbatimSupport())
    return Group(
        kind=kind,
        about=passage.section,
        topic=passage.guidance_title,
        count=len(comments),
        examples=tuple(dict.fromkeys(comments))[:EXAMPLES],
        reply=grounded.sentences,
        citations=grounded.citations,
    )

"""Tells a verdict: the fact first, then the claim flagged before it is repeated, why it misleads, and fact again.

The order is that of the truth sandwich (Lewandowsky et al., The Debunking Handbook 2020): what people hear first and
last is the fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.composing import SAME
from bot.grounding import DraftSentence, ground
from bot.model import Verdict, VerdictPart
from bot.phrases import phrases
from bot.support.verbatim import VerbatimSupport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.claims.judging import Judged
    from bot.model import VerdictLabel
    from knowledge.model import Passage, SourcedSentence

MOST = 3
"""Sentences told for one claim at most."""


def tell(parts: Sequence[Judged], suggestions: tuple[str, ...]) -> Verdict:
    """One verdict over all parts of a message; every sentence is a vetted one, word for word, with its citation."""
    label = overall([part.label for part in parts])
    drafts = [_draft(part) for part in parts]
    passages = {piece.passage.id: piece.passage for part in parts for piece in part.evidence}
    grounded = ground([sentence for draft in drafts for sentence in draft], list(passages.values()), VerbatimSupport())
    kept = iter(grounded.sentences)
    told = [
        VerdictPart(
            claim=part.claim.text,
            verdict=part.label,
            flag=_flag(part),
            sentences=tuple(next(kept) for _ in draft),
        )
        for part, draft in zip(parts, drafts, strict=True)
    ]
    return Verdict(
        verdict=label,
        lead=_lead(label, alone=len(parts) == 1),
        parts=tuple(told),
        sentences=grounded.sentences,
        citations=grounded.citations,
        suggestions=suggestions if label == "not_covered" else (),
    )


def overall(labels: Sequence[VerdictLabel]) -> VerdictLabel:
    """One label for several parts: right beside wrong is misleading; what is not covered does not count."""
    known = {label for label in labels if label != "not_covered"}
    if not known:
        return "not_covered"
    return known.pop() if len(known) == 1 else "misleading"


def _lead(label: VerdictLabel, *, alone: bool) -> str:
    return phrases()[f"verdict_{label}" if alone or label == "not_covered" else f"verdict_parts_{label}"]


def _flag(part: Judged) -> str:
    """The claim, named as what it is before it is repeated, and why it misleads. No health fact of its own."""
    if part.label not in ("false", "misleading"):
        return ""
    name = "flag_denied" if part.claim.denied else f"flag_{part.label}"
    return phrases()[name].format(claim=part.claim.text.rstrip(".!? "), reason=part.reason)


def _draft(part: Judged) -> list[DraftSentence]:
    """The sentences to tell: a myth's own correction, or the sentences nearest the claim; then what a second adds."""
    draft: list[tuple[Passage, SourcedSentence]] = []
    for piece in part.evidence:
        passage = piece.passage
        chosen = passage.sentences if passage.myth else [s for s in passage.sentences if s.text == piece.text]
        for sentence in chosen:
            if len(draft) < MOST and not any(
                fuzz.token_set_ratio(said.text, sentence.text) >= SAME for _, said in draft
            ):
                draft.append((passage, sentence))
    if len(draft) == 1 and part.label in ("false", "misleading"):  # the last word belongs to a fact
        passage, told = draft[0]
        draft += [(passage, one) for one in passage.sentences if one is not told][:1]
    return [
        DraftSentence(
            text=sentence.text, rests_on=tuple((passage.id, one, sentence.text) for one in sentence.source_ids)
        )
        for passage, sentence in draft
    ]

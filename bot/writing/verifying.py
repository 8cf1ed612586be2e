"""Verify before send: may this sentence of a model be said? If not, which vetted sentence is nearest to it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.grounding import DraftSentence
from bot.writing.agreeing import objection
from bot.writing.forms import breaks_form, fault
from bot.writing.wording import content, is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.support.model import SupportChecker
    from bot.writing.parsing import Said
    from knowledge.model import Passage, SourcedSentence

SUPPORTED_FROM = 0.35
"""Score (0 to 1) of the support checker from which a sentence that agrees in every word passes (docs/writer.md)."""
NEAR = 60
"""Token-set similarity (0 to 100) from which a vetted sentence may stand in for one that failed."""
AS_NEAR = 0.15
"""Likeness behind the nearest vetted sentence's within which another may be the one that is restated."""
ADDED = 3
"""Words that carry a fact and stand in the second of two vetted sentences only, from which both are drawn together."""

Vetted = tuple["Passage", "SourcedSentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A model's sentence: `draft` when it may be said; else why not, and the vetted sentence to say in its place."""

    text: str
    draft: DraftSentence | None = None
    reason: str = ""
    instead: DraftSentence | None = None


class Verifier:
    """Judges sentences against the passages of the prompt, which were numbered from 1. Safe in several threads."""

    def __init__(self, checker: SupportChecker, threshold: float = SUPPORTED_FROM) -> None:
        self._checker = checker
        self._threshold = threshold

    def judge(self, said: Said, passages: Sequence[Passage]) -> Judged:
        """May it be said? Markers, form, agreement word by word, then support, in that order."""
        unknown = [marker for marker in said.markers if not 1 <= marker <= len(passages)]
        cited = [passages[marker - 1] for marker in said.markers if marker not in unknown]
        draft, reason = None, ""
        if not said.markers:
            reason = "cites nothing"
        elif unknown:
            reason = f"cites [{unknown[0]}], which is not in the prompt"
        else:
            draft, reason = self._supported(said.text, cited)
        if draft is not None:
            return Judged(text=said.text, draft=draft)
        return Judged(text=said.text, reason=reason, instead=_stand_in(said.text, cited or passages))

    def _supported(self, text: str, cited: Sequence[Passage]) -> tuple[DraftSentence | None, str]:
        nearest = _nearest(text, cited)
        for _, (passage, sentence) in nearest:
            if sentence.text == text:
                return as_draft(text, [(passage, sentence)]), ""
        reason = "cites a passage without words"
        for window in _windows(text, nearest):
            reason = self._refusal(text, window)
            if not reason:
                return as_draft(text, window), ""
        return None, reason

    def _refusal(self, text: str, window: Sequence[Vetted]) -> str:
        words = [sentence.text for _, sentence in window]
        if reason := fault(text, " ".join(words)) or objection(text, words):
            return reason
        support = self._checker.judge(text, " ".join(words))
        if support.score < self._threshold or support.label == "contradicted":
            return f"is not supported by what it cites: {support.reason}"
        return ""


def as_draft(text: str, window: Sequence[Vetted]) -> DraftSentence:
    """A sentence that rests on vetted ones, with their sources."""
    rests_on = [
        (passage.id, source_id, sentence.text) for passage, sentence in window for source_id in sentence.source_ids
    ]
    return DraftSentence(text=text, rests_on=tuple(dict.fromkeys(rests_on)))


def _nearest(text: str, passages: Sequence[Passage]) -> list[tuple[float, Vetted]]:
    """The vetted sentences of the passages with their likeness (0 to 1.5), most like first."""
    said = _facts(text)
    pairs = _sayable(passages)

    def likeness(pair: Vetted) -> float:
        covered = len(said & frozenset(content(pair[1].text))) / len(said) if said else 0.0
        return covered + fuzz.token_set_ratio(text, pair[1].text) / 200

    return sorted(((likeness(pair), pair) for pair in pairs), key=lambda found: -found[0])


def _windows(text: str, nearest: Sequence[tuple[float, Vetted]]) -> list[list[Vetted]]:
    """What the sentence may restate: the nearest, one about as near, or two of which each adds several of its words."""
    best = nearest[0][0] if nearest else 0.0
    windows = [[pair] for likeness, pair in nearest[:3] if likeness >= best - AS_NEAR]
    if len(nearest) > 1:
        said, (one, other) = _facts(text), [frozenset(content(pair[1].text)) for _, pair in nearest[:2]]
        if len(said & other - one) >= ADDED and len(said & one - other) >= ADDED:
            windows.append([pair for _, pair in nearest[:2]])
    return windows


def _sayable(passages: Sequence[Passage]) -> list[Vetted]:
    """Every vetted sentence but those that a text with an order or a link planted in it would hold."""
    return [
        (passage, sentence) for passage in passages for sentence in passage.sentences if not breaks_form(sentence.text)
    ]


def _facts(text: str) -> frozenset[str]:
    return frozenset(stem for stem in content(text) if not is_plain(stem))


def _stand_in(text: str, passages: Sequence[Passage]) -> DraftSentence | None:
    """The vetted sentence nearest to one that failed, where any is near."""
    best = max(
        _sayable(passages),
        key=lambda pair: fuzz.token_set_ratio(text, pair[1].text),
        default=None,
    )
    if best is None or fuzz.token_set_ratio(text, best[1].text) < NEAR:
        return None
    return as_draft(best[1].text, [best])

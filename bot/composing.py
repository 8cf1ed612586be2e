"""Writes drafts of answers. The extractive writer selects vetted sentences: it cannot invent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import fuzz

from bot.grounding import DraftSentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval import Retriever
    from knowledge.model import Hit, Passage, SourcedSentence

MAX_SENTENCES = 5
MAX_WORDS = 85
RELATED_SCORE = 0.72
"""Fused score, relative to the best hit's, from which a second passage may add sentences."""
RELATED_SIMILARITY = 0.5
"""Cosine of question and sentence from which a sentence of a second passage adds something."""
SAME = 82
"""Token-set similarity (0 to 100) from which two sentences say the same."""

_YES_NO = re.compile(
    r"^\s*(?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|isn't|aren't|don't|doesn't|can't)\b"
    r"|\b(?:is|are|can|does|do|will) (?:it|this|that|they|u|you|i|we) .*\?|true\b|myth\b|really\b",
    re.IGNORECASE,
)


class Writer(Protocol):
    """Drafts an answer from what was retrieved; grounding decides what of it may be sent."""

    def write(self, question: str, hits: Sequence[Hit]) -> list[DraftSentence]:
        """The draft's sentences in reading order."""
        ...


class ExtractiveWriter:
    """Takes the passage that answers the question, then what a close second adds, within the length of an answer."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def write(self, question: str, hits: Sequence[Hit]) -> list[DraftSentence]:
        """At most `MAX_SENTENCES` vetted sentences and about `MAX_WORDS` words; empty when there is no hit."""
        if not hits:
            return []
        draft: list[tuple[Passage, SourcedSentence]] = []
        for passage in _in_reading_order(question, hits):
            main = not draft or passage.id == hits[0].passage.id
            chosen = passage.sentences if main else self._adding(question, passage)
            for sentence in chosen:
                if _fits(draft, sentence):
                    draft.append((passage, sentence))
        return [_as_draft(passage, sentence) for passage, sentence in draft]

    def _adding(self, question: str, passage: Passage) -> list[SourcedSentence]:
        similarities = self._retriever.sentence_similarities(question, passage)
        pairs = zip(passage.sentences, similarities, strict=True)
        return [sentence for sentence, similarity in pairs if similarity >= RELATED_SIMILARITY]


def _in_reading_order(question: str, hits: Sequence[Hit]) -> list[Passage]:
    """The best passage and close seconds of the same topic; asked yes or no, a matching myth's correction leads."""
    best = hits[0]
    related = [
        hit
        for hit in hits[1:4]
        if hit.score >= RELATED_SCORE * best.score and hit.passage.guidance_id == best.passage.guidance_id
    ]
    order = [best, *related]
    if _YES_NO.search(question):
        myths = [hit for hit in order if hit.passage.myth and hit.similarity >= best.similarity - 0.1]
        order = [*myths, *(hit for hit in order if hit not in myths)]
    return [hit.passage for hit in order]


def _fits(draft: Sequence[tuple[Passage, SourcedSentence]], sentence: SourcedSentence) -> bool:
    """Room for it, and not said yet."""
    words = sum(len(said.text.split()) for _, said in draft) + len(sentence.text.split())
    if len(draft) >= MAX_SENTENCES or (draft and words > MAX_WORDS):
        return False
    return not any(fuzz.token_set_ratio(said.text, sentence.text) >= SAME for _, said in draft)


def _as_draft(passage: Passage, sentence: SourcedSentence) -> DraftSentence:
    rests_on = tuple((passage.id, source_id, sentence.text) for source_id in sentence.source_ids)
    return DraftSentence(text=sentence.text, rests_on=rests_on)

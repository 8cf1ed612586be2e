"""Writes drafts of answers. The extractive writer selects vetted sentences: it cannot invent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import fuzz

from bot.grounding import DraftSentence
from bot.understanding import names_topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Wish
    from bot.retrieval import Retriever
    from knowledge.model import Hit, Passage, SourcedSentence

MAX_SENTENCES = 6
"""The sentence that answers, and five more."""
MAX_WORDS = 95
PART_SENTENCES = 2
"""Each part of a question with several may have so many, even where they are more than `MAX_SENTENCES` together."""
MAIN_SENTENCES = 3
"""Of the passage that answers, how many sentences go before what other passages add."""
SIMPLE_SENTENCES = 3
LEADS_BY = 0.1
"""How much nearer (cosine) to the question than the passage's first sentence another must be to go before it."""
RELATED_SCORE = 0.9
"""Fused score, relative to the best hit's, from which another passage may add sentences."""
ADDS_FROM = 1.35
"""Relative score of a passage plus cosine of question and sentence from which that sentence is worth adding."""
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

    def write(
        self, question: str, hits: Sequence[Hit], room: int = MAX_SENTENCES, words: int = MAX_WORDS
    ) -> list[DraftSentence]:
        """At most `room` vetted sentences and about `words` words; empty when there is no hit."""
        if not hits:
            return []
        main, *others = _in_reading_order(question, hits)
        if main.guidance_title == names_topic(self._retriever.plainly(question), self._retriever):
            others = [
                other for other in others if other.guidance_id == main.guidance_id
            ]  # not what C is, asked about B
        first = self._first(question, main)
        draft: list[tuple[Passage, SourcedSentence]] = []
        for passage, sentence in [
            *((main, sentence) for sentence in first),
            *self._adding(question, others, hits),
            *((main, sentence) for sentence in main.sentences),
        ]:
            if _fits(draft, sentence, room, words):
                draft.append((passage, sentence))
        return [_as_draft(passage, sentence) for passage, sentence in draft]

    def write_parts(self, parts: Sequence[tuple[str, Sequence[Hit]]], wish: Wish = "answer") -> list[DraftSentence]:
        """One draft for several questions with their hits, each with its share of the sentences, in their order.

        `more` is what the answer had no room for; `simpler` the three sentences of both that read most easily.
        """
        if wish == "answer":
            return self._share(parts, MAX_SENTENCES, MAX_WORDS)
        longer = self._share(parts, 2 * MAX_SENTENCES, 2 * MAX_WORDS)
        if wish == "simpler":
            from knowledge.readability import reading_grade  # textstat takes a tenth of a second to import

            easiest = sorted(longer, key=lambda each: reading_grade(each.text))[:SIMPLE_SENTENCES]
            return [each for each in longer if each in easiest]
        said = [each.text for each in self._share(parts, MAX_SENTENCES, MAX_WORDS)]
        return [each for each in longer if each.text not in said][:MAX_SENTENCES]

    def _share(self, parts: Sequence[tuple[str, Sequence[Hit]]], room: int, words: int) -> list[DraftSentence]:
        draft: list[DraftSentence] = []
        room = max(room, PART_SENTENCES * len(parts))
        for number, (question, hits) in enumerate(parts):
            share = room // len(parts) + (number < room % len(parts))
            written = self.write(question, hits, room, words)
            new = [each for each in written if not any(_same(each.text, said.text) for said in draft)]
            draft.extend(new[:share])
        return draft

    def _first(self, question: str, passage: Passage) -> list[SourcedSentence]:
        """What the passage says to the question, in its order; led by the sentence that clearly answers it best."""
        similarities = self._retriever.sentence_similarities(question, passage)
        pairs = sorted(zip(passage.sentences, similarities, strict=True), key=lambda pair: -pair[1])
        ranked = [sentence for sentence, _ in pairs]
        lead = ranked[0] if pairs[0][1] >= similarities[0] + LEADS_BY else passage.sentences[0]
        kept = (passage.sentences[0], *ranked[:MAIN_SENTENCES])
        return [lead, *(each for each in passage.sentences if each in kept and each != lead)]

    def _adding(
        self, question: str, passages: Sequence[Passage], hits: Sequence[Hit]
    ) -> list[tuple[Passage, SourcedSentence]]:
        """What close seconds add, most fitting first."""
        scores = {hit.passage.id: hit.score / max(hits[0].score, 1e-9) for hit in hits}
        worth: list[tuple[float, Passage, SourcedSentence]] = []
        for passage in passages:
            similarities = self._retriever.sentence_similarities(question, passage)
            for sentence, similarity in zip(passage.sentences, similarities, strict=True):
                if (value := scores[passage.id] + similarity) >= ADDS_FROM:
                    worth.append((value, passage, sentence))
        return [(passage, sentence) for _, passage, sentence in sorted(worth, key=lambda each: -each[0])]


def _in_reading_order(question: str, hits: Sequence[Hit]) -> list[Passage]:
    """The best passage and its close seconds; asked yes or no, a matching myth's correction leads."""
    best = hits[0]
    order = [best, *(hit for hit in hits[1:5] if hit.score >= RELATED_SCORE * best.score)]
    if _YES_NO.search(question):
        own = [hit for hit in order if hit.passage.guidance_id == best.passage.guidance_id]
        myths = [hit for hit in own if hit.passage.myth and hit.similarity >= best.similarity - 0.1]
        order = [*myths, *(hit for hit in order if hit not in myths)]
    return [hit.passage for hit in order]


def _fits(draft: Sequence[tuple[Passage, SourcedSentence]], sentence: SourcedSentence, room: int, words: int) -> bool:
    """Room for it, and not said yet."""
    long = sum(len(said.text.split()) for _, said in draft) + len(sentence.text.split())
    if len(draft) >= room or (draft and long > words):
        return False
    return not any(_same(said.text, sentence.text) for _, said in draft)


def _same(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one, other) >= SAME


def _as_draft(passage: Passage, sentence: SourcedSentence) -> DraftSentence:
    rests_on = tuple((passage.id, source_id, sentence.text) for source_id in sentence.source_ids)
    return DraftSentence(text=sentence.text, rests_on=rests_on)

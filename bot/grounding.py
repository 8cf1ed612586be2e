"""Verify before send: which sentences of a draft may be said, given what was retrieved. Pure.

A sentence passes when every citation names a passage that was retrieved, the quote stands in that passage word for
word, every number of the sentence stands in a cited passage, and the passage supports the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Citation, Sentence
from knowledge.numbers import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.support.model import SupportChecker
    from knowledge.model import Passage, Source

_URL = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSentence:
    """A sentence as a writer hands it over: its text and the (passage id, source id, quote) it rests on."""

    text: str
    rests_on: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What may be said, numbered from [1]; and what was dropped, with the reason."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[tuple[str, str], ...]


def ground(draft: Iterable[DraftSentence], retrieved: Sequence[Passage], checker: SupportChecker) -> Grounded:
    """Keep the sentences of a draft that stand on what was retrieved.

    Returns:
        the kept sentences in their order, with citations numbered in order of first use.
    """
    passages = {passage.id: passage for passage in retrieved}
    numbers: dict[tuple[str, str, str], int] = {}
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    dropped: list[tuple[str, str]] = []
    for proposed in draft:
        if reason := _objection(proposed, passages, checker):
            dropped.append((proposed.text, reason))
            continue
        for key in proposed.rests_on:
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                passage_id, source_id, quote = key
                passage = passages[passage_id]
                source = passage.source(source_id)
                citations.append(Citation(marker=numbers[key], passage=passage, source=source, quote=quote))
        markers = tuple(dict.fromkeys(numbers[key] for key in proposed.rests_on))
        sentences.append(Sentence(text=proposed.text, markers=markers))
    return Grounded(sentences=tuple(sentences), citations=tuple(citations), dropped=tuple(dropped))


def _objection(proposed: DraftSentence, passages: dict[str, Passage], checker: SupportChecker) -> str:
    """Why the sentence may not be said, or ''."""
    if not proposed.rests_on:
        return "cites nothing"
    if _URL.search(proposed.text):
        return "holds a link; links come only from citations"
    for passage_id, source_id, quote in proposed.rests_on:
        passage = passages.get(passage_id)
        if passage is None:
            return f"cites {passage_id}, which was not retrieved"
        if not _has_source(passage.sources, source_id):
            return f"cites the source {source_id}, which {passage_id} does not have"
        if quote not in passage.text:
            return f"quotes words that {passage_id} does not hold"
    cited = [passages[passage_id] for passage_id, _, _ in proposed.rests_on]
    if missing := missing_numbers(proposed.text, " ".join(passage.text for passage in cited)):
        return f"states {missing[0]:g}, which no cited passage holds"
    judged = checker.judge_all([(proposed.text, passage.text) for passage in cited])
    if not any(each.label == "supported" for each in judged):
        return f"is not supported by what it cites: {judged[0].reason}"
    return ""


def _has_source(sources: Iterable[Source], source_id: str) -> bool:
    return any(source.id == source_id for source in sources)

"""Which topic is meant by "the clap" or "plan b"? By name, by everyday name, by near spelling, then by meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from bot.abstention import ANSWER_FROM, confidence
from bot.claims.everyday import in_plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.retrieval import Retriever
    from knowledge.model import Passage

NEAR_SPELLING, SAME_LETTERS = 0.93, 76
"""Jaro-Winkler (0 to 1) and ratio (0 to 100) from which a word is a name misspelt; "chlamidya" has 0.96 and 78."""
SURE = 0.62
"""Cosine from which the best passage's topic is taken although the name is not known."""
_WORD = re.compile(r"[a-z0-9]+")
_FILLER = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "and",
        "in",
        "on",
        "for",
        "to",
        "at",
        "from",
        "with",
        "about",
        "what",
        "is",
        "are",
        "how",
        "do",
        "does",
        "i",
        "my",
        "me",
        "your",
        "it",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The topic's id, or None; and the titles of the nearest topics, best first."""

    topic: str | None
    nearest: tuple[str, ...]


def find_topic(text: str, library: Retriever) -> Found:
    """The topic that a person means. What the guidance does not cover finds no topic, only the nearest titles."""
    titles = {passage.guidance_id: passage.guidance_title for passage in library.passages}
    names = _names(titles)
    for wording in dict.fromkeys([text, in_plain_words(text)]):
        if (named := _named(wording, names)) is not None:
            return Found(topic=named, nearest=(titles[named],))
    hits = library.search(in_plain_words(text))
    votes: dict[str, float] = {}
    for hit in hits[:5]:
        votes[hit.passage.guidance_id] = votes.get(hit.passage.guidance_id, 0.0) + hit.score
    ranked = sorted(votes, key=lambda topic: -votes[topic])
    nearest = tuple(titles[topic] for topic in ranked[:3])
    similarity = max((hit.similarity for hit in hits), default=0.0)
    coverage = max((hit.coverage for hit in hits[:3]), default=0.0)
    sure = similarity >= SURE and coverage >= 0.5 and confidence(hits, library.foreignness(text)) >= ANSWER_FROM
    return Found(topic=ranked[0] if sure else None, nearest=nearest)


def passages_of_topic(topic: str, passages: Sequence[Passage]) -> list[Passage]:
    """The topic's passages, in file order."""
    return [passage for passage in passages if passage.guidance_id == topic]


def _names(titles: dict[str, str]) -> dict[str, str]:
    """Every name of every topic, folded: its id, its title, and the parts of a title of two. First come, first kept."""
    whole = {_folded(name): topic for topic, title in titles.items() for name in (title, topic.replace("-", " "))}
    parts: dict[str, list[str]] = {}
    for topic, title in titles.items():
        for part in re.split(r"\band\b|[(),:/]", title.lower()):
            if len(_folded(part)) > 3:
                parts.setdefault(_folded(part), []).append(topic)
    return {**{name: topics[0] for name, topics in parts.items() if len(topics) == 1}, **whole}


def _named(text: str, names: dict[str, str]) -> str | None:
    wanted = _folded(text)
    if wanted in names:
        return names[wanted]
    if len(wanted) < 4:
        return None
    best = process.extractOne(wanted, list(names), scorer=JaroWinkler.normalized_similarity)
    near = best and len(wanted) >= 5 and best[1] >= NEAR_SPELLING and fuzz.ratio(wanted, best[0]) >= SAME_LETTERS
    return names[best[0]] if best and near else None


def _folded(text: str) -> str:
    words = [word for word in _WORD.findall(text.lower().replace("ae", "e").replace("oe", "e")) if word not in _FILLER]
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)

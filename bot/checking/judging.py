"""Labels every sentence of a script. A sentence is read with the script's topic: "It can be cured" needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.checking.model import CheckedClaim
from bot.checking.opinion import is_opinion, sounds_personal
from bot.claims.evidence import ClaimLibrary, likeness
from bot.claims.judging import Judged, judge
from bot.claims.wording import leans_back
from bot.model import Citation
from bot.retrieval import Retriever
from bot.understanding import names_topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.checking.model import ClaimLabel
    from bot.claims.evidence import Piece
    from bot.model import VerdictLabel

PERSONAL_NEEDS = 0.72
"""Likeness from which a sentence that speaks of the speaker or of taste is a health claim all the same."""
TRUST = 2.0
"""How much likelier than in `verify` a sentence is to be true: half of a creator's claims are (evals, scripts)."""
NAMED_VOTE = 3.0
"""A topic that a sentence names by its title counts this much; a search result counts its score, below 1."""
OPENING, OPENING_COUNTS = 2, 3.0
"""What the first sentences name is what the script is about: it counts three times."""
LEAST_WORDS = 3
MOST_SENTENCES = 200


class ScriptLibrary(ClaimLibrary, Retriever, Protocol):
    """What checking a script needs of a library. `knowledge.library.Library` is one."""


_LABELS: dict[VerdictLabel, ClaimLabel] = {
    "true": "supported",
    "false": "contradicted",
    "misleading": "contradicted",
    "not_covered": "not_covered",
}
_UNCOVERED = "Leave it out, or find a source: the guidance neither supports nor contradicts it."


def sentences_of_script(text: str) -> list[str]:
    """The sentences of a script, line breaks kept as ends; at most `MOST_SENTENCES`."""
    import sentencex

    found = [part.strip(" -*•\t") for line in text.splitlines() for part in sentencex.segment("en", line)]
    return [part for part in found if any(character.isalnum() for character in part)][:MOST_SENTENCES]


def script_topics(sentences: Sequence[str], library: ScriptLibrary) -> list[tuple[str, str]]:
    """The (id, title) of the topics that the script speaks of, most first, at most two."""
    votes: dict[tuple[str, str], float] = {}
    for text in [" ".join(sentences)[:800], *sentences]:
        for hit in library.search(text, 5)[:3]:
            if hit.similarity >= 0.45:
                key = (hit.passage.guidance_id, hit.passage.guidance_title)
                votes[key] = votes.get(key, 0.0) + hit.score * (3.0 if len(text.split()) > 40 else 1.0)
    for position, sentence in enumerate(sentences):
        title = names_topic(sentence, library)
        if title:
            key = next((one.guidance_id, title) for one in library.passages if one.guidance_title == title)
            votes[key] = votes.get(key, 0.0) + NAMED_VOTE * (OPENING_COUNTS if position < OPENING else 1.0)
    ranked = sorted(votes, key=lambda key: -votes[key])
    return [key for key in ranked[:2] if votes[key] >= 0.5 * votes[ranked[0]]]


def judge_sentences(sentences: Sequence[str], library: ScriptLibrary) -> list[CheckedClaim]:
    """Every sentence with its label; citations are numbered through the whole script."""
    topics = script_topics(sentences, library)
    numbers: dict[tuple[str, str, str], Citation] = {}
    return [_check(sentence, library, topics, numbers) for sentence in sentences]


def _check(
    sentence: str,
    library: ScriptLibrary,
    topics: Sequence[tuple[str, str]],
    numbers: dict[tuple[str, str, str], Citation],
) -> CheckedClaim:
    if len(sentence.split()) < LEAST_WORDS:
        return CheckedClaim(text=sentence, label="opinion", reason="says nothing that could be checked")
    named = names_topic(sentence, library)
    elsewhere = named and named not in {title for _, title in topics} and not leans_back(sentence)
    if not topics or elsewhere:
        judged = judge(sentence, library, trust=TRUST)
    else:
        within = frozenset(topic for topic, _ in topics)
        judged = judge(sentence, library, about="" if named else topics[0][1], within=within, trust=TRUST)
    label = _LABELS[judged.label]
    near = likeness(judged.evidence[0]) if judged.evidence else 0.0
    personal = is_opinion(sentence)
    if personal and (label == "not_covered" or (sounds_personal(sentence) and near < PERSONAL_NEEDS)):
        return CheckedClaim(text=sentence, label="opinion", reason="an opinion, a story or talk; nothing to check")
    if label == "not_covered":
        return CheckedClaim(text=sentence, label=label, reason=judged.reason, suggestion=_UNCOVERED)
    return CheckedClaim(
        text=sentence,
        label=label,
        reason=judged.reason,
        citations=_citations(judged, numbers),
        suggestion=_quote(judged.evidence[0]) if label == "contradicted" else "",
    )


def _citations(judged: Judged, numbers: dict[tuple[str, str, str], Citation]) -> tuple[Citation, ...]:
    cited: list[Citation] = []
    for piece in judged.evidence[:2]:
        quote = _quote(piece)
        sentence = next(one for one in piece.passage.sentences if one.text == quote)
        for source_id in sentence.source_ids:
            key = (piece.passage.id, source_id, quote)
            if key not in numbers:
                source = piece.passage.source(source_id)
                numbers[key] = Citation(marker=len(numbers) + 1, passage=piece.passage, source=source, quote=quote)
            cited.append(numbers[key])
    return tuple(cited)


def _quote(piece: Piece) -> str:
    """The vetted sentence to show: the piece itself, or the first correction of the myth that it names."""
    texts = [sentence.text for sentence in piece.passage.sentences]
    return piece.text if piece.text in texts else texts[0]

"""When to stay silent: whether what was retrieved answers the question, and what to offer when it does not. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.model import Abstention, OutOfScope
from bot.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.triage import Request
    from knowledge.model import Hit

ANSWER_FROM = 0.5
"""Confidence from which the guidance is taken to answer the question."""
HEALTH_FROM = 0.34
"""Cosine of the best hit below which the question is not about health at all."""
HEALTH_SURELY = 0.6
"""Cosine of the best hit from which a question is about health, whatever else it is near to."""
REQUEST_FROM, REQUEST_MARGIN = 0.45, 0.1
"""Chosen on the dev split: half of the requests that the rules miss, and 3 in 1000 ordinary questions of the gate."""
OFFERS = 3

WEIGHTS = (-0.70, 17.15, 1.41, -2.34, -19.29)
"""Bias, then one weight for each of `features`; fitted on the dev split by `python -m evals.confidence`.

Why: docs/decisions/0005."""


def features(hits: Sequence[Hit], foreignness: float) -> tuple[float, float, float, float]:
    """What speaks for and against an answer.

    The best hit's score, the best likeness and word coverage among three hits (0 to 1), and the likeness to questions
    known not to be answered (`Retriever.foreignness`, -1 to 1).
    """
    similarity = max(hit.similarity for hit in hits[:3])
    coverage = max(hit.coverage for hit in hits[:3])
    return hits[0].score, similarity, coverage, foreignness


def confidence(hits: Sequence[Hit], foreignness: float) -> float:
    """Estimated probability (0 to 1) that the hits answer the question."""
    if not hits:
        return 0.0
    bias, *weights = WEIGHTS
    weighted = sum(weight * value for weight, value in zip(weights, features(hits, foreignness), strict=True))
    return 1 / (1 + math.exp(-(bias + weighted)))


def abstain(hits: Sequence[Hit], *, off_topic: bool) -> Abstention | OutOfScope:
    """Say so kindly, and offer the nearest questions that the guidance does answer.

    `off_topic` is what `Retriever.is_off_topic` says; a question near to the guidance is about health all the same.
    """
    similarity = max((hit.similarity for hit in hits), default=0.0)
    if similarity < HEALTH_FROM or (off_topic and similarity < HEALTH_SURELY):
        return OutOfScope(text=phrases()["out_of_scope"])
    offers = suggestions(hits)
    text = phrases()["abstention"]
    if offers:
        text = "\n".join([text, phrases()["abstention_offers"], *(f"- {offer}" for offer in offers)])
    return Abstention(text=text, suggestions=offers)


def implied_request(hits: Sequence[Hit], nearest: tuple[str, float]) -> Request | None:
    """A dose, or a judgement on one person, that no rule of triage saw: nearly worded like known ones of the kind.

    `nearest` is what `Retriever.nearest_request` says. It must come close to what the best passage reaches: "how is
    chlamydia treated" is near to both.
    """
    name, cosine = nearest
    similarity = max((hit.similarity for hit in hits), default=0.0)
    if cosine < REQUEST_FROM or cosine < similarity - REQUEST_MARGIN:
        return None
    return "dose" if name == "dose_request" else "diagnosis"


def suggestions(hits: Sequence[Hit], but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Questions that the guidance answers: the headings of the hits' sections, without passages named in `but`."""
    headings = [hit.passage.section for hit in hits if not hit.passage.myth and hit.passage.id not in but]
    return tuple(dict.fromkeys(headings))[:OFFERS]

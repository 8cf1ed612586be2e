"""When to stay silent: whether what was retrieved answers the question, and what to offer when it does not. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.model import Abstention, OutOfScope
from bot.phrases import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.model import Hit

ANSWER_FROM = 0.5
"""Confidence from which the best hit is taken to answer the question."""
HEALTH_FROM = 0.34
"""Cosine of the best hit below which the question is not about health at all."""
OFFERS = 3

_BIAS, _SIMILARITY, _COVERAGE = -7.4, 10.0, 3.6
"""Logistic weights of the best hit's cosine and word coverage (how they were chosen: docs/decisions/0005)."""


def confidence(hits: Sequence[Hit]) -> float:
    """Estimated probability (0 to 1) that the best hit answers the question."""
    if not hits:
        return 0.0
    best = max(hits[:3], key=lambda hit: _SIMILARITY * hit.similarity + _COVERAGE * hit.coverage)
    return 1 / (1 + math.exp(-(_BIAS + _SIMILARITY * best.similarity + _COVERAGE * best.coverage)))


def abstain(hits: Sequence[Hit]) -> Abstention | OutOfScope:
    """Say so kindly, and offer the nearest questions that the guidance does answer."""
    if not hits or max(hit.similarity for hit in hits) < HEALTH_FROM:
        return OutOfScope(text=phrases()["out_of_scope"])
    offers = suggestions(hits)
    text = phrases()["abstention"]
    if offers:
        text = "\n".join([text, phrases()["abstention_offers"], *(f"- {offer}" for offer in offers)])
    return Abstention(text=text, suggestions=offers)


def suggestions(hits: Sequence[Hit], but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Questions that the guidance answers: the headings of the hits' sections, without passages named in `but`."""
    headings = [hit.passage.section for hit in hits if not hit.passage.myth and hit.passage.id not in but]
    return tuple(dict.fromkeys(headings))[:OFFERS]

"""Judges one claim from what the guidance says near it: true, false, misleading, or not covered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.claims.everyday import wordings
from bot.claims.evidence import ClaimLibrary, Piece, features, likeness, weigh
from bot.claims.weights import CENTRE, LABELS, SCALE, WEIGHTS
from bot.claims.wording import Claim, unwrap
from bot.model import VerdictLabel
from bot.support.polarity import HEDGED, UNIVERSAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


WRONG_WAY = 2.0
"""What a verdict the wrong way round costs, in right verdicts."""
BLAMED = 0.5
"""What it costs to call a true claim misleading."""
AT_HOME = 0.05
"""How much lower the thresholds below are for a sentence of a script whose topic is known."""
TRUE_MYTH, TRUE_OVERLAP = 0.78, 0.5
"""How like the claim (`likeness`) a myth or sentence must be to carry "true", and the share of words it must have."""
FALSE_MYTH, FALSE_SENTENCE = 0.55, 0.6
"""Likewise for "false" and "misleading". Chosen by cross-validation over labelled claims (decision 0030)."""
NUMBER_NEAR = 0.72
"""Cosine from which a sentence with another number contradicts the claim's."""
NEAR_TOPIC = 0.5
"""Cosine from which a text of the topic that is spoken of makes texts of other topics beside the point."""
AGREED_LEAD = 0.03
"""Likeness by which the nearest piece that points the label's way must be ahead of the other way's, in a script."""
SURE = 0.8
"""Likeness from which a sentence with half of the claim's words says the same."""
CLOSE = 0.12
"""Cosine below the best piece's within which another passage may serve as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on one claim, the chance of each label, why, and the pieces that carry it, best first."""

    claim: Claim
    label: VerdictLabel
    chances: dict[VerdictLabel, float]
    reason: str
    evidence: tuple[Piece, ...]


def judge(
    text: str, library: ClaimLibrary, about: str = "", within: frozenset[str] = frozenset(), trust: float = 1.0
) -> Judged:
    """The verdict on one statement.

    `about` is the title of the topic that it points back to ("It can be cured"), `within` the ids of the topics whose
    texts count, where any is near. `trust` multiplies the odds of "true": a script by someone who has read up holds
    more that is true than the claims that people send to be checked.
    """
    claim = unwrap(text)
    asked = f"{about}: {claim.text}" if about else claim.text
    near = library.near_texts(wordings(asked))
    here = [one for one in near if one.passage.guidance_id in within]
    at_home = any(one.similarity >= NEAR_TOPIC for one in here)
    if at_home:
        near = here
    pieces = weigh(claim, near)
    chances = _chances(features(claim, pieces, library.foreignness(asked)))
    chances["true"] *= trust
    whole = sum(chances.values())
    chances = {name: chance / whole for name, chance in chances.items()}
    label = _carried(_label(chances), pieces, ease=AT_HOME if at_home else 0.0)
    label = _agreed(label, pieces, lead=AGREED_LEAD if trust > 1.0 else -AGREED_LEAD)
    evidence = tuple(_carrying(label, pieces))
    if label != "not_covered" and not evidence:
        label = "not_covered"
    return Judged(claim=claim, label=label, chances=chances, reason=_reason(label, claim, evidence), evidence=evidence)


def _chances(row: Sequence[float]) -> dict[VerdictLabel, float]:
    scaled = [(value - centre) / scale for value, centre, scale in zip(row, CENTRE, SCALE, strict=True)]
    logits = [sum(w * value for w, value in zip(weights, [*scaled, 1.0], strict=True)) for weights in WEIGHTS]
    top = max(logits)
    odds = [math.exp(logit - top) for logit in logits]
    return {label: odd / sum(odds) for label, odd in zip(LABELS, odds, strict=True)}


def _label(chances: Mapping[VerdictLabel, float]) -> VerdictLabel:
    """The label with the best expected worth: a verdict the wrong way round costs `WRONG_WAY`, a right one earns 1."""
    wrong = chances["false"] + chances["misleading"]
    worth: dict[VerdictLabel, float] = {
        **chances,
        "true": chances["true"] - WRONG_WAY * wrong,
        "false": chances["false"] - WRONG_WAY * chances["true"],
        "misleading": chances["misleading"] - BLAMED * chances["true"],
    }
    return max(worth, key=lambda label: worth[label])


def _carried(label: VerdictLabel, pieces: Sequence[Piece], ease: float = 0.0) -> VerdictLabel:
    """The label where something near enough carries it, else "not_covered"; a number that is off carries "false".

    `ease` is taken off every threshold: where the topic is known, less is needed to tell what is meant.
    """
    sentences = [piece for piece in pieces if piece.field == "sentence"]
    nearest = max(sentences, key=likeness, default=None)
    met = any(piece.number_met and piece.similarity > NUMBER_NEAR - 0.15 for piece in sentences)
    off = nearest is not None and nearest.number_off and nearest.similarity > NUMBER_NEAR and not met
    if label == "true":
        if off:
            return "false"
        said = [piece for piece in pieces if piece.points == "true" and likeness(piece) >= TRUE_MYTH - ease]
        held = any(piece.field != "sentence" or piece.overlap >= TRUE_OVERLAP - 2 * ease for piece in said)
        return "true" if held else "not_covered"
    if label in ("false", "misleading"):
        myths = [piece for piece in pieces if piece.field != "sentence" and _may_be_wrong(piece)]
        against = [piece for piece in sentences if piece.points == "false"]
        held = off or _like(myths, FALSE_MYTH - ease) or _like(against, FALSE_SENTENCE - ease)
        return label if held else "not_covered"
    return label


def _agreed(label: VerdictLabel, pieces: Sequence[Piece], lead: float) -> VerdictLabel:
    """The label unless what is nearest says otherwise: of two mistakes, silence is the smaller.

    `lead` is the likeness by which what points the label's way must be ahead; in `verify`, where most claims are wrong,
    only "true" has to stand this test.
    """
    true = max((piece for piece in pieces if piece.points == "true"), key=likeness, default=None)
    wrong = max((piece for piece in pieces if piece.points in ("false", "misleading")), key=likeness, default=None)
    ahead = (likeness(true) if true else 0.0) - (likeness(wrong) if wrong else 0.0)
    if label in ("false", "misleading") and lead > 0 and ahead > -lead and true:
        same = ahead > lead and likeness(true) >= SURE and true.overlap >= TRUE_OVERLAP
        return "true" if same else "not_covered"
    if label == "true" and ahead < lead:
        return "not_covered"
    return label


def _may_be_wrong(piece: Piece) -> bool:
    """A myth that makes the claim wrong, or may: where the words disagree with each other, claims repeat myths."""
    return piece.points in ("false", "misleading") or (piece.points is None and piece.passage.myth != "true")


def _like(pieces: Sequence[Piece], least: float) -> bool:
    return any(likeness(piece) >= least for piece in pieces)


def _carrying(label: VerdictLabel, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that point to this verdict, one a passage, best first; a curated myth before a stray sentence."""
    if label == "not_covered" or not pieces:
        return []
    ranked = sorted(pieces, key=lambda piece: -_weight(piece, label))
    floor = _weight(ranked[0], label) - CLOSE
    chosen: dict[str, Piece] = {}
    for piece in ranked:
        if _weight(piece, label) >= floor:
            chosen.setdefault(piece.passage.id, piece)
    return list(chosen.values())[:3]


def _weight(piece: Piece, label: VerdictLabel) -> float:
    points = piece.points
    fits = 0.0 if points == label else 0.04 if points is None or label == "misleading" else 0.12
    curated = 0.05 if piece.passage.myth and piece.field != "sentence" else 0.0
    return piece.similarity + 0.15 * piece.overlap + curated - fits


def _reason(label: VerdictLabel, claim: Claim, evidence: Sequence[Piece]) -> str:
    """Why, in words that a person can check against the quote."""
    if label == "not_covered":
        return "the guidance does not say anything about this"
    best = evidence[0]
    if label == "true":
        return "the guidance says the same"
    if best.number_off:
        return "it states another number than the guidance"
    if label == "misleading":
        return "part of it is true, but it leaves out or overstates what matters"
    if UNIVERSAL.search(claim.text) and HEDGED.search(best.passage.text):
        return "it makes a rule without exceptions out of something that is not one"
    return "the guidance says otherwise"

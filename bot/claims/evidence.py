"""What the guidance says near a claim, and which way each piece points. Pure.

A curated myth points to its own verdict, or to the other one where the claim denies it; a vetted sentence makes a
claim that says the same true, and one that says the opposite false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from bot.support.polarity import HEDGED, UNIVERSAL, Reading, opposed, read, share
from bot.support.quantities import number_agrees, number_differs
from knowledge.model import Passage
from knowledge.numbers import numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.claims.wording import Claim
    from knowledge.model import Hit, Verdict

Points = Literal["true", "false", "misleading"]
_OTHER_WAY: dict[Verdict, Points] = {"true": "false", "false": "true", "misleading": "true"}


class NearText(Protocol):
    """One text of the library near a claim: a heading, a way of asking, or a sentence."""

    @property
    def passage(self) -> Passage:
        """The passage that it belongs to."""

    @property
    def field(self) -> str:
        """`heading`, `asked_as` or `sentence`."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def similarity(self) -> float:
        """Cosine to the claim, -1 to 1."""


class ClaimLibrary(Protocol):
    """What judging claims needs of a library. `knowledge.library.Library` is one."""

    def near_texts(self, wordings: Sequence[str]) -> Sequence[NearText]:
        """The statements nearest a claim in any of its wordings, best first."""
        ...

    def foreignness(self, question: str) -> float:
        """How near (cosine, -1 to 1) it is to questions that the guidance is known not to answer."""
        ...

    def search(self, question: str, count: int = 10) -> list[Hit]:
        """The best passages, best first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text near the claim. `against` (0 to 1) says how surely it points the opposite way from the claim."""

    passage: Passage
    text: str
    field: str
    similarity: float
    overlap: float
    against: float
    number_off: bool
    number_met: bool = False

    @property
    def points(self) -> Points | None:
        """The verdict that it makes likely, or None where the words disagree with each other."""
        if self.against == 0.5:
            return None
        if self.passage.myth and self.field != "sentence":
            return _OTHER_WAY[self.passage.myth] if self.against else self.passage.myth
        return "false" if self.against or self.number_off else "true"


def weigh(claim: Claim, near: Iterable[NearText]) -> list[Piece]:
    """Every near statement with the way it points."""
    reading = read(claim.text, claim.denied)
    counts = bool(numbers_in(claim.text))
    return [_piece(reading, text, counts=counts) for text in near]


def _piece(claim: Reading, near: NearText, *, counts: bool) -> Piece:
    statement = read(near.text)
    return Piece(
        passage=near.passage,
        text=near.text,
        field=near.field,
        similarity=near.similarity,
        overlap=share(claim.words, statement.words),
        against=opposed(claim, statement),
        number_off=counts and number_differs(claim.text, near.text),
        number_met=counts and number_agrees(claim.text, near.text),
    )


FEATURES = (
    "myth_true", "myth_false", "myth_misleading", "sentence_true", "sentence_false",
    "raw_true", "raw_false", "raw_misleading",
    "strong_true", "strong_false", "strong_misleading", "strong_sentence_true", "strong_sentence_false",
    "best_myth", "best_sentence", "best_overlap", "whole_overlap", "foreign", "agreement", "rebutted",
    "universal", "hedged", "denies", "number_off", "overreach", "overreach_false",
)  # fmt: skip
"""Votes (shares, 0 to 1) of the near myths and sentences; `raw`: of myths whichever way they point; `strong`: a vote
times how near the nearest is. Then how near, how much is shared, and what the claim's own words show."""
WARMTH = 0.05
"""Difference of cosine over which a piece's vote falls to a third: the nearest decides, close seconds have a say."""
_FLOOR = 0.3
"""Cosine that stands for "nothing like it"."""


def features(claim: Claim, pieces: Sequence[Piece], foreignness: float) -> list[float]:
    """What a verdict is judged from, in the order of `FEATURES`."""
    myths = [piece for piece in pieces if piece.passage.myth and piece.field != "sentence"]
    sentences = [piece for piece in pieces if piece.field == "sentence"]
    pointed = _votes(myths, [piece.points for piece in myths])
    said = _votes(sentences, [piece.points for piece in sentences])
    raw = _votes(myths, [piece.passage.myth for piece in myths])
    best_myth, best_sentence = _best(myths), _best(sentences)
    reading = read(claim.text, claim.denied)
    close = sorted(pieces, key=likeness, reverse=True)[:6]
    held = frozenset[str]().union(*(read(piece.text).words for piece in close)) if close else frozenset()
    universal = float(bool(UNIVERSAL.search(claim.text)))
    nearest = max(sentences, key=likeness, default=None)
    overreach = universal * float(bool(nearest and HEDGED.search(nearest.text)))
    return [
        *(pointed[way] for way in ("true", "false", "misleading")), said["true"], said["false"],
        *(raw[way] for way in ("true", "false", "misleading")),
        *(pointed[way] * (best_myth - 0.6) for way in ("true", "false", "misleading")),
        said["true"] * (best_sentence - 0.6), said["false"] * (best_sentence - 0.6),
        best_myth, best_sentence, close[0].overlap if close else 0.0, share(reading.words, held), foreignness,
        _agreement(close), _rebutted(myths, sentences), universal, float(bool(HEDGED.search(claim.text))),
        float(reading.denies), float(bool(nearest and nearest.number_off)), overreach, overreach * said["false"],
    ]  # fmt: skip


def likeness(piece: Piece) -> float:
    """How like the claim it is: similarity of meaning, and a little for shared words."""
    return piece.similarity + 0.15 * piece.overlap


def _votes(pieces: Sequence[Piece], ways: Sequence[Points | None]) -> dict[Points | None, float]:
    """Share of the vote that each way gets; a piece far behind the nearest has none."""
    votes: dict[Points | None, float] = {"true": 0.0, "false": 0.0, "misleading": 0.0, None: 0.0}
    top = max((likeness(piece) for piece in pieces), default=0.0)
    for piece, way in zip(pieces, ways, strict=True):
        votes[way] += math.exp((likeness(piece) - top) / WARMTH)
    whole = sum(votes.values()) or 1.0
    return {way: vote / whole for way, vote in votes.items()}


def _best(pieces: Sequence[Piece]) -> float:
    return max((piece.similarity for piece in pieces), default=_FLOOR)


def _rebutted(myths: Sequence[Piece], sentences: Sequence[Piece]) -> float:
    """How much nearer the claim is to the nearest false myth than to the sentences that answer it (cosines)."""
    wrong = [piece for piece in myths if piece.passage.myth != "true"]
    if not wrong:
        return 0.0
    best = max(wrong, key=likeness)
    answers = [piece.similarity for piece in sentences if piece.passage.id == best.passage.id]
    return best.similarity - max(answers, default=_FLOOR)


def _agreement(close: Sequence[Piece]) -> float:
    """Share of the nearest pieces that are of the nearest one's topic."""
    return (
        sum(piece.passage.guidance_id == close[0].passage.guidance_id for piece in close) / len(close) if close else 0.0
    )

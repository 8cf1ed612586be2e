"""A second opinion on top of the layers: any model that reads claim and evidence together (docs/decisions/0031)."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bot.support.checking import WINDOW, sentences_of
from bot.support.model import Support, SupportLabel
from bot.support.polarity import share, words_of
from bot.support.refusing import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bot.support.model import SupportChecker

MOST_WINDOWS = 8
"""Windows of a text that are read at most, those that share most words with the claim: time grows with each."""
_PAIRS_AT_ONCE = 64

_log = logging.getLogger(__name__)


class PairScorer(Protocol):
    """A model that reads two texts together. Safe to use from several threads."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Chances of supported, contradicted and neither, shape (pairs, 3), of (claim, evidence) pairs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """From when a scorer is believed, fitted on pairs whose topics it was not trained on; below, it is `neither`.

    `weight` (0 to 1) is the scorer's say in the score, the layers have the rest; `supported` and `contradicted` (0 to
    1) are the least chances for these labels.
    """

    weight: float = 1.0
    supported: float = 0.5
    contradicted: float = 0.5


class EntailmentSupport:
    """A `SupportChecker`: the layers, and a scorer over windows of one to three sentences of which the best decides.

    What numbers, negation or organisms rule out is never called supported. The scorer is opened at the first pair;
    where it cannot be, the layers stand alone and the log says why.
    """

    def __init__(
        self, layers: SupportChecker, open_scorer: Callable[[], PairScorer], confidence: Confidence | None = None
    ) -> None:
        self._layers = layers
        self._open = open_scorer
        self._confidence = confidence or Confidence()
        self._opening = threading.Lock()
        self._scorer: PairScorer | None = None
        self._failed = False

    def judge(self, claim: str, passage: str) -> Support:
        """The judgement on one pair."""
        return self.judge_all([(claim, passage)])[0]

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        """The judgements on (claim, evidence) pairs, in their order."""
        scorer = self._opened()
        judged: list[Support] = []
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            batch = pairs[start : start + _PAIRS_AT_ONCE]
            layered = self._layers.judge_all(batch)
            judged.extend(layered if scorer is None else self._both(batch, layered, scorer))
            if progress is not None:
                progress(len(judged), len(pairs))
        return judged

    def _opened(self) -> PairScorer | None:
        with self._opening:
            if self._scorer is None and not self._failed:
                try:
                    self._scorer = self._open()
                except Exception as error:  # a model can fail to load in many ways; the layers need none of it
                    self._failed = True
                    reason = (str(error).splitlines() or [type(error).__name__])[0]
                    _log.warning("no entailment model, claims are checked without one: %s", reason)
            return self._scorer

    def _both(self, pairs: Sequence[tuple[str, str]], layered: Sequence[Support], scorer: PairScorer) -> list[Support]:
        windows = [windows_of(claim, evidence) for claim, evidence in pairs]
        scores = scorer.score([(claim, text) for (claim, _), each in zip(pairs, windows, strict=True) for text in each])
        cut = np.cumsum([len(each) for each in windows])[:-1]
        return [
            self._judged(claim, evidence, each, found, layers)
            for (claim, evidence), each, found, layers in zip(
                pairs, windows, np.split(scores, cut), layered, strict=True
            )
        ]

    def _judged(
        self, claim: str, evidence: str, windows: Sequence[str], found: NDArray[np.float64], layers: Support
    ) -> Support:
        trust = self._confidence
        weights = np.array([trust.weight, 1 - trust.weight])
        supported = float(weights @ [found[:, 0].max(), layers.score])
        contradicted = float(weights @ [found[:, 1].max(), layers.contradiction])
        best = windows[int(found[:, 0].argmax())]
        label: SupportLabel = "neither"
        reason = f'not sure enough that "{_short(best)}" says it'
        if supported >= trust.supported and supported >= contradicted:
            label, reason = "supported", f'read as said by "{_short(best)}"'
        elif contradicted >= trust.contradicted:
            against = windows[int(found[:, 1].argmax())]
            label, reason = "contradicted", f'read as denied by "{_short(against)}"'
        if label == "supported" and (why := refusal(claim, evidence, windows[0])):
            label, reason = "neither", why
        return Support(label=label, score=supported, contradiction=contradicted, reason=reason)


def windows_of(claim: str, evidence: str) -> list[str]:
    """Runs of one to three sentences of the evidence, at most `MOST_WINDOWS`, most of the claim's words first."""
    sentences = sentences_of(evidence)
    runs = [
        " ".join(sentences[start : start + size])
        for size in range(1, min(WINDOW, len(sentences)) + 1)
        for start in range(len(sentences) - size + 1)
    ]
    words = words_of(claim)
    return sorted(runs, key=lambda run: -share(words, words_of(run)))[:MOST_WINDOWS]


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"

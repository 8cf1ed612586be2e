"""Does a text say what a claim says? A deterministic checker for paraphrases: supported, contradicted or neither.

It reads numbers, negation, opposite words, shared words and the similarity of meaning, and weighs them with a logistic
model whose weights were fitted on public pairs (docs/decisions/0006). It is a screen, not a reader: what it gets wrong
is measured with `citewell evals grounding` and published in docs/evals.md.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
import Stemmer

from bot.support.model import Support, SupportLabel
from bot.support.weights import CENTRE, LABELS, SCALE, WEIGHTS
from knowledge.numbers import missing_numbers, numbers_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

WINDOW = 3
"""Sentences that are read together at most; the best window decides."""
FEATURES = (
    "cosine",
    "cosine_sentence",
    "coverage",
    "coverage_whole",
    "numbers_missing",
    "numbers_met",
    "negation_differs",
    "negation_differs_covered",
    "opposed",
    "opposed_covered",
    "cosine_squared",
    "cosine_times_coverage",
)

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“(]?[A-Z0-9])")
_WORD = re.compile(r"[a-z][a-z'\u2019-]+|\d+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|cannot|neither|nor|without|lacks?|lacking|fail(?:s|ed)? to|absence of|"
    r"unable|"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have)n['\u2019]t)\b",
    re.IGNORECASE,
)
_AXES = (
    (
        r"increas\w*|rais\w+|higher|high|more|greater|gain\w*|promot\w+|activat\w+|enhanc\w+|upregulat\w+|ris(?:e|es|ing)|"
        r"elevat\w+|boost\w*|strengthen\w*|stronger|longer|larger|faster|most",
        r"decreas\w*|reduc\w+|lower\w*|low|less|fewer|loss\w*|los(?:e|es|ing)|inhibit\w*|suppress\w*|diminish\w*|"
        r"downregulat\w+|declin\w+|drop\w*|fall\w*|impair\w*|weaken\w*|weaker|shorter|smaller|slower|least",
    ),
    (
        r"safe|effective\w*|benefi\w+|improv\w+|prevent\w*|protect\w*|helps?|cur(?:e|es|ed)|works?|good|healthy|positive\w*",
        r"unsafe|ineffective\w*|harm\w*|worsen\w*|dangerous|toxic|useless|damag\w+|bad|unhealthy|negative\w*|risk\w*",
    ),
)
_OPPOSED = tuple((re.compile(rf"\b(?:{up})\b", re.I), re.compile(rf"\b(?:{down})\b", re.I)) for up, down in _AXES)
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at to for from by with and or but is are was were be been being do does did has have had "
        "can could will would should may might must it its this that these those they them their there he she his her "
        "you your we our as if than then so such not no also which who whom whose what when where how while into",
    )
)


class Encoder(Protocol):
    """Gives texts unit vectors, shape (texts, dimension)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of `texts`."""
        ...


class LayeredSupport:
    """The `SupportChecker` of the product: reads numbers, polarity, words in common and likeness of meaning."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def judge(self, claim: str, passage: str) -> Support:
        """The judgement on one pair."""
        return self.judge_all([(claim, passage)])[0]

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        """The judgements on (claim, evidence) pairs, in their order; texts are encoded in batches."""
        judged: list[Support] = []
        for start in range(0, len(pairs), _BATCH):
            batch = pairs[start : start + _BATCH]
            judged.extend(_support(features) for features in self.features(batch))
            if progress is not None:
                progress(len(judged), len(pairs))
        return judged

    def features(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """What is read off each pair, shape (pairs, len(FEATURES))."""
        split = [sentences_of(evidence) for _, evidence in pairs]
        texts = list(dict.fromkeys([*(claim for claim, _ in pairs), *(text for each in split for text in each)]))
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        vectors = self._encoder.encode([texts[position] for position in order])
        found = {texts[position]: vectors[row] for row, position in enumerate(order)}
        rows = [
            _features(claim, sentences, found[claim], np.stack([found[text] for text in sentences]))
            for (claim, _), sentences in zip(pairs, split, strict=True)
        ]
        return np.array(rows, dtype=np.float64).reshape(len(pairs), len(FEATURES))


_BATCH = 64


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, never none."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()] or [text]


def _features(
    claim: str, sentences: Sequence[str], claim_vector: NDArray[np.float32], vectors: NDArray[np.float32]
) -> list[float]:
    """The features of one pair, in the order of `FEATURES`."""
    cosine, window = _best_window(claim_vector, vectors)
    text = " ".join(sentences[window])
    words, held = _words(claim), _words(text)
    coverage = _share(words, held)
    missing = len(missing_numbers(claim, " ".join(sentences)))
    stated = len(numbers_in(claim))
    closest = sentences[int(np.argmax(vectors @ claim_vector))]
    negation = float(bool(_NEGATION.search(claim)) != bool(_NEGATION.search(closest)))
    opposed = float(_opposed(claim, closest))
    return [
        cosine,
        float((vectors @ claim_vector).max()),
        coverage,
        _share(words, _words(" ".join(sentences))),
        float(missing > 0),
        float(stated > 0 and missing == 0),
        negation,
        negation * coverage,
        opposed,
        opposed * coverage,
        cosine * abs(cosine),
        cosine * coverage,
    ]


def _best_window(claim: NDArray[np.float32], vectors: NDArray[np.float32]) -> tuple[float, slice]:
    """The run of at most `WINDOW` sentences nearest the claim; a run's vector is the mean of its sentences'."""
    best, where = -1.0, slice(0, 1)
    for size in range(1, min(WINDOW, len(vectors)) + 1):
        for start in range(len(vectors) - size + 1):
            mean = vectors[start : start + size].mean(axis=0)
            cosine = float(mean @ claim) / max(float(np.linalg.norm(mean)), 1e-9)
            if cosine > best:
                best, where = cosine, slice(start, start + size)
    return best, where


def _support(features: NDArray[np.float64]) -> Support:
    logits = np.array(WEIGHTS) @ np.append((features - np.array(CENTRE)) / np.array(SCALE), 1.0)
    odds = np.exp(logits - logits.max())
    chances = dict(zip(LABELS, (odds / odds.sum()).tolist(), strict=True))
    named = dict(zip(FEATURES, features.tolist(), strict=True))
    label: SupportLabel = max(LABELS, key=lambda name: chances[name])
    if label == "supported" and named["numbers_missing"]:
        label = "neither"
    return Support(
        label=label, score=chances["supported"], contradiction=chances["contradicted"], reason=_reason(label, named)
    )


def _reason(label: SupportLabel, named: dict[str, float]) -> str:
    """In words, what weighed most."""
    if named["numbers_missing"] and label != "supported":
        return "states a number that the text does not hold"
    if label == "contradicted":
        if named["negation_differs"]:
            return "one of the two negates what the other says"
        return "the text uses opposite words" if named["opposed"] else "close to the text, but not what it says"
    share = f"{100 * named['coverage']:.0f} % of its words are there, similarity {named['cosine']:.2f}"
    return share if label == "supported" else f"the text does not say it ({share})"


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def _words(text: str) -> frozenset[str]:
    return frozenset(_stemmer().stemWords([word for word in _WORD.findall(text.lower()) if word not in _STOP]))


def _share(words: Iterable[str], held: frozenset[str]) -> float:
    wanted = list(words)
    return sum(word in held for word in wanted) / len(wanted) if wanted else 0.0


def _opposed(claim: str, text: str) -> bool:
    """One of the two goes up where the other only goes down, on some axis."""
    for up, down in _OPPOSED:
        one = (bool(up.search(claim)), bool(down.search(claim)))
        other = (bool(up.search(text)), bool(down.search(text)))
        if one in ((True, False), (False, True)) and other == (one[1], one[0]):
            return True
    return False

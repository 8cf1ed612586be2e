"""Trains the similarity stage of triage, and measures it by cross-validation: `python -m evals.similarity`.

Danger is told from harm by a support-vector machine over sentence vectors, its kind by a logistic regression. The
exemplars are `bot/triage/exemplars/*.yaml`, the examples of the English rules, the messages of the rounds
(docs/safety.md), and as ordinary questions the ways of asking in the guidance. See docs/decisions/0007.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

import numpy as np

from bot.triage import Triage
from bot.triage.exemplars import around, digest, drawn_harmless, drawn_sayings, harmless, left_out, sayings
from bot.triage.rule_files import entries
from bot.triage.similarity import WEIGHTS, Vectors
from knowledge.embedding import SentenceEmbeddings
from knowledge.foreign import load_foreign
from knowledge.guidance import load_guidance
from knowledge.passages import passages_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Source = Literal["exemplar", "look-alike", "ordinary", "family"]
"""Where an example is from; those drawn from families are for learning, and no measure of anything."""
THRESHOLD = 0.0
"""The score from which a whole message raises an alert; docs/decisions/0007 says what it was weighed against."""
COST, GAMMA, FOLDS = 5.0, 2.0, 5
SAMPLE = 1
"""Of the ways of asking in the guidance one in so many is an ordinary question to learn from."""
NEAR, FAR_KEPT = 0.55, 10
"""Ordinary questions with this cosine to an exemplar of danger are learned from; of the others one in so many."""
WRAPPED = 4
"""One exemplar in so many is also learned with what people say before and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message: `category` is "harmless" or a category of danger, `kind` is finer, empty where nobody said it."""

    text: str
    category: str
    kind: str = ""
    source: Source = "exemplar"

    @property
    def danger(self) -> bool:
        """Whether it should raise an alert."""
        return self.category != "harmless"


def gather(triage: Triage) -> list[Example]:
    """Every example, repaired as triage repairs a message, each text once; the first that has it counts."""
    found: dict[str, Example] = {}
    plain = (*_exemplars(), *_rule_examples(), *_drawn(), *_ordinary(triage))
    for example in (*plain, *_wrapped(plain)):
        text = triage.repaired(example.text)
        if text and text not in found:
            found[text] = Example(text=text, category=example.category, kind=example.kind, source=example.source)
    return list(found.values())


def _exemplars() -> Iterator[Example]:
    for category, kind, text in sayings():
        yield Example(text=text, category=category, kind=kind)
    for text in harmless():
        yield Example(text=text, category="harmless", source="look-alike")


def _drawn() -> Iterator[Example]:
    for category, kind, text in drawn_sayings():
        yield Example(text=text, category=category, kind=kind, source="family")
    for text in drawn_harmless():
        yield Example(text=text, category="harmless", source="family")


def _wrapped(examples: Sequence[Example]) -> Iterator[Example]:
    """Some of both sides again, with a beginning and an end that say nothing about danger."""
    for example in examples:
        if crc32(example.text.encode()) % WRAPPED == 1:
            yield replace(example, text=around(example.text, WRAPPED), source="family")


def _rule_examples() -> Iterator[Example]:
    for entry, outcome in entries("en"):
        if outcome not in ("eating", "dose", "diagnosis"):
            for text in entry.examples:
                yield Example(text=text, category=outcome, kind=entry.kind)
        for text in entry.not_:
            yield Example(text=text, category="harmless", source="look-alike")


def _ordinary(triage: Triage) -> Iterator[Example]:
    """How people ask about what the guidance covers, without topics of danger and what the rules alert to."""
    silent = left_out()
    for passage in passages_of(load_guidance()):
        if passage.guidance_id not in silent and passage.language == "en":
            for text in (passage.section, *passage.asked_as):
                if crc32(text.encode()) % SAMPLE == 0 and triage.assess(text).alert is None:
                    yield Example(text=text, category="harmless", source="ordinary")
    for foreign in load_foreign():
        if triage.assess(foreign.text).alert is None:
            yield Example(text=foreign.text, category="harmless", source="ordinary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a threshold does to messages that were held out: shares of alerts."""

    threshold: float
    recall: float
    look_alikes: float
    ordinary: float


def worth_learning(examples: Sequence[Example], vectors: Vectors) -> list[int]:
    """Which examples to train on: of the ordinary questions those near some danger, and a few of the others.

    What is far from every exemplar of danger teaches the machine nothing, and costs hours.
    """
    danger = vectors[[at for at, example in enumerate(examples) if example.danger]]
    kept = []
    for at, example in enumerate(examples):
        far = example.source == "ordinary" and float((danger @ vectors[at]).max()) < NEAR
        if not far or crc32(example.text.encode()) % FAR_KEPT == 0:
            kept.append(at)
    return kept


def cross_validate(examples: Sequence[Example], vectors: Vectors) -> list[Measured]:
    """Each example judged by a machine that was trained without it; one line for each threshold."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    strata = [example.category + example.source for example in examples]
    scores = np.zeros(len(examples))
    for train, held in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, strata):
        kept = [int(train[at]) for at in worth_learning([examples[at] for at in train], vectors[train])]
        machine = _machine([examples[at] for at in kept], vectors[kept])
        scores[held] = machine.decision_function(vectors[held])
    return [_measured(examples, scores, float(threshold)) for threshold in np.arange(-0.6, 0.61, 0.05)]


def _measured(examples: Sequence[Example], scores: Any, threshold: float) -> Measured:
    def share(wanted: Source, *, danger: bool) -> float:
        of = [at for at, example in enumerate(examples) if example.danger == danger and example.source == wanted]
        return float((scores[of] >= threshold).mean())

    return Measured(
        threshold=round(threshold, 2),
        recall=share("exemplar", danger=True),
        look_alikes=share("look-alike", danger=False),
        ordinary=share("ordinary", danger=False),
    )


def _machine(examples: Sequence[Example], vectors: Vectors) -> Any:
    from sklearn.svm import SVC  # type: ignore[import-untyped]

    return SVC(C=COST, gamma=GAMMA, cache_size=1000).fit(vectors, [example.danger for example in examples])


def train(examples: Sequence[Example], vectors: Vectors, threshold: float, model: str, path: Path) -> int:
    """Train on everything and write the weights; returns how many exemplars decide."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    kept = worth_learning(examples, vectors)
    machine = _machine([examples[at] for at in kept], vectors[kept])
    named = [at for at, example in enumerate(examples) if example.kind]
    labels = [f"{examples[at].category}/{examples[at].kind}" for at in named]
    kinds = LogisticRegression(C=10.0, max_iter=2000).fit(vectors[named], labels)
    deciding = machine.support_vectors_
    scale = np.abs(deciding).max(axis=1, keepdims=True) / 127
    np.savez_compressed(
        path,
        exemplars=np.round(deciding / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        pull=machine.dual_coef_[0].astype(np.float32),
        offset=np.float32(machine.intercept_[0]),
        gamma=np.float32(GAMMA),
        threshold=np.float32(threshold),
        kinds=np.array([label.split("/") for label in kinds.classes_]),
        kind_matrix=kinds.coef_.astype(np.float32),
        kind_bias=kinds.intercept_.astype(np.float32),
        model=np.array(model),
        digest=np.array(digest()),
    )
    return len(deciding)


def main() -> int:
    """Gather, measure (threshold, recall, false alarms on look-alikes and on ordinary questions), train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, help="keep the vectors in this .npz file between runs")
    parser.add_argument("--twin", type=Path, help="the ONNX twin's folder, DATA_DIR/encoder, which is quicker")
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help=f"alert from this score ({THRESHOLD})")
    parser.add_argument("--no-measure", action="store_true", help="train only; measuring takes five times as long")
    given = parser.parse_args()
    embeddings = SentenceEmbeddings(twin_folder=given.twin)
    examples = gather(Triage.load())
    vectors = _vectors([example.text for example in examples], embeddings, given.vectors)
    print(dict(Counter((example.category, example.source) for example in examples)))  # noqa: T201
    for each in [] if given.no_measure else cross_validate(examples, vectors):
        print(f"{each.threshold:6.2f}  {each.recall:.3f}  {each.look_alikes:.3f}  {each.ordinary:.4f}")  # noqa: T201
    deciding = train(examples, vectors, given.threshold, embeddings.identity, WEIGHTS)
    print(f"{deciding} of {len(examples)} examples decide; alert from {given.threshold}")  # noqa: T201
    return 0


def _vectors(texts: list[str], embeddings: SentenceEmbeddings, kept: Path | None) -> Vectors:
    known: dict[str, Any] = {}
    if kept and kept.is_file():
        with np.load(kept, allow_pickle=False) as held:
            known = dict(zip(held["texts"].tolist(), held["vectors"], strict=True))
    missing = [text for text in texts if text not in known]
    for start in range(0, len(missing), 512):
        part = missing[start : start + 512]
        known.update(zip(part, embeddings.encode(part), strict=True))
        if kept:
            np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


if __name__ == "__main__":
    sys.exit(main())

"""The similarity stage: raises and never lowers, heeds the guards, and its weights belong to the exemplars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.triage import Triage
from bot.triage.exemplars import digest, harmless, sayings
from bot.triage.model import Alert, Assessment
from bot.triage.similarity import PART_MARGIN, SimilarityTriage, Vectors, Weights, load_weights, windows

TRIAGE = Triage.load()
WORDS = ("letters", "posted", "cat", "keys", "essay", "weather")


def encode(texts: list[str]) -> Vectors:
    """A bag of the six words that the weights below know, of unit length."""
    counts = np.array([[float(word in text.split()) for word in WORDS] for text in texts], dtype=np.float32)
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(lengths, 1e-9), dtype=np.float32)


WEIGHTS = Weights(
    exemplars=encode(["letters posted keys", "essay weather"]),
    pull=np.array([1.0, -1.0], dtype=np.float32),
    offset=0.0,
    gamma=2.0,
    threshold=0.5,
    kinds=(("suicide", "goodbye"), ("medical_emergency", "burn")),
    kind_matrix=np.array([[1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], dtype=np.float32),
    kind_bias=np.zeros(2, dtype=np.float32),
    model="bag",
    digest="",
)
STAGE = SimilarityTriage(WEIGHTS, encode)


def test_raises_what_reads_like_an_exemplar() -> None:
    assessment = TRIAGE.assess("letters posted, keys on the mat")
    assert assessment.alert is None
    (reviewed,) = STAGE.review([assessment])
    assert reviewed.alert is not None
    assert (reviewed.alert.category, reviewed.alert.kind, reviewed.alert.rule) == ("suicide", "goodbye", "similarity")


def test_leaves_the_harmless_alone() -> None:
    assessment = TRIAGE.assess("an essay about the weather")
    assert STAGE.review([assessment]) == [assessment]


def test_never_lowers_or_changes_an_alert() -> None:
    raised = TRIAGE.assess("I want to kill myself")
    assert raised.alert is not None
    assert STAGE.review([raised]) == [raised]


def test_an_alert_keeps_what_else_was_found() -> None:
    found = Assessment(sentences=("letters posted keys",), eating_distress=True, minor=True)
    (reviewed,) = STAGE.review([found])
    assert reviewed == replace(found, alert=reviewed.alert)
    assert isinstance(reviewed.alert, Alert)
    assert reviewed.alert.minor


def test_a_part_must_be_surer_than_the_whole() -> None:
    story = Assessment(sentences=("essay weather", "letters posted keys cat"))
    part = float(WEIGHTS.scores(encode(["letters posted keys cat"]))[0])
    assert WEIGHTS.threshold <= part < WEIGHTS.threshold + PART_MARGIN
    assert STAGE.review([story])[0].alert is None


def test_what_a_guard_excuses_is_not_compared() -> None:
    assert TRIAGE.assess("in my novel she has letters posted and keys left").sentences == ()


def test_other_languages_are_not_compared() -> None:
    assert TRIAGE.assess("какая сегодня погода").sentences == ()


def test_the_end_of_a_long_story_is_compared() -> None:
    story = [f"this is sentence {number} of a long story" for number in range(60)]
    assert "the last words" in windows([*story, "the last words"])


def test_the_weights_were_trained_from_these_exemplars() -> None:
    assert load_weights().digest == digest(), "exemplars changed: run python -m evals.similarity"


@pytest.mark.parametrize("kind", sorted({(category, kind) for category, kind, _ in sayings() if kind}))
def test_every_kind_has_enough_exemplars(kind: tuple[str, str]) -> None:
    assert sum((category, name) == kind for category, name, _ in sayings()) >= 7


def test_nothing_is_both_danger_and_harmless() -> None:
    assert {text.lower() for _, _, text in sayings()} & {text.lower() for text in harmless()} == set()

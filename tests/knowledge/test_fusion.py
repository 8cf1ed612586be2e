from __future__ import annotations

from dataclasses import replace

import numpy as np

from knowledge.fusion import Near, Weights, fuse

FIELDS = {"sentence": Near(best={0: (0.8, "a"), 1: (0.8, "b"), 2: (0.5, "c")}, floor=0.4)}
WORDS = np.array([1.0, 1.0, 1.0], dtype=np.float32)
CITES_WHO = np.array([False, True, True])


def test_of_passages_that_fit_alike_whos_goes_first_and_a_better_one_still_before_it() -> None:
    scores = fuse([0, 1, 2], FIELDS, WORDS, ["a", "b", "c"], CITES_WHO, Weights())  # type: ignore[arg-type]
    assert scores[1] > scores[0] > scores[2]


def test_without_that_weight_they_are_equal() -> None:
    scores = fuse([0, 1], FIELDS, WORDS, ["a", "b", "c"], CITES_WHO, replace(Weights(), who=0.0))  # type: ignore[arg-type]
    assert scores[0] == scores[1]

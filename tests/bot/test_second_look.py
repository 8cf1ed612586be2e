"""The second look never stands in the way: no model, a slow one, another one, or weights that are gone."""

from __future__ import annotations

import time

import numpy as np

from bot.second_look import SecondLook
from bot.triage import Triage
from bot.triage.similarity import Vectors, load_weights
from knowledge.errors import EmbeddingModelError

HARMLESS = [Triage.load().assess("it is sunny and I like the weather")]


class Model:
    """An embedding model that counts how often it is asked, and answers, fails or dawdles as told."""

    def __init__(self, identity: str, *, error: Exception | None = None, seconds: float = 0.0) -> None:
        self.identity = identity
        self.asked = 0
        self._error = error
        self._seconds = seconds

    def encode(self, texts: list[str]) -> Vectors:
        self.asked += 1
        time.sleep(self._seconds)
        if self._error:
            raise self._error
        return np.eye(1, load_weights().exemplars.shape[1], dtype=np.float32).repeat(len(texts), axis=0)


async def test_an_unloadable_model_leaves_the_rules_alone_and_is_asked_once() -> None:
    model = Model(load_weights().model, error=EmbeddingModelError("gone"))
    look = SecondLook(embeddings=model)
    assert await look.review(HARMLESS) == HARMLESS
    assert await look.review(HARMLESS) == HARMLESS
    assert model.asked == 1


async def test_a_slow_model_is_not_waited_for() -> None:
    look = SecondLook(embeddings=Model(load_weights().model, seconds=1.0), patience=0.05)
    started = time.monotonic()
    assert await look.review(HARMLESS) == HARMLESS
    assert time.monotonic() - started < 0.9


async def test_another_model_is_never_asked() -> None:
    model = Model("some-other-model")
    assert await SecondLook(embeddings=model).review(HARMLESS) == HARMLESS
    assert model.asked == 0


async def test_a_model_that_works_is_asked() -> None:
    model = Model(load_weights().model)
    reviewed = await SecondLook(embeddings=model).review(HARMLESS)
    assert model.asked == 1
    assert len(reviewed) == 1

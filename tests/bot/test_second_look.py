"""The second look never stands in the way: no model, a slow one, another one, or weights that are gone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bot.app import App
from bot.doctor import examine
from bot.model import Urgent
from bot.second_look import SecondLook
from bot.settings import Settings
from bot.triage import Triage
from bot.triage.similarity import Vectors, load_weights
from knowledge.errors import EmbeddingModelError

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.library import Library

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


class Alarmed(Model):
    """A model to which every text is the exemplar that pulls hardest towards danger."""

    def encode(self, texts: list[str]) -> Vectors:
        self.asked += 1
        weights = load_weights()
        some = weights.exemplars[weights.pull > 0][:100]  # to score them all would outlast the patience
        worst = some[int(weights.scores(some).argmax())]
        return np.repeat(worst[None, :], len(texts), axis=0)


class LibraryAsked(Exception):
    """The claim was harmless, so the library was asked."""


class Alert(App):
    """An app whose second look is alarmed by everything, and whose library only tells that it was asked."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.__dict__["second_look"] = SecondLook(embeddings=Alarmed(load_weights().model))

    async def current(self) -> Library:
        raise LibraryAsked


async def test_a_typed_claim_is_looked_at_twice(tmp_path: Path) -> None:
    async with Alert(Settings(data_dir=tmp_path)) as app:
        reply = await app.verify("milk is good for bones", "KE")
        assert isinstance(reply, Urgent)
        assert reply.helplines
        assert (await app.review("milk is good for bones")).alert


async def test_a_forwarded_claim_is_not(tmp_path: Path) -> None:
    async with Alert(Settings(data_dir=tmp_path)) as app:
        with pytest.raises(LibraryAsked):
            await app.verify("milk is good for bones", own_words=False)
        assert isinstance(await app.verify("I want to kill myself", own_words=False), Urgent)


async def test_the_doctor_says_why_the_second_look_is_off(tmp_path: Path) -> None:
    checks = await examine(Settings(data_dir=tmp_path, embedding_model="/nowhere/no-such-model"))
    found = next(check for check in checks if check.name == "second look")
    assert found.state == "missing"
    assert "rules decide alone" in found.says
    assert "no-such-model" in found.says

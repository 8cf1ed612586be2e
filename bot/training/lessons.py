"""The lessons as data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator


class Quiz(BaseModel):
    """One question; `answer` counts the choices from 0. `topic` and `heading` name the section that settles it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ask: str
    choices: Annotated[list[str], Field(min_length=2, max_length=4)]
    answer: Annotated[int, Field(ge=0)]
    why: str
    topic: str | None = None
    heading: str | None = None

    @model_validator(mode="after")
    def _answerable(self) -> Quiz:
        if self.answer >= len(self.choices):
            raise ValueError(f"{self.ask!r} has no choice number {self.answer}")
        return self


class Reading(BaseModel):
    """Where a lesson comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str


class Lesson(BaseModel):
    """One lesson: what it is for, what to know, where it comes from, and its quiz."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    goal: str
    say: Annotated[list[str], Field(min_length=3)]
    source: Reading
    quiz: Annotated[list[Quiz], Field(min_length=2)]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Every lesson, in the order in which to take them."""
    data = yaml.safe_load((Path(__file__).parent / "lessons.yaml").read_text(encoding="utf-8"))
    return tuple(Lesson.model_validate(entry) for entry in data)

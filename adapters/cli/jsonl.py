"""Reads questions or claims from a JSONL file or standard input; all lines are checked before the first answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.errors import InputError

Text = Annotated[str, StringConstraints(pattern=r"\S")]


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int
    question: Text | None = None
    turns: Annotated[list[Text], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> _Line:
        if (self.question is None) == (self.turns is None):
            raise ValueError('needs "question" or "turns", one of them')
        return self


class Job(BaseModel):
    """One line: its id and the turns to answer, in order (one for a single question)."""

    id: str | int
    turns: list[str]


class ClaimJob(BaseModel):
    """One line: its id and the claim to judge."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int
    claim: Text


Shape = TypeVar("Shape", bound=BaseModel)


def read_jobs(source: str) -> list[Job]:
    """Every line of the file (`-`: standard input) as a job; blank lines are passed over.

    Raises:
        InputError: the file cannot be read, or a line is not UTF-8, not JSON or lacks a key; names the line.
    """
    parsed = _read(source, _Line, _EXAMPLE)
    return [Job(id=line.id, turns=line.turns or [line.question or ""]) for line in parsed]


def read_claims(source: str) -> list[ClaimJob]:
    """As `read_jobs`, of claims. Raises: InputError likewise."""
    return _read(source, ClaimJob, '{"id": "1", "claim": "chlamydia can be cured"}')


def _read(source: str, shape: type[Shape], example: str) -> list[Shape]:
    shown = "standard input" if source == "-" else source
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"{shown} cannot be read ({error.strerror}); check the path") from None
    lines = enumerate(data.split(b"\n"), 1)
    return [_parse(line, f"{shown}, line {number}", shape, example) for number, line in lines if line.strip()]


def _parse(line: bytes, where: str, shape: type[Shape], example: str) -> Shape:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise InputError(f"{where}: not JSON; write one object a line, like {example}") from None
        name = ".".join(str(part) for part in first["loc"])
        problem = "is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        if first["type"] == "string_pattern_mismatch":
            problem = "is empty"
        raise InputError(f"{where}: {name + ' ' if name else ''}{problem}; expected {example}") from None


_EXAMPLE = '{"id": "1", "question": "is chlamydia curable?"}'

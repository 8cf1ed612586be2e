"""The YAML head of a guidance file: its schema, and errors that name the line."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge.errors import GuidanceError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"\[\]]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(_Strict):
    """A source as written in the file."""

    id: Slug
    title: Line
    publisher: Line
    url: Url
    published: date | None
    accessed: date
    licence: Line


class SignOffEntry(_Strict):
    """A sign-off as written by `citewell knowledge approve`."""

    name: Line
    role: Line
    signed_on: date
    text_hash: str


class ReviewEntry(_Strict):
    """The review state as written in the file."""

    status: Literal["draft", "source-checked", "clinically-reviewed"]
    checked_on: date
    due: date
    sign_offs: list[SignOffEntry] = []

    @model_validator(mode="after")
    def _due_after_check(self) -> ReviewEntry:
        if self.due <= self.checked_on:
            raise ValueError("due must be later than checked_on")
        return self


class MythEntry(_Strict):
    """A circulating claim with its verdict; `because` ends with its source ids in brackets."""

    claim: Line
    verdict: Literal["true", "false", "misleading"]
    because: Line
    asked_as: list[Line] = []


class PreferEntry(_Strict):
    """One swap of wording."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    say: Line
    instead_of: Line = Field(alias="not")


class SayInsteadEntry(_Strict):
    """Wording advice for creators."""

    prefer: list[PreferEntry] = []
    avoid: list[Line] = []


class FrontMatter(_Strict):
    """The whole head of a guidance file."""

    id: Slug
    title: Line
    topics: Annotated[list[Slug], Field(min_length=1)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    sources: Annotated[list[SourceEntry], Field(min_length=1)]
    review: ReviewEntry
    myths: list[MythEntry] = []
    say_instead: SayInsteadEntry = SayInsteadEntry()


def parse_front_matter(text: str, path: str, first_line: int) -> tuple[FrontMatter, dict[tuple[Any, ...], int]]:
    """Validate the YAML head.

    Args:
        text: the YAML between the two `---` lines.
        path: shown in errors.
        first_line: 1-based line of the file at which `text` starts.

    Returns:
        the head, and a map from a value's location (keys and indices) to its line in the file.

    Raises:
        GuidanceError: broken YAML or a value that does not fit, with the line.
    """
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        line = first_line + (mark.line if mark else 0)
        raise GuidanceError(
            path, line, f"broken YAML in the head ({problem}); fix the indentation or quoting"
        ) from None
    if not isinstance(data, dict):
        raise GuidanceError(
            path, first_line, "the head must be a mapping with id, title, topics, language, sources, review"
        )
    lines: dict[tuple[Any, ...], int] = {}
    _map_lines(node, (), first_line, lines)
    try:
        return FrontMatter.model_validate(data), lines
    except ValidationError as error:
        first = error.errors()[0]
        where = tuple(first["loc"])
        line = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), first_line)
        name = ".".join(str(part) for part in where) or "head"
        raise GuidanceError(path, line, f"{name}: {_plain(first)}") from None


def _plain(problem: Any) -> str:
    """Pydantic's message, in words a curator can act on."""
    kind, message = problem["type"], str(problem["msg"])
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return "is not a known key; remove it or correct its spelling"
    return message.removeprefix("Value error, ")


def _map_lines(node: Any, where: tuple[Any, ...], first_line: int, lines: dict[tuple[Any, ...], int]) -> None:
    if node is None:
        return
    lines[where] = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _map_lines(value, (*where, key.value), first_line, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _map_lines(value, (*where, index), first_line, lines)

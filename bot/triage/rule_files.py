"""The rule files as they are written: `rules/languages.yaml` and `rules/<language>/*.yaml`.

`lexicon.yaml` says how the language writes and names its word families, `guards.yaml` says what makes a match harmless,
every other file holds rules. docs/safety.md explains them for people who review them.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.triage.characters import Script
from bot.triage.pattern import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

Outcome = Literal[
    "suicide", "self_harm", "third_party", "abuse", "overdose", "medical_emergency", "eating", "dose", "diagnosis"
]
Window = Literal["sentence", "near", "message"]
Covers = Literal["phrase", "ahead", "right", "clause", "sentence", "topic", "following", "quoted"]
# Which alert leads when several rules fire: what can kill within minutes first. A rule may say otherwise.
PRIORITY: dict[Outcome, int] = {
    "overdose": 90, "medical_emergency": 80, "suicide": 70, "third_party": 65, "self_harm": 60, "abuse": 50,
    "eating": 0, "dose": 0, "diagnosis": 0,
}  # fmt: skip


class _Loader(yaml.CSafeLoader):
    """The safe loader, in which `no`, `on`, `off`, `y` and numbers stay the words that they are."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LexiconFile(_File):
    """`lexicon.yaml`."""

    language: str
    native_reviewed: bool
    stemmer: str | None = None
    expand: dict[str, str] = {}
    endings: dict[str, str] = {}
    emoji: dict[str, str] = {}
    negators: list[str]
    veiled: list[str] = []
    first_person: list[str]
    other_person: list[str]
    object_person: list[str] = []
    minor: list[str] = []
    families: dict[str, list[str]]


class GuardEntry(_File):
    """One guard: a phrase that makes what it covers harmless."""

    name: str
    covers: Covers
    default: bool = True
    until: list[str] = []
    unless: list[str] = []
    any: list[str]
    reason: str = ""


class RuleEntry(_File):
    """One rule as written; `any` lists patterns of which one is enough, `all` lists groups of which each must match."""

    id: str
    kind: str
    category: Outcome | None = None
    reason: str
    source: str = Field(min_length=3)
    any: list[str] = []
    all: list[list[str]] = []
    least: int | None = None
    window: Window = "near"
    ignores: list[str] = []
    heeds: list[str] = []
    person: Literal["any", "self", "other"] = "any"
    turns: bool = True  # a rule about suicide or self-harm turns into `third_party` when it is about somebody else
    priority: int | None = None
    examples: list[str] = []
    not_: list[str] = Field(default=[], alias="not")


class RuleFile(_File):
    """A file of rules."""

    category: Outcome | None = None
    source: str | None = None
    rules: list[dict[str, Any]]


class Tongue(_File):
    """What tells that a message is in a language: its script, and small words of it (see `languages.yaml`)."""

    script: Script
    markers: frozenset[str] = frozenset()
    least_markers: int = 0


def tongues() -> dict[str, Tongue]:
    """Every language that has rules, by the name of its folder."""
    return TypeAdapter(dict[str, Tongue]).validate_python(read_yaml(rules_root() / "languages.yaml"))


def entries(language: str) -> Iterator[tuple[RuleEntry, Outcome]]:
    """The rules of a language as written, each with its outcome.

    Raises:
        PatternError: a rule without a category.
    """
    for path in sorted((rules_root() / language).iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".yaml") or path.name in ("lexicon.yaml", "guards.yaml"):
            continue
        file = RuleFile.model_validate(read_yaml(path))
        for raw in file.rules:
            entry = RuleEntry.model_validate({"source": file.source, **raw})
            outcome = entry.category or file.category
            if outcome is None:
                raise PatternError(f"{path.name}: rule {entry.id} has no category")
            yield entry, outcome


def rules_root() -> Traversable:
    """The folder of the rule files."""
    return files("bot.triage") / "rules"


def read_yaml(path: Traversable) -> Any:
    """What a rule file holds; every scalar is text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a safe loader)

"""The rule files of a language, read and compiled: `rules/<language>/*.yaml`.

`lexicon.yaml` says how the language writes and names its word families, `guards.yaml` says what makes a match harmless,
every other file holds rules. docs/safety.md explains them for people who review them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import Stemmer
import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.triage.characters import Script
from bot.triage.pattern import Choice, Grammar, Node, PatternError, first_keys, needed_keys
from bot.triage.reader import Lexicon, Reader, folded_words
from bot.triage.spelling import Spelling

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
    script: Script
    stemmer: str | None = None
    markers: list[str] = []
    least_markers: int = 0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A compiled pattern: a message without one key of each of `needed` cannot match; a match begins with `firsts`."""

    node: Node
    needed: tuple[frozenset[str], ...]
    firsts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A compiled rule. Each of `groups` is a set of patterns; `least` of the groups must match within the window."""

    id: str
    kind: str
    outcome: Outcome
    reason: str
    groups: tuple[tuple[Pattern, ...], ...]
    least: int
    window: Window
    ignores: frozenset[str]
    heeds: frozenset[str]
    person: Literal["any", "self", "other"]
    priority: int
    turns: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A compiled guard."""

    name: str
    covers: Covers
    default: bool
    phrases: tuple[Pattern, ...]
    until: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that triage knows in one language.

    `markers` are small words by which the language is known; with fewer than `least_markers` it is not read.
    """

    language: str
    native_reviewed: bool
    script: Script
    markers: frozenset[str]
    least_markers: int
    reader: Reader
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...]
    first_person: Choice
    other_person: Choice
    object_person: Choice | None
    minor: tuple[Pattern, ...]


def languages() -> list[str]:
    """The languages that have rule files."""
    return sorted(folder.name for folder in _root().iterdir() if folder.is_dir() and not folder.name.startswith("_"))


def load(language: str) -> Rulebook:
    """The compiled rules of a language.

    Raises:
        PatternError: a pattern or a rule cannot be read; the message names the rule.
    """
    folder = _root() / language
    lexicon = LexiconFile.model_validate(_yaml(folder / "lexicon.yaml"))
    stem = _stemmer(lexicon.stemmer)
    families = {
        **lexicon.families,
        "first_person": lexicon.first_person,
        "other_person": lexicon.other_person,
        "object_person": lexicon.object_person,
    }
    grammar = Grammar(families, folded_words, stem)
    guards = _yaml(folder / "guards.yaml")["guards"]
    compiled = tuple(_guard(grammar, GuardEntry.model_validate(raw)) for raw in guards)
    rules = tuple(_rule(grammar, entry, outcome) for entry, outcome in entries(language))
    minor = _patterns(grammar, lexicon.minor)
    first, other = grammar.family("first_person"), grammar.family("other_person")
    return Rulebook(
        language=lexicon.language,
        native_reviewed=lexicon.native_reviewed,
        script=lexicon.script,
        markers=frozenset(lexicon.markers),
        least_markers=lexicon.least_markers,
        reader=_reader(lexicon, grammar, folder, stem),
        rules=rules,
        guards=compiled,
        first_person=first,
        other_person=other,
        object_person=grammar.family("object_person") if lexicon.object_person else None,
        minor=minor,
    )


def entries(language: str) -> Iterator[tuple[RuleEntry, Outcome]]:
    """The rules of a language as written, each with its outcome.

    Raises:
        PatternError: a rule without a category.
    """
    for path in sorted((_root() / language).iterdir(), key=lambda p: p.name):
        if not path.name.endswith(".yaml") or path.name in ("lexicon.yaml", "guards.yaml"):
            continue
        file = RuleFile.model_validate(_yaml(path))
        for raw in file.rules:
            entry = RuleEntry.model_validate({"source": file.source, **raw})
            outcome = entry.category or file.category
            if outcome is None:
                raise PatternError(f"{path.name}: rule {entry.id} has no category")
            yield entry, outcome


def _root() -> Traversable:
    return files("bot.triage") / "rules"


def _yaml(path: Traversable) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a safe loader)


def _stemmer(algorithm: str | None) -> Any:
    return Stemmer.Stemmer(algorithm).stemWord if algorithm else str


def _reader(lexicon: LexiconFile, grammar: Grammar, folder: Traversable, stem: Any) -> Reader:
    # A language without a list of its own is spared only what it shares with English.
    own = (folder / "words.txt").is_file()
    listed = (folder if own else _root() / "en") / "words.txt"
    ordinary = frozenset(listed.read_text(encoding="utf-8").split())
    expand = {short: long.split() for short, long in lexicon.expand.items()}
    matter = grammar.words | {word for words in expand.values() for word in words}
    stems = {stem(word) for word in matter}
    matter |= {word for word in ordinary if len(word) > 3 and stem(word) in stems}
    spelling = Spelling.of(frozenset(matter), ordinary | frozenset(expand), tuple(lexicon.veiled), own)
    return Reader(
        Lexicon(
            expand=expand,
            endings={ending: long.split() for ending, long in lexicon.endings.items()},
            emoji={sign: words.split() for sign, words in lexicon.emoji.items()},
            negators=frozenset(lexicon.negators),
            beginnings=frozenset(grammar.beginnings),
        ),
        spelling,
        stem,
    )


def _patterns(grammar: Grammar, texts: list[str]) -> tuple[Pattern, ...]:
    made = []
    for text in texts:
        node = grammar.read(text)
        firsts = first_keys(node)
        if not firsts:
            raise PatternError(f"{text!r} may begin with anything: begin it with a word")
        needed = tuple(sorted(needed_keys(node), key=len))
        made.append(Pattern(node=node, needed=needed, firsts=firsts))
    return tuple(made)


def _guard(grammar: Grammar, entry: GuardEntry) -> Guard:
    return Guard(
        name=entry.name,
        covers=entry.covers,
        default=entry.default,
        phrases=_patterns(grammar, entry.any),
        until=_patterns(grammar, entry.until),
        unless=_patterns(grammar, entry.unless),
    )


def _rule(grammar: Grammar, entry: RuleEntry, outcome: Outcome) -> Rule:
    try:
        groups = tuple(_patterns(grammar, group) for group in ([entry.any] if entry.any else entry.all))
    except PatternError as problem:
        raise PatternError(f"rule {entry.id}: {problem}") from problem
    return Rule(
        id=entry.id,
        kind=entry.kind,
        outcome=outcome,
        reason=entry.reason,
        groups=groups,
        least=entry.least or len(groups),
        window=entry.window,
        ignores=frozenset(entry.ignores),
        heeds=frozenset(entry.heeds),
        person=entry.person,
        priority=PRIORITY[outcome] if entry.priority is None else entry.priority,
        turns=entry.turns,
    )

"""The rules of a language, compiled from its files (see `rule_files`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import Stemmer

from bot.triage.pattern import Choice, Grammar, Node, PatternError, first_keys, needed_keys
from bot.triage.reader import Lexicon, Reader, folded_words
from bot.triage.rule_files import (
    PRIORITY,
    Covers,
    GuardEntry,
    LexiconFile,
    Outcome,
    RuleEntry,
    Window,
    entries,
    read_yaml,
    rules_root,
)
from bot.triage.spelling import Spelling

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


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
    """Everything that triage knows in one language."""

    language: str
    native_reviewed: bool
    reader: Reader
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...]
    first_person: Choice
    other_person: Choice
    object_person: Choice | None
    minor: tuple[Pattern, ...]


def load(language: str) -> Rulebook:
    """The compiled rules of a language.

    Raises:
        PatternError: a pattern or a rule cannot be read; the message names the rule.
    """
    folder = rules_root() / language
    lexicon = LexiconFile.model_validate(read_yaml(folder / "lexicon.yaml"))
    stem = _stemmer(lexicon.stemmer)
    families = {
        **lexicon.families,
        "first_person": lexicon.first_person,
        "other_person": lexicon.other_person,
        "object_person": lexicon.object_person,
    }
    grammar = Grammar(families, folded_words, stem)
    guards = read_yaml(folder / "guards.yaml")["guards"]
    compiled = tuple(_guard(grammar, GuardEntry.model_validate(raw)) for raw in guards)
    rules = tuple(_rule(grammar, entry, outcome) for entry, outcome in entries(language))
    minor = _patterns(grammar, lexicon.minor)
    first, other = grammar.family("first_person"), grammar.family("other_person")
    return Rulebook(
        language=lexicon.language,
        native_reviewed=lexicon.native_reviewed,
        reader=_reader(lexicon, grammar, folder, stem),
        rules=rules,
        guards=compiled,
        first_person=first,
        other_person=other,
        object_person=grammar.family("object_person") if lexicon.object_person else None,
        minor=minor,
    )


def _stemmer(algorithm: str | None) -> Any:
    return Stemmer.Stemmer(algorithm, 0).stemWord if algorithm else str


@lru_cache
def _ordinary(language: str) -> frozenset[str]:
    return frozenset((rules_root() / language / "words.txt").read_text(encoding="utf-8").split())


def _reader(lexicon: LexiconFile, grammar: Grammar, folder: Traversable, stem: Any) -> Reader:
    # A language without a list of its own is spared only what it shares with English.
    own = (folder / "words.txt").is_file()
    ordinary = _ordinary(folder.name if own else "en")
    expand = {short: long.split() for short, long in lexicon.expand.items()}
    matter = grammar.words | {word for words in expand.values() for word in words}
    stems = {stem(word) for word in matter}
    # Only a word that begins like a stem can share it, and stemming 23 000 words takes long.
    starts = {each[:3] for each in stems}
    matter |= {word for word in ordinary if len(word) > 3 and word[:3] in starts and stem(word) in stems}
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

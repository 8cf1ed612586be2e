"""The pattern language of the rule files: parse a pattern once, match it at a place in a message.

    word        this word                     {family}   any phrase of the family
    word+       any form with the same stem   (a|b c)    either
    x?          x or nothing                  _ and _4   up to 3 (or 4) words, none of them a negation
    ^ and $     start and end of a sentence   ~4         up to 4 words, negations too

A match never crosses the end of a sentence. Patterns are read with the same folding as messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from bot.triage.message import Message

Ends = frozenset[int]
_TOKENS = re.compile(r"\{[\w-]+\}|[(|)?^$]|[_~]\d*|[^\s(|)?{}^$]+")
_NOWHERE: Ends = frozenset()


class PatternError(ValueError):
    """A rule file holds a pattern that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word, by surface or (with a leading `+`) by stem."""

    key: str

    def ends(self, message: Message, at: int) -> Ends:
        """Where this word ends when it stands at `at`."""
        return frozenset((at + 1,)) if at < message.size and self.key in message.keys[at] else _NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Up to `most` words of any kind; without negations unless `any_word`."""

    most: int
    any_word: bool = False

    def ends(self, message: Message, at: int) -> Ends:
        """Every place that the gap may reach from `at`."""
        found = [at]
        for place in range(at, min(at + self.most, message.size)):
            if message.negators[place] and not self.any_word:
                break
            if place > at and message.sentence[place] != message.sentence[at]:
                break
            found.append(place + 1)
        return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """The start (`^`) or the end (`$`) of a sentence."""

    start: bool

    def ends(self, message: Message, at: int) -> Ends:
        """`at` itself when it is such an edge."""
        if self.start:
            edge = at == 0 or (at < message.size and message.sentence[at] != message.sentence[at - 1])
        else:
            edge = at == message.size or (at > 0 and message.sentence[at] != message.sentence[at - 1])
        return frozenset((at,)) if edge else _NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Parts one after the other, in one sentence."""

    parts: tuple[Node, ...]

    def ends(self, message: Message, at: int) -> Ends:
        """Every place where the whole sequence may end."""
        places: Ends = frozenset((at,))
        for part in self.parts:
            places = frozenset(chain.from_iterable(part.ends(message, place) for place in places))
            if at < message.size:
                places = frozenset(p for p in places if p <= at or message.sentence[p - 1] == message.sentence[at])
            if not places:
                return _NOWHERE
        return places


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Any of several nodes; remembered for each place in a message."""

    options: tuple[Node, ...]
    firsts: frozenset[str] | None

    def ends(self, message: Message, at: int) -> Ends:
        """Every place where one of the options may end."""
        memory = message.memory.setdefault(id(self), {})
        known = memory.get(at)
        if known is None:
            possible = self.firsts is None or (at < message.size and not self.firsts.isdisjoint(message.keys[at]))
            known = frozenset(chain.from_iterable(o.ends(message, at) for o in self.options)) if possible else _NOWHERE
            memory[at] = known
        return known


@dataclass(frozen=True, slots=True, eq=False)
class Maybe:
    """A node or nothing."""

    node: Node

    def ends(self, message: Message, at: int) -> Ends:
        """`at`, and every place where the node may end."""
        return self.node.ends(message, at) | {at}


Node = Word | Gap | Edge | Sequence | Choice | Maybe


def first_keys(node: Node) -> frozenset[str] | None:
    """The keys that a match can begin with; None when it can begin with anything (or be empty)."""
    match node:
        case Word(key=key):
            return frozenset((key,))
        case Choice(firsts=firsts):
            return firsts
        case Sequence(parts=parts):
            found: frozenset[str] = frozenset()
            for part in parts:
                if isinstance(part, Edge):
                    continue
                inner = first_keys(part.node if isinstance(part, Maybe) else part)
                if inner is None:
                    return None
                found |= inner
                if not isinstance(part, Maybe):
                    return found
    return None


def needed_keys(node: Node) -> tuple[frozenset[str], ...]:
    """Sets of keys of which a message must hold at least one each, or the node cannot match: a cheap first test."""
    if isinstance(node, Sequence):
        return tuple(chain.from_iterable(needed_keys(part) for part in node.parts))
    if isinstance(node, Word | Choice):
        keys = first_keys(node)
        return () if keys is None else (keys,)
    return ()


class Grammar:
    """Reads patterns for one language; knows its word families."""

    def __init__(
        self, families: Mapping[str, list[str]], fold: Callable[[str], list[str]], stem: Callable[[str], str]
    ) -> None:
        self._sources = families
        self._fold = fold
        self._stem = stem
        self._built: dict[str, Choice] = {}
        self._open: list[str] = []
        self.words: set[str] = set()

    def read(self, pattern: str) -> Node:
        """The node of a pattern.

        Raises:
            PatternError: unbalanced, an unknown family, or a family that contains itself.
        """
        tokens = _TOKENS.findall(pattern)
        node, rest = self._choice(tokens, 0, pattern)
        if rest != len(tokens):
            raise PatternError(f"{pattern!r}: a ) without its (")
        return node

    def family(self, name: str) -> Choice:
        """The node of a word family.

        Raises:
            PatternError: no such family, or it contains itself.
        """
        if name in self._built:
            return self._built[name]
        if name in self._open or name not in self._sources:
            raise PatternError(f"family {{{name}}} is unknown or contains itself")
        self._open.append(name)
        node = _choice([self.read(phrase) for phrase in self._sources[name]])
        self._open.pop()
        self._built[name] = node
        return node

    def _choice(self, tokens: list[str], at: int, pattern: str) -> tuple[Node, int]:
        options: list[Node] = []
        parts: list[Node] = []
        while at < len(tokens) and tokens[at] != ")":
            if tokens[at] == "|":
                options.append(_sequence(parts))
                parts = []
                at += 1
                continue
            made, at = self._part(tokens, at, pattern)
            if at < len(tokens) and tokens[at] == "?":
                made = [Maybe(_sequence(made))]
                at += 1
            parts.extend(made)
        if not parts:
            raise PatternError(f"{pattern!r}: empty")
        options.append(_sequence(parts))
        return (options[0] if len(options) == 1 else _choice(options)), at

    def _part(self, tokens: list[str], at: int, pattern: str) -> tuple[list[Node], int]:
        token = tokens[at]
        if token == "(":
            node, at = self._choice(tokens, at + 1, pattern)
            if at >= len(tokens):
                raise PatternError(f"{pattern!r}: a ( without its )")
            return [node], at + 1
        if token.startswith("{"):
            return [self.family(token[1:-1])], at + 1
        if token in "^$":
            return [Edge(start=token == "^")], at + 1
        if token[0] in "_~":
            return [Gap(int(token[1:] or 3), any_word=token[0] == "~")], at + 1
        if token == "?":
            raise PatternError(f"{pattern!r}: a ? after nothing")
        return self._words(token), at + 1

    def _words(self, token: str) -> list[Node]:
        stemmed = token.endswith("+") and len(token) > 1
        words = self._fold(token.rstrip("+"))
        self.words.update(words)
        if stemmed:
            return [*(Word(word) for word in words[:-1]), Word("+" + self._stem(words[-1]))]
        return [Word(word) for word in words]


def _sequence(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _choice(options: list[Node]) -> Choice:
    keys: frozenset[str] | None = frozenset()
    for option in options:
        inner = first_keys(option)
        keys = None if keys is None or inner is None else keys | inner
    return Choice(tuple(options), keys)

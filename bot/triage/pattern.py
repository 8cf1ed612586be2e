"""The pattern language of the rule files: parse a pattern once, match it at a place in a message.

    word        this word                     {family}   any phrase of the family
    word+       any form with the same stem   (a|b c)    either
    begin*      any word that begins so       x?         x or nothing
    _ and _4    up to 3 (or 4) words, none of them a negation; ~4 allows negations too
    ^ and $     start and end of a sentence

A match never crosses the end of a sentence. Patterns are read with the same folding as messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.triage.message import Message

Ends = int
"""The places where a match may end, as bits: bit 5 is set when it may end before word 5."""
_TOKENS = re.compile(r"\{[\w-]+\}|[(|)?^$]|[_~]\d*|[^\s(|)?{}^$]+")


class PatternError(ValueError):
    """A rule file holds a pattern that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word, by surface, by stem (`+stem`) or by its beginning (`begin*`)."""

    key: str

    def ends(self, message: Message, at: int) -> Ends:
        """Where this word ends when it stands at `at`."""
        return 2 << at if at < message.size and self.key in message.keys[at] else 0


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Up to `most` words of any kind; without negations unless `any_word`."""

    most: int
    any_word: bool = False

    def ends(self, message: Message, at: int) -> Ends:
        """Every place that the gap may reach from `at`."""
        reach = message.sentence_reach if self.any_word else message.plain_reach
        last = min(at + self.most, reach[at]) if at < message.size else at
        return (2 << last) - (1 << at)


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
        return 1 << at if edge else 0


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Parts one after the other, in one sentence."""

    parts: tuple[Node, ...]

    def ends(self, message: Message, at: int) -> Ends:
        """Every place where the whole sequence may end."""
        places = 1 << at
        inside = (2 << (message.sentence_reach[at] if at < message.size else at)) - 1
        for part in self.parts:
            reached = 0
            while places:
                lowest = places & -places
                places ^= lowest
                reached |= part.ends(message, lowest.bit_length() - 1)
            places = reached & inside
            if not places:
                return 0
        return places


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Any of several nodes; remembered for each place in a message. `words` are options of a single word."""

    words: frozenset[str]
    options: tuple[Node, ...]
    firsts: frozenset[str] | None

    def ends(self, message: Message, at: int) -> Ends:
        """Every place where one of the options may end."""
        memory = message.memory.setdefault(id(self), {})
        known = memory.get(at)
        if known is None:
            keys = message.keys[at] if at < message.size else ()
            known = 0 if self.words.isdisjoint(keys) else 2 << at
            if self.firsts is None or not self.firsts.isdisjoint(keys):
                for option in self.options:
                    known |= option.ends(message, at)
            memory[at] = known
        return known


@dataclass(frozen=True, slots=True, eq=False)
class Maybe:
    """A node or nothing."""

    node: Node

    def ends(self, message: Message, at: int) -> Ends:
        """`at`, and every place where the node may end."""
        return self.node.ends(message, at) | 1 << at


def places(ends: Ends) -> list[int]:
    """The places of `ends`, in order."""
    found = []
    while ends:
        lowest = ends & -ends
        found.append(lowest.bit_length() - 1)
        ends ^= lowest
    return found


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
        self._plain: dict[str, list[Node]] = {}
        self.words: set[str] = set()
        self.beginnings: set[str] = set()

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
        mark = tokens[at]
        if mark == "(":
            node, at = self._choice(tokens, at + 1, pattern)
            if at >= len(tokens):
                raise PatternError(f"{pattern!r}: a ( without its )")
            return [node], at + 1
        if mark.startswith("{"):
            return [self.family(mark[1:-1])], at + 1
        if mark in "^$":
            return [Edge(start=mark == "^")], at + 1
        if mark[0] in "_~":
            return [Gap(int(mark[1:] or 3), any_word=mark[0] == "~")], at + 1
        if mark == "?":
            raise PatternError(f"{pattern!r}: a ? after nothing")
        nodes = self._plain.get(mark)
        if nodes is None:
            nodes = self._plain[mark] = self._words(mark)
        return list(nodes), at + 1

    def _words(self, token: str) -> list[Node]:
        mark = token[-1] if len(token) > 1 and token[-1] in "+*" else ""
        words = self._fold(token.rstrip("+*"))
        keys = list(words)
        if mark == "+":
            keys[-1] = "+" + self._stem(words[-1])
        if mark == "*":
            keys[-1] = words.pop() + "*"
            self.beginnings.add(keys[-1])
        self.words.update(words)
        return [Word(key) for key in keys]


def _sequence(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def _choice(options: list[Node]) -> Choice:
    keys: frozenset[str] | None = frozenset()
    for option in options:
        inner = first_keys(option)
        keys = None if keys is None or inner is None else keys | inner
    words = frozenset(option.key for option in options if isinstance(option, Word))
    longer = tuple(option for option in options if not isinstance(option, Word))
    return Choice(words, longer, keys)

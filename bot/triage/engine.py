"""Matching a rulebook against a message: find what the rules find, take away what the guards excuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.triage.pattern import places
from bot.triage.rulebook import Guard, Pattern, Rule, Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.triage.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that fired on words `start` up to `end`; `other` when it is about somebody else."""

    rule: Rule
    start: int
    end: int
    other: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shade:
    """The words that one kind of guard excuses.

    A match that overlaps `touched`, starts on `ahead` or lies wholly inside `inside` is excused.
    """

    default: bool
    touched: set[int]
    ahead: set[int]
    inside: set[int]

    def excuses(self, start: int, end: int) -> bool:
        """Whether a match on these words is harmless."""
        span = range(start, end)
        return start in self.ahead or any(at in self.touched for at in span) or all(at in self.inside for at in span)


class Reading:
    """One message under one rulebook."""

    def __init__(self, rulebook: Rulebook, message: Message) -> None:
        self._book = rulebook
        self._message = message
        self._places: dict[str, int] = {}
        for at, keys in enumerate(message.keys):
            for key in keys:
                self._places[key] = self._places.get(key, 0) | 1 << at
        self._keys = frozenset(self._places)
        self._known: dict[int, list[tuple[int, int]]] = {}
        self._shades = self._shade()

    def matches(self) -> list[Match]:
        """Every rule that fires, in the order of the files."""
        return [match for rule in self._book.rules for match in self._fire(rule)]

    def minor(self) -> bool:
        """Whether the message says that the person in danger is under 18."""
        return bool(self._spans(self._book.minor))

    def unexcused(self) -> Iterator[str]:
        """The sentences, repaired, without those that a guard excuses for the most part."""
        message, at = self._message, 0
        while at < message.size:
            end = message.sentence_end(at)
            excused = sum(
                any(place in shade.inside for shade in self._shades.values() if shade.default)
                for place in range(at, end)
            )
            if 2 * excused <= end - at:
                yield message.spelled(at, end)
            at = end

    def _fire(self, rule: Rule) -> Iterator[Match]:
        found: list[list[tuple[int, int]]] = []
        missing = len(rule.groups) - rule.least
        for group in rule.groups:
            spans = [span for span in self._spans(group) if not self._excused(rule, *span)]
            found.append(spans)
            missing -= not spans
            if missing < 0:
                return
        for start, end in found[0] if len(found) == 1 else self._combined(found, rule):
            other = self._about_other(end)
            if rule.person == "any" or (rule.person == "other") == other:
                yield Match(rule=rule, start=start, end=end, other=other)
                return

    def _combined(self, found: list[list[tuple[int, int]]], rule: Rule) -> list[tuple[int, int]]:
        """The spans of groups that lie together in the rule's window, if enough do."""
        reach = {"sentence": 0, "near": 2, "message": self._message.size}[rule.window]
        sentence = self._message.sentence
        for anchor in (span for spans in found for span in spans):
            base = sentence[anchor[0]]
            near = [next((s for s in spans if base <= sentence[s[0]] <= base + reach), None) for spans in found]
            together = [span for span in near if span is not None]
            if len(together) >= rule.least:
                return [max(together)]
        return []

    def _spans(self, patterns: Sequence[Pattern]) -> list[tuple[int, int]]:
        """Where these patterns match: the start, and the nearest end."""
        known = self._known.get(id(patterns))
        if known is None:
            known = [span for pattern in patterns if self._possible(pattern) for span in self._spans_of(pattern)]
            self._known[id(patterns)] = known
        return known

    def _possible(self, pattern: Pattern) -> bool:
        return not any(needed.isdisjoint(self._keys) for needed in pattern.needed)

    def _spans_of(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        needed = [self._anywhere(keys) for keys in pattern.needed]
        for start in places(self._anywhere(pattern.firsts)):
            ahead = (1 << self._message.sentence_reach[start]) - (1 << start)
            if not all(mask & ahead for mask in needed):
                continue
            ends = pattern.node.ends(self._message, start) >> (start + 1)
            if ends:
                yield start, start + (ends & -ends).bit_length()

    def _anywhere(self, keys: frozenset[str]) -> int:
        """The words that have one of these keys, as bits."""
        found = 0
        for key in keys & self._keys:
            found |= self._places[key]
        return found

    def _excused(self, rule: Rule, start: int, end: int) -> bool:
        for name, shade in self._shades.items():
            heeded = name not in rule.ignores if shade.default else name in rule.heeds
            if heeded and shade.excuses(start, end):
                return True
        return False

    def _shade(self) -> dict[str, _Shade]:
        shades: dict[str, _Shade] = {}
        for guard in self._book.guards:
            for start, end in self._spans(guard.phrases):
                if self._called_off(guard, start):
                    continue
                shade = shades.setdefault(
                    guard.name, _Shade(default=guard.default, touched=set(), ahead=set(), inside=set())
                )
                self._cover(shade, guard, start, end)
        return shades

    def _called_off(self, guard: Guard, at: int) -> bool:
        here = self._message.sentence[at]
        return any(self._message.sentence[start] == here for start, _ in self._spans(guard.unless))

    def _cover(self, shade: _Shade, guard: Guard, start: int, end: int) -> None:
        message = self._message
        match guard.covers:
            case "phrase":
                shade.touched.update(range(start, self._longest(guard, start)))
            case "ahead":
                shade.ahead.update(self._all_ends(guard, start))
            case "right":
                shade.inside.update(range(start, self._until(guard, end, message.clause_end(end - 1))))
            case "clause":
                shade.inside.update(
                    range(message.clause_start(start), self._until(guard, end, message.clause_end(start)))
                )
            case "sentence" | "topic" | "following":
                first, last = message.sentence_start(start), message.sentence_end(start)
                if guard.covers != "sentence" and self._personal(first, start):
                    first = start
                shade.inside.update(range(first, self._until(guard, end, last)))
                if guard.covers == "following":
                    shade.inside.update(self._impersonal(guard, last))
            case "quoted":
                shade.inside.update(at for at in range(message.size) if message.quoted[at])

    def _all_ends(self, guard: Guard, start: int) -> set[int]:
        return {end for phrase in guard.phrases for end in places(phrase.node.ends(self._message, start))}

    def _longest(self, guard: Guard, start: int) -> int:
        return max(self._all_ends(guard, start), default=start)

    def _until(self, guard: Guard, after: int, last: int) -> int:
        """Where the shade ends: at `last`, or where somebody's present danger begins."""
        return min((start for start, _ in self._spans(guard.until) if after <= start < last), default=last)

    def _impersonal(self, guard: Guard, start: int) -> Iterator[int]:
        """The words of later sentences in which the writer speaks neither of themselves nor of their own people."""
        message = self._message
        at = start
        while at < message.size:
            end = message.sentence_end(at)
            if not self._personal(at, end) and self._until(guard, at, end) == end:
                yield from range(at, end)
            at = end

    def _personal(self, start: int, end: int) -> bool:
        return any(self._book.first_person.ends(self._message, place) for place in range(start, end))

    def _about_other(self, end: int) -> bool:
        """Whether the nearest person named before the end of the match is somebody else."""
        message, book = self._message, self._book
        heard = {
            place
            for at in range(message.sentence_start(end - 1), end)
            for stop in places(book.object_person.ends(message, at) if book.object_person else 0)
            for place in range(at, stop)
        }
        for at in range(end - 1, message.sentence_start(end - 1) - 1, -1):
            if at not in heard and book.first_person.ends(message, at):
                return False
            # In "my dad's gun" the dad only owns the gun.
            stops = places(book.other_person.ends(message, at))
            if any(stop <= end and message.words[stop : stop + 1] != ["'s"] for stop in stops):
                return True
        return False

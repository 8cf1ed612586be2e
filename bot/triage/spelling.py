"""Repair of words: leetspeak, stars, stretched letters, glued and scattered words, and typos of the words that matter.

A word that is in the language's list of ordinary words is never touched, so that "pills" cannot come from "hills".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "il", "+": "t"}
_UNIT = re.compile(r"\d+([.,]\d+)?(am|pm|mg|mcg|ml|kg|g|h|hr|hrs|mins?|yo|yrs?|y|m|f|st|nd|rd|th|x|s|k|c|ft|cm|lbs?)?")
_SHORT_PARTS = frozenset(
    {
        "i",
        "a",
        "am",
        "an",
        "as",
        "at",
        "be",
        "by",
        "do",
        "go",
        "he",
        "if",
        "im",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "of",
    }
    | {"on", "or", "so", "to", "up", "us", "we", "u", "ur"}
)
"""The short words that may be glued to others; "sh" is none of them, or a shampoo would be self-harm."""
_LONGEST_GLUED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What one language knows; `thorough` when the ordinary words are its own, so that more may be repaired.

    `matter` are the words of its rules, `ordinary` all other words, `veiled` the words that people hide behind stars.
    """

    matter: frozenset[str]
    ordinary: frozenset[str]
    veiled: tuple[str, ...]
    thorough: bool
    by_length: dict[int, tuple[str, ...]]

    @classmethod
    def of(
        cls, matter: frozenset[str], ordinary: frozenset[str], veiled: tuple[str, ...], thorough: bool = True
    ) -> Spelling:
        """A spelling with its words sorted by length."""
        lengths: dict[int, list[str]] = {}
        for word in sorted(matter):
            lengths.setdefault(len(word), []).append(word)
        by_length = {length: tuple(words) for length, words in lengths.items()}
        return cls(matter=matter, ordinary=ordinary, veiled=veiled, thorough=thorough, by_length=by_length)

    def knows(self, word: str) -> bool:
        """Whether the word is spelled as it should be."""
        return word in self.matter or word in self.ordinary

    def repair(self, word: str) -> list[str]:
        """The word as it was probably meant; several words when it was glued together; itself when nothing fits."""
        if self.knows(word) or not word:
            return [word]
        if "*" in word:
            return [self._unveiled(word)]
        if any(character in _LEET for character in word):
            return self._plain(word)
        if not word.isalpha():
            return [word]
        shrunk = self._shrink(word)
        if self.knows(shrunk):
            return [shrunk]
        guess = self._typo(shrunk)
        swapped = guess != shrunk and sorted(guess) == sorted(shrunk)
        return [guess] if swapped else self.unglue(shrunk) or [guess]

    def unglue(self, word: str) -> list[str]:
        """The words of the rules that were written as one; empty when it is not such a word."""
        if not self.thorough or not 5 <= len(word) <= _LONGEST_GLUED:
            return []
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                before, part = best[start], word[start:end]
                if before is None or part not in self.matter or (len(part) < 3 and part not in _SHORT_PARTS):
                    continue
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = [*before, part]
        return best[-1] or []

    def _unveiled(self, word: str) -> str:
        shape = re.compile(re.sub(r"(?:\\\*)+", lambda m: f"[a-z]{{1,{len(m.group()) // 2 + 1}}}", re.escape(word)))
        return next((term for term in self.veiled if shape.fullmatch(term)), word.replace("*", ""))

    def _plain(self, word: str) -> list[str]:
        """Leetspeak read as letters when that gives a word of the rules; else the number and its unit apart."""
        letters = sum(character.isalpha() for character in word)
        if letters and len(word) >= 3 and not _UNIT.fullmatch(word):
            options = [_LEET.get(character, character) for character in word]
            for spelled in ("".join(choice) for choice in list(product(*options))[:64]):
                shrunk = self._shrink(spelled)
                if shrunk in self.matter:
                    return [shrunk]
        parts = re.findall(r"\d+|[^\W\d_]+", word)
        return [part for piece in parts for part in (self.repair(piece) if piece.isalpha() else [piece])]

    def _shrink(self, word: str) -> str:
        """Stretched letters back to one or two: the known word if there is one, else one of each."""
        runs = [(letter, len(list(run))) for letter, run in groupby(word)]
        if all(length < 2 for _, length in runs):
            return word
        choices = [(letter, letter * 2) if length > 2 else (letter * length,) for letter, length in runs]
        if all(length < 3 for _, length in runs):
            return word
        spelled = ["".join(choice) for choice in list(product(*choices))[:64]]
        known = [s for s in spelled if s in self.matter] or [s for s in spelled if s in self.ordinary]
        return (known or spelled)[0]

    def _typo(self, word: str) -> str:
        """The one word of the rules that is a slip of the finger away; the word itself when there is none."""
        size = len(word)
        if size < 3 or (not self.thorough and size < 7):
            return word
        allowed = 2 if size >= 9 and self.thorough else 1
        near = [term for length in range(size - allowed, size + allowed + 1) for term in self.by_length.get(length, ())]
        if size == 3:
            near = [t for t in (*self.veiled, "want", "help") if t[0] == word[0] and t[-1] == word[-1] and t in near]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        close = [(term, distance) for term, distance, _ in found if size > 4 or term[0] == word[0]]
        if not close:
            return word
        letters = sorted(word)
        ranked = [(gap, sorted(term) != letters, term[0] != word[0], len(term) < size, term) for term, gap in close]
        return min(ranked)[-1]

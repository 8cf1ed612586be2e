"""Turns cleaned text into a `Message` in one language: repairs, expands short forms, marks sentences and quotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.triage.characters import Piece, clean, pieces
from bot.triage.message import Message

if TYPE_CHECKING:
    from bot.triage.spelling import Spelling

_SHORT_LINE = 3
_NUMBER = "#"
_MANY = "#many"  # 8 or more: above the most tablets of a common painkiller that a packet allows in a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """How one language writes: short forms, endings behind an apostrophe, emoji, negations, filler."""

    expand: Mapping[str, list[str]]
    endings: Mapping[str, list[str]]
    emoji: Mapping[str, list[str]]
    negators: frozenset[str]
    beginnings: frozenset[str]


@dataclass(slots=True)
class _Draft:
    """Words collected so far, with the marks between them."""

    words: list[str] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    clause: list[int] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    sentences: int = 0
    clauses: int = 0
    in_quotes: bool = False
    on_line: int = 0
    in_sentence: int = 0

    def add(self, words: list[str]) -> None:
        self.on_line += len(words)
        self.in_sentence += len(words)
        for word in words:
            self.words.append(word)
            self.sentence.append(self.sentences)
            self.clause.append(self.clauses)
            self.quoted.append(self.in_quotes)

    def end_sentence(self) -> None:
        self.sentences += 1
        self.clauses += 1
        self.in_sentence = 0


class Reader:
    """Reads messages of one language."""

    def __init__(self, lexicon: Lexicon, spelling: Spelling, stem: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._spelling = spelling
        self._stem = stem

    def read(self, cut: list[Piece]) -> Message:
        """The message in these pieces of cleaned text."""
        draft = _Draft()
        cut = self._gathered(cut)
        quotes_left = sum(piece.kind == "quote" for piece in cut)
        for piece in cut:
            quotes_left -= piece.kind == "quote"
            self._take(draft, piece, quotes_left > 0)
        words = draft.words
        return Message(
            words=words,
            keys=[self._keys(word) for word in words],
            sentence=draft.sentence,
            clause=draft.clause,
            quoted=draft.quoted,
            negators=[word in self._lexicon.negators for word in words],
        )

    def _take(self, draft: _Draft, piece: Piece, quotes_follow: bool) -> None:
        match piece.kind:
            case "word":
                self._take_word(draft, piece.text)
            case "han":
                draft.add([piece.text])
            case "end":
                # "i. want. to. die": a full stop after a single word ends nothing.
                if draft.in_sentence > 1:
                    draft.end_sentence()
                draft.clauses += 1
            case "line":
                # Chat lines are sentences, but a line of a few words may go on in the next.
                if draft.on_line > _SHORT_LINE:
                    draft.end_sentence()
                draft.clauses += 1
                draft.on_line = 0
            case "soft":
                draft.clauses += 1
            case "quote":
                draft.in_quotes = not draft.in_quotes and quotes_follow
                draft.clauses += 1
            case _:
                draft.add(self._lexicon.emoji.get(piece.text, []))

    def _take_word(self, draft: _Draft, text: str) -> None:
        """A word, perhaps with marks inside: "don't" and "su!cide" are one; "pills.I" are two, in two sentences."""
        if "." in text:
            parts = text.split(".")
            if any(len(part) > 1 for part in parts) and not all(part.isdigit() for part in parts):
                for number, part in enumerate(parts):
                    if number:
                        draft.end_sentence()
                    self._take_word(draft, part)
                return
        draft.add(self._words(text))

    def _words(self, text: str) -> list[str]:
        if text in self._lexicon.expand:
            return self._lexicon.expand[text]
        parts = [part for part in _split(text) if part]
        if len(parts) > 2 and all(len(part) == 1 for part in parts):
            joined = "".join(parts)
            return self._lexicon.expand.get(joined) or self._repaired(joined)
        if len(parts) > 1 and text[0].isalpha() and "".join(parts) in self._spelling.matter:
            return ["".join(parts)]
        if len(parts) > 1:
            return [word for part in parts for word in self._words(part)]
        return self._apostrophe(text.strip("_-/+"))

    def _apostrophe(self, text: str) -> list[str]:
        if "'" not in text:
            return self._repaired(text)
        for ending, words in self._lexicon.endings.items():
            if text.endswith(ending):
                stem = text[: -len(ending)]
                return [*(self._words(stem) if stem else []), *words]
        bare = text.replace("'", "")
        if bare in self._lexicon.expand:
            return self._lexicon.expand[bare]
        return [word for part in text.split("'") if part for word in self._repaired(part)]

    def _repaired(self, text: str) -> list[str]:
        repaired = self._lexicon.expand.get(text) or self._spelling.repair(text)
        return [part for word in repaired for part in self._lexicon.expand.get(word, [word])]

    def _gathered(self, cut: list[Piece]) -> list[Piece]:
        """Scattered letters ("k i l l") and halves ("su icide") put together."""
        gathered: list[Piece] = []
        at = 0
        while at < len(cut):
            end = at
            while end < len(cut) and cut[end].kind == "word" and len(cut[end].text) == 1 and cut[end].text.isalpha():
                end += 1
            if end - at >= 3:
                joined = "".join(piece.text for piece in cut[at:end])
                words = [joined] if self._spelling.knows(joined) else self._spelling.unglue(joined)
                gathered.extend([Piece(kind="word", text=w) for w in words] or cut[at:end])
                at = end
                continue
            if halves := self._halves(cut, at):
                gathered.append(Piece(kind="word", text=halves))
                at += 2
                continue
            gathered.append(cut[at])
            at += 1
        return gathered

    def _halves(self, cut: list[Piece], at: int) -> str:
        """The word of the rules that this piece and the next make, when one of them is no word; else empty."""
        if at + 1 >= len(cut) or cut[at].kind != "word" or cut[at + 1].kind != "word":
            return ""
        left, right = cut[at].text, cut[at + 1].text
        joined = left + right
        if len(joined) < 5 or joined not in self._spelling.matter or not self._spelling.thorough:
            return ""
        known = all(half in self._lexicon.expand or self._spelling.knows(half) for half in (left, right))
        return "" if known else joined

    def _keys(self, word: str) -> tuple[str, ...]:
        if word.isdigit():
            return (word, _NUMBER, _MANY) if len(word) > 1 or word > "7" else (word, _NUMBER)
        begins = (word[:size] + "*" for size in range(2, len(word) + 1)) if self._lexicon.beginnings else ()
        return (word, "+" + self._stem(word), *(begin for begin in begins if begin in self._lexicon.beginnings))


def folded_words(text: str) -> list[str]:
    """The words of a rule file's text, folded as messages are but not repaired."""
    if text in (_NUMBER, _MANY) or text.startswith("'"):
        return [text]
    if text.isascii() and text.isalnum():
        return [text.lower()]
    found: list[str] = []
    for piece in pieces(clean(text)):
        if piece.kind == "han":
            found.append(piece.text)
        elif piece.kind == "word":
            found.extend(part for part in _split(piece.text) if part)
    return found or [text]


def _split(text: str) -> list[str]:
    for mark in "-_/+.":
        text = text.replace(mark, " ")
    return text.split()

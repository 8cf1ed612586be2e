"""Reads English for the check of a model's sentence: which words carry a fact, and which mean the same. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import Stemmer
import yaml

_TOKEN = re.compile(r"[a-z]+(?:[-'][a-z]+)*|[a-z]*\d+(?:[.,]\d+)*[a-z]*")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2011": "-", "\u2010": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The word lists of `words.yaml`, as stems; `same` maps a stem to the stem that it is read as."""

    stop: frozenset[str]
    plain: frozenset[str]
    same: dict[str, str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    limits: frozenset[str]
    groups: frozenset[str]
    negations: frozenset[str]
    amounts: frozenset[str]
    turns: frozenset[str]


@cache
def words() -> Words:
    """The lists, read once."""
    data = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    same: dict[str, str] = {}
    phrases: list[tuple[re.Pattern[str], str]] = []
    for row in data["same"]:
        first, *others = row.split()
        head = first if "_" in first else _stem(first)
        for name in (first, *others):
            if "_" in name:
                pattern = re.compile(rf"\b{name.replace('_', ' ')}\b")
                phrases.append((pattern, head))
            else:
                same[_stem(name)] = head

    def read_as(text: str) -> frozenset[str]:
        return frozenset(same.get(_stem(word), _stem(word)) if "_" not in word else word for word in text.split())

    return Words(
        stop=frozenset(data["stop"].split()),
        plain=frozenset(_stem(word) for word in data["plain"].split()),
        same=same,
        phrases=tuple(sorted(phrases, key=lambda pair: -len(pair[0].pattern))),
        limits=read_as(data["limits"]),
        groups=read_as(data["groups"]),
        negations=frozenset(data["negations"].split()),
        amounts=frozenset(data["amounts"].split()),
        turns=read_as(data["turns"]),
    )


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """The text's words in lower case, in order, phrases with a row in `same` folded into one token."""
    lowered = text.lower().translate(_APOSTROPHES)
    for pattern, head in words().phrases:
        lowered = pattern.sub(f" {head.replace('_', 'zqz')} ", lowered)
    return tuple(token.replace("zqz", "_").removesuffix("'s") for token in _TOKEN.findall(lowered))


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[str, ...]:
    """The words that carry a fact, as stems, read as the first of their row of `same`; in order, with repeats."""
    lists = words()
    kept: list[str] = []
    for token in tokens(text):
        if token in lists.stop or token in lists.negations:
            continue
        stem = token if "_" in token else _stem(token)
        kept.append(lists.same.get(stem, stem))
    return tuple(kept)


def negations(text: str) -> int:
    """How many negating words the text holds."""
    return sum(token in words().negations for token in tokens(text))


def is_plain(stem: str) -> bool:
    """Whether a word says nothing about health by itself."""
    return stem in words().plain


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem

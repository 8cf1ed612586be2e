"""Finds text that addresses a machine. Imported text is data: what this finds is shown to the curator, never obeyed."""

from __future__ import annotations

import re
import unicodedata

_RULES: tuple[tuple[str, str], ...] = (
    (
        "asks to ignore instructions",
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}"
        r"\b(?:all|any|every|previous|prior|above|earlier|preceding|your)\b"
        r".{0,30}\b(?:instructions?|prompts?|rules?|guidelines|directions|training|context)\b",
    ),
    ("gives a machine a role", r"(?<!if )(?<!when )(?<!once )\byou are (?:now|no longer)\b"),
    ("gives a machine a role", r"\bfrom now on,? you\b|\bpretend (?:to be|you are)\b"),
    ("gives a machine a role", r"\bact as (?:an?|the) (?:ai|assistant|model|bot|chatbot|expert|doctor|unrestricted)\b"),
    ("speaks of a prompt", r"\b(?:system|developer|hidden|initial) (?:prompt|message|instructions?)\b|\bjailbreak"),
    (
        "speaks to a model",
        r"\bas an? (?:ai|large) (?:language )?model\b|\b(?:dear|attention,?|note to) (?:ai|llm|chatbot|assistant)s?\b",
    ),
    ("speaks to a model", r"\b(?:if you are|when you are) an? (?:ai|llm|language model|assistant|bot)\b"),
    (
        "looks like a chat template",
        r"<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|^\s*(?:system|assistant)\s*:|^#{2,} ?(?:instruction|system)",
    ),
    (
        "tells a machine what to say",
        r"\b(?:do not|don't|never) (?:tell|reveal|mention|inform|warn|show)\b.{0,30}\b(?:users?|readers?|human)\b"
        r"|\b(?:respond|reply|answer|output) (?:only )?(?:with|in) (?:the following|json|exactly)\b",
    ),
    (
        "asks a machine to act",
        r"\b(?:execute|run|call|invoke) (?:the following|this) (?:command|code|tool|function|script)\b",
    ),
)
_COMPILED = tuple((reason, re.compile(pattern, re.IGNORECASE | re.MULTILINE)) for reason, pattern in _RULES)
_TAGS = range(0xE0000, 0xE0080)
_ZERO_WIDTH = frozenset("\u200b\u2060\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")


def addresses_a_machine(text: str) -> str:
    """Why a text seems meant for a machine rather than a reader, or ''."""
    if any(ord(character) in _TAGS for character in text):
        return "holds invisible tag characters"
    if sum(character in _ZERO_WIDTH for character in text) >= 3:
        return "holds invisible characters"
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    for reason, pattern in _COMPILED:
        if pattern.search(plain):
            return reason
    return ""

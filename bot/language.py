"""Which language a message is in (lingua), and how to tell a person that answers come in English for now."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.model import Abstention, OutOfScope, Urgent, with_preface

if TYPE_CHECKING:
    from lingua import LanguageDetector

    from bot.model import Reply

SURE = 0.55
"""Lingua's confidence (0 to 1) from which a message counts as not English: slang and names of illnesses confuse it."""
_MIN_WORDS = 2
_WORD = re.compile(r"[^\W\d_']+")


def language_of(text: str) -> str:
    """ISO 639-1 code of one of the languages of `languages.yaml`, or `en` when unsure."""
    words = _WORD.findall(text.lower())
    if len(words) < _MIN_WORDS and text.isascii():
        return "en"
    known = _texts()["english_words"].split()
    if text.isascii() and 3 * sum(word in known for word in words) >= len(words):
        return "en"  # this spares most messages the detector, which takes seconds to load
    best, *_ = _detector().compute_language_confidence_values(text)
    code: str = best.language.iso_code_639_1.name.lower()
    return code if best.value >= SURE and code in english_only() else "en"


def say_english_only(reply: Reply, language: str) -> Reply:
    """The reply, and in the person's language that answers come in English; silence is told in their language alone."""
    if language == "en" or isinstance(reply, Urgent):
        return reply
    notice = english_only()[language]
    if isinstance(reply, Abstention | OutOfScope):
        return replace(reply, text=notice, suggestions=(), language=language)
    return with_preface(reply, [notice])


def english_only() -> dict[str, str]:
    """For each other language, a sentence in it that says that answers come in English."""
    sentences: dict[str, str] = _texts()["english_only"]
    return sentences


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
    return texts


@cache
def _detector() -> LanguageDetector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # a second to load

    codes = [getattr(IsoCode639_1, code.upper()) for code in ("en", *english_only())]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()

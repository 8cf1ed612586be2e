"""Checks guidance against the text of its sources: every number stands there, and no run of words is copied."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge.errors import GuidanceError
from knowledge.lint import Finding, sentences_of
from knowledge.numbers import missing_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from knowledge.model import Guidance, SourcedSentence

MAX_SHARED_WORDS = 11
"""A run of 12 words shared with a source is copying, not writing."""

_WORD = re.compile(r"[\w']+")


def load_source_texts(folder: Path) -> dict[str, str]:
    """Read every `*.jsonl` in `folder` (reference format: one page a line with `url` and `sections`).

    Returns:
        the whole text of each page, by its URL.

    Raises:
        GuidanceError: no such file, or a line that is not a page; with file and line.
    """
    texts: dict[str, str] = {}
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise GuidanceError(str(folder), 0, "no *.jsonl source texts here; give the folder that holds them")
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                page = json.loads(line)
                paragraphs = [text for heading in page["sections"] for text in (heading, *page["sections"][heading])]
                url = page["url"]
            except (ValueError, KeyError, TypeError):
                raise GuidanceError(str(path), number, "is not a page with title, url and sections") from None
            texts[url] = texts.get(url, "") + "\n".join([page.get("title", ""), *paragraphs])
    return texts


def check_against_sources(text: Guidance, source_texts: Mapping[str, str]) -> Iterator[Finding]:
    """Findings of one guidance text: `number`, `copied`, and `unchecked` (warning) where no source text is at hand."""
    for sentence in sentences_of(text):
        urls = [text.source(source_id).url for source_id in sentence.source_ids]
        at_hand = [source_texts[url] for url in urls if url in source_texts]
        if len(at_hand) < len(urls):
            absent = ", ".join(url for url in urls if url not in source_texts)
            yield _finding(text, sentence, "unchecked", f"no source text at hand for {absent}", warning=True)
        if not at_hand:
            continue
        if missing := missing_numbers(sentence.text, "\n".join(at_hand)):
            shown = ", ".join(f"{number:g}" for number in missing)
            yield _finding(text, sentence, "number", f"{shown} does not stand in {', '.join(sentence.source_ids)}")
        for source_text in at_hand:
            if run := shared_run(sentence.text, source_text):
                yield _finding(text, sentence, "copied", f"shares {run!r} with its source; use your own words")
                break


def shared_run(sentence: str, source_text: str, longest: int = MAX_SHARED_WORDS) -> str:
    """The first run of more than `longest` words that both texts share, or ''."""
    words = _words(sentence)
    size = longest + 1
    if len(words) < size:
        return ""
    haystack = _haystack(source_text)
    for start in range(len(words) - size + 1):
        run = " ".join(words[start : start + size])
        if f" {run} " in haystack:
            return run
    return ""


@lru_cache(maxsize=32)  # a page is looked at for each of its sentences
def _haystack(source_text: str) -> str:
    return f" {' '.join(_words(source_text))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def _finding(text: Guidance, sentence: SourcedSentence, rule: str, message: str, *, warning: bool = False) -> Finding:
    return Finding(
        path=text.path,
        line=sentence.line,
        rule=rule,
        message=f"{message}: {sentence.text[:60]!r}",
        severity="warning" if warning else "error",
    )

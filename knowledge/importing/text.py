"""Reads Markdown files, and JSONL files in the reference format (one page a line)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.errors import ImportRefused
from knowledge.importing.page import Page, publisher_of, tidy_sections, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+\Z")
_HTTPS = re.compile(r"https://[^\s<>\"\[\]]+\Z")


def read_markdown(text: str, *, origin: str, today: date, sha256: str) -> Page:
    """Turn a Markdown file into a `Page`; a YAML head may give title, url, publisher, published and licence.

    Raises:
        ImportRefused: nothing to read.
    """
    head, body = _head(text.replace("\r\n", "\n"))
    hidden = [visible_text(comment) for comment in _COMMENT.findall(body)]
    sections = list(_sections(_COMMENT.sub(" ", body)))
    first = next((heading for level, heading, _ in sections if level == 1), "")
    title = visible_text(str(head.get("title") or first)) or origin.rpartition("/")[2].rsplit(".", 1)[0]
    url = str(head.get("url") or "")
    known = publisher_of(url)
    published = head.get("published")
    return Page(
        title=title[:200],
        url=url if _HTTPS.match(url) else None,
        publisher=visible_text(str(head.get("publisher") or "")) or known[0],
        published=published if type(published) is date else None,
        accessed=today,
        licence=visible_text(str(head.get("licence") or head.get("license") or "")) or known[1],
        sha256=sha256,
        origin=origin,
        language="en",
        sections=tidy_sections(((heading, paragraphs) for _, heading, paragraphs in sections), title, origin),
        hidden=tuple(comment for comment in hidden if comment),
    )


def _head(text: str) -> tuple[dict[str, Any], str]:
    if not text.startswith("---\n") or "\n---\n" not in text[3:]:
        return {}, text
    head, _, body = text[4:].partition("\n---\n")
    try:
        data = yaml.safe_load(head)
    except yaml.YAMLError:
        return {}, text
    return (data, body) if isinstance(data, dict) else ({}, text)


def _sections(body: str) -> Iterator[tuple[int, str, list[str]]]:
    """(heading level, heading, paragraphs); list items are paragraphs of their own."""
    level, heading, paragraphs, run = 0, "", list[str](), list[str]()
    for line in [*body.split("\n"), ""]:
        mark = re.match(r"(#{1,6})\s+(.+?)\s*#*$", line)
        if mark or not line.strip() or _BULLET.match(line):
            if run:
                paragraphs.append(_plain(" ".join(run)))
            run = []
        if mark:
            yield level, heading, paragraphs
            level, heading, paragraphs = len(mark[1]), _plain(mark[2]), []
        elif line.strip():
            run.append(_BULLET.sub("", line).strip().removeprefix("> "))
    yield level, heading, paragraphs


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))


def read_jsonl(content: bytes, *, origin: str, today: date) -> list[Page]:
    """Every line as a page; a line's hash is over its own bytes.

    Raises:
        ImportRefused: a line that is not a page, or no line at all; names the line.
    """
    pages = [
        _page(line, f"{origin}, line {number}", today)
        for number, line in enumerate(content.split(b"\n"), 1)
        if line.strip()
    ]
    if not pages:
        raise ImportRefused(f"{origin} is empty; expected one page a line")
    return pages


def _page(line: bytes, shown: str, today: date) -> Page:
    try:
        data = json.loads(line.decode("utf-8"))
        title, url, sections = data["title"], data["url"], data["sections"]
        retrieved = date.fromisoformat(data["retrieved"]) if data.get("retrieved") else today
        fits = (
            isinstance(title, str) and (url is None or _ADDRESS.match(url)) and all(map(_is_section, sections.items()))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise ImportRefused(f"{shown} is not a page with title, url and sections of paragraphs; correct the line")
    publisher, licence = publisher_of(url)
    return Page(
        title=visible_text(title)[:200] or shown,
        url=url,
        publisher=publisher,
        published=None,
        accessed=retrieved,
        licence=licence,
        sha256=hashlib.sha256(line).hexdigest(),
        origin=shown,
        language="en",
        sections=tidy_sections(sections.items(), visible_text(title), shown),
    )


def _is_section(item: tuple[Any, Any]) -> bool:
    return isinstance(item[1], list) and all(isinstance(paragraph, str) for paragraph in item[1])

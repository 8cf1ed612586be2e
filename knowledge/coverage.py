"""Which pages of a list the guidance cites, and which topics are overdue. Pure, but for reading the list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from knowledge.errors import GuidanceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from knowledge.model import Guidance

DUE_SOON_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the list and the ids of the topics that cite it (none: not covered)."""

    url: str
    title: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A topic that is overdue or due soon; `days_left` is negative when overdue."""

    topic: str
    due: date
    days_left: int
    asked: int


def read_list(path: Path) -> list[tuple[str, str]]:
    """The (url, title) pairs of a list: a line is an object with `url`, a JSON string, or a bare address.

    Raises:
        GuidanceError: the file cannot be read, or a line names no address; with the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GuidanceError(str(path), 0, f"cannot be read ({type(error).__name__}); check the path") from None
    pages = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        try:
            data = text if text.startswith("http") else json.loads(text)
            url, title = (data, "") if isinstance(data, str) else (data["url"], str(data.get("title", "")))
        except (ValueError, KeyError, TypeError):
            url, title = None, ""
        if not isinstance(url, str) or not url.startswith("http"):
            raise GuidanceError(str(path), number, 'names no page; write an address or {"url": "https://…"} a line')
        pages.append((url, title))
    return pages


def coverage(pages: Iterable[tuple[str, str]], texts: Iterable[Guidance]) -> list[Listed]:
    """For each page of the list, in its order, the topics that cite it."""
    citing: dict[str, list[str]] = {}
    for text in texts:
        for source in text.sources:
            topics = citing.setdefault(_same_page(source.url), [])
            if text.id not in topics:
                topics.append(text.id)
    distinct: dict[str, tuple[str, str]] = {}
    for url, title in pages:
        distinct.setdefault(_same_page(url), (url, title))
    return [Listed(url=url, title=title, topics=tuple(citing.get(key, ()))) for key, (url, title) in distinct.items()]


def stale_list(texts: Iterable[Guidance], asked: Mapping[str, int], today: date) -> Sequence[Stale]:
    """Topics overdue or due within `DUE_SOON_DAYS`, the most asked first, then the longest overdue."""
    found = [
        Stale(topic=text.id, due=text.review.due, days_left=left, asked=asked.get(text.id, 0))
        for text in texts
        if (left := (text.review.due - today).days) <= DUE_SOON_DAYS
    ]
    return sorted(found, key=lambda stale: (-stale.asked, stale.days_left, stale.topic))


def _same_page(url: str) -> str:
    """What two addresses of one page share: http, www, a slash or a fragment at the end do not count."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/').removesuffix('/index.html')}{query}"

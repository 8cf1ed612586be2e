"""A source page as read: where it is from, and its paragraphs. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from knowledge.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 10 * 1024 * 1024
"""A page or file larger than this is refused: the largest WHO guideline PDFs are about as large."""
MAX_CHARACTERS = 2_000_000
MAX_PARAGRAPHS = 20_000

_PUBLISHERS = {
    "who.int": ("World Health Organization", "CC BY-NC-SA 3.0 IGO"),
    "cdc.gov": ("Centers for Disease Control and Prevention (US)", "Public domain (US Government work)"),
    "nih.gov": ("National Institutes of Health (US)", None),
    "nhs.uk": ("National Health Service (UK)", "Open Government Licence v3.0"),
}
"""Publisher and licence of the hosts that guidance rests on (each host's own copyright page)."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One source. `hidden` is text that a person looking at the page would not see."""

    title: str
    url: str | None
    publisher: str | None
    published: date | None
    accessed: date
    licence: str | None
    sha256: str
    origin: str
    language: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: tuple[str, ...] = ()


def visible_text(text: str) -> str:
    """One line of readable text: NFC, blanks folded, control and invisible characters taken out."""
    folded = _BLANKS.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(c for c in folded if unicodedata.category(c) not in _INVISIBLE).strip()


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def tidy_sections(
    sections: Iterable[tuple[str, Iterable[str]]], title: str, shown: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Readable paragraphs under their headings; sections without any are dropped.

    Raises:
        ImportRefused: nothing readable is left, or more than the limits allow; `shown` names the page.
    """
    kept: list[tuple[str, tuple[str, ...]]] = []
    for heading, paragraphs in sections:
        readable = tuple(text for text in map(visible_text, paragraphs) if any(c.isalnum() for c in text))
        if readable:
            kept.append((visible_text(heading) or title, readable))
    if not kept:
        raise ImportRefused(f"{shown} holds no readable text; save the page after it has loaded, then import it again")
    paragraphs_in_all = sum(len(paragraphs) for _, paragraphs in kept)
    characters = sum(len(text) for _, paragraphs in kept for text in paragraphs)
    if paragraphs_in_all > MAX_PARAGRAPHS or characters > MAX_CHARACTERS:
        raise ImportRefused(f"{shown} holds {characters:,} characters of text; import it in parts")
    return tuple(kept)


def publisher_of(url: str | None) -> tuple[str | None, str | None]:
    """The publisher and licence known for a page's host; None where they are not known."""
    host = (urlsplit(url).hostname or "") if url else ""
    for domain, known in _PUBLISHERS.items():
        if host == domain or host.endswith("." + domain):
            return known
    return None, None

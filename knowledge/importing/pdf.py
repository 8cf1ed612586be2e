"""Reads the text of a PDF, a section a page."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING

from knowledge.errors import ImportRefused
from knowledge.importing.page import Page, tidy_sections, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pypdf import PdfReader

MAX_PAGES = 400
_SENTENCE_END = re.compile(r"[.!?:][\"')\]\d]*$")


def read_pdf(content: bytes, *, origin: str, url: str | None, today: date, sha256: str) -> Page:
    """Turn a PDF into a `Page`. Its publisher and licence are not known unless its address is.

    Raises:
        ImportRefused: encrypted, broken, too long, or scanned pages without text.
    """
    from knowledge.importing.page import publisher_of

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        title, pages = _read(content, origin)
    except ImportRefused:
        raise
    except Exception as error:
        raise ImportRefused(
            f"{origin} cannot be read as a PDF ({type(error).__name__}); open and save it anew"
        ) from None
    if not any(pages):
        raise ImportRefused(f"{origin} holds no text (scanned pages?); run it through text recognition first")
    title = title or origin.rpartition("/")[2].removesuffix(".pdf")
    publisher, licence = publisher_of(url)
    return Page(
        title=title,
        url=url,
        publisher=publisher,
        published=None,
        accessed=today,
        licence=licence,
        sha256=sha256,
        origin=origin,
        language="en",
        sections=tidy_sections(
            ((f"Page {n}", split_paragraphs(text)) for n, text in enumerate(pages, 1)), title, origin
        ),
    )


def _read(content: bytes, origin: str) -> tuple[str, list[str]]:
    from pypdf import PasswordType, PdfReader

    reader: PdfReader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise ImportRefused(f"{origin} is encrypted; save a copy without a password and import that")
    if len(reader.pages) > MAX_PAGES:
        raise ImportRefused(f"{origin} has {len(reader.pages)} pages; import at most {MAX_PAGES} at a time")
    title = visible_text(str(reader.metadata.title or "")) if reader.metadata else ""
    return title, [page.extract_text().strip() for page in reader.pages]


def split_paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a page: runs of lines up to a blank one, or up to a short line that ends a sentence."""
    lines = [line.strip() for line in text.splitlines()]
    widest = max(map(len, lines), default=0)
    run = ""
    for line in lines:
        if not line:
            yield from [run] if run else []
            run = ""
            continue
        run = run[:-1] + line if re.search(r"[a-z]-$", run) else f"{run} {line}".strip()
        if _SENTENCE_END.search(line) and len(line) < 0.75 * widest:
            yield run
            run = ""
    yield from [run] if run else []

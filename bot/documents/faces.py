"""A document in one of the four formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bot.documents.model import Document

Format = Literal["markdown", "json", "html", "docx"]


def render(document: Document, data: dict[str, Any], form: Format) -> bytes:
    """The document as a file's bytes; as JSON it is `data`."""
    if form == "json":
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
    if form == "html":
        from bot.documents.html import as_html

        return as_html(document).encode()
    if form == "docx":
        from bot.documents.word import as_docx

        return as_docx(document)
    from bot.documents.markdown import as_markdown

    return as_markdown(document).encode()

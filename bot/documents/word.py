"""A document as DOCX (python-docx)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from bot.documents.model import Block, Bullets, Heading, Paragraph, Table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from bot.documents.model import Document

_UNSOUND = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file can hold."""
_LONGEST_TITLE = 255
"""Characters of a title in a file's properties (python-docx)."""


def as_docx(document: Document) -> bytes:
    """The file's bytes."""
    from docx import Document as open_document

    word = open_document()
    word.core_properties.title = _sound(document.title)[:_LONGEST_TITLE]
    word.core_properties.author = "CiteWell"
    word.core_properties.comments = ""
    word.add_heading(_sound(document.title), level=1)
    for block in document.blocks:
        _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _add(word: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_heading(_sound(block.text), level=2)
    elif isinstance(block, Paragraph):
        paragraph = word.add_paragraph()
        if block.label:
            paragraph.add_run(f"{_sound(block.lead)} ").bold = True
        paragraph.add_run(_sound(block.text)).bold = block.strong
    elif isinstance(block, Bullets):
        for item in block.items:
            word.add_paragraph(_sound(item), style="List Bullet")
    elif isinstance(block, Table):
        _add_table(word, block)
    else:
        for one in block.items:
            word.add_paragraph(_sound(f"[{one.marker}] {one.text}\n{one.url}"))
            word.add_paragraph(_sound(f"“{one.quote}”"), style="Quote")


def _add_table(word: WordDocument, block: Table) -> None:
    table = word.add_table(rows=1, cols=len(block.head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = _sound(text)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _sound(text)


def _sound(text: str) -> str:
    return _UNSOUND.sub("", text)

"""A document as DOCX (python-docx)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from bot.documents.model import Block, Bullets, Heading, Paragraph, Table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from bot.documents.model import Document


def as_docx(document: Document) -> bytes:
    """The file's bytes."""
    from docx import Document as open_document

    word = open_document()
    word.core_properties.title = document.title
    word.core_properties.author = "CiteWell"
    word.core_properties.comments = ""
    word.add_heading(document.title, level=1)
    for block in document.blocks:
        _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _add(word: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_heading(block.text, level=2)
    elif isinstance(block, Paragraph):
        paragraph = word.add_paragraph()
        if block.label:
            paragraph.add_run(f"{block.lead} ").bold = True
        paragraph.add_run(block.text).bold = block.strong
    elif isinstance(block, Bullets):
        for item in block.items:
            word.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Table):
        _add_table(word, block)
    else:
        for one in block.items:
            word.add_paragraph(f"[{one.marker}] {one.text}\n{one.url}")
            word.add_paragraph(f"“{one.quote}”", style="Quote")


def _add_table(word: WordDocument, block: Table) -> None:
    table = word.add_table(rows=1, cols=len(block.head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = text
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text

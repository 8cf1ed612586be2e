"""The creators' documents (brief, script check) as a chat shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.serving.outgoing import Message, source_links
from bot.documents.model import Bullets, Heading, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.documents.model import Block, Document
    from bot.model import Citation


def document_message(document: Document, citations: Sequence[Citation]) -> Message:
    """The document as plain text with markers, and the pages it rests on; as many messages as it takes."""
    lines = [document.title, *(line for block in document.blocks for line in _lines(block))]
    return Message(text="\n".join(lines), links=source_links(citations))


def _lines(block: Block) -> Iterator[str]:
    """A block as lines; the list of sources is left to the platform."""
    if isinstance(block, Heading) and block.text != "Sources":
        yield f"\n{block.text.upper()}"
    elif isinstance(block, Paragraph):
        yield f"{block.label}: {block.text}" if block.label else block.text
    elif isinstance(block, Bullets):
        yield from (f"- {item}" for item in block.items)
    elif isinstance(block, Table):
        yield from (f"- {' | '.join(cell for cell in row if cell)}" for row in block.rows)

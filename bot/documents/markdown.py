"""A document as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.documents.model import Block, Bullets, Heading, Paragraph, Table

if TYPE_CHECKING:
    from bot.documents.model import Document

_SPECIAL = re.compile(r"([\\`*_<>|])")


def as_markdown(document: Document) -> str:
    """The document as Markdown, ending in a line break."""
    return "\n\n".join([f"# {escaped(document.title)}", *map(_block, document.blocks)]) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {escaped(block.text)}"
    if isinstance(block, Paragraph):
        label = f"**{escaped(block.lead)}** " if block.label else ""
        return label + (f"**{escaped(block.text)}**" if block.strong else escaped(block.text))
    if isinstance(block, Bullets):
        return "\n".join(f"- {escaped(item)}" for item in block.items)
    if isinstance(block, Table):
        lines = [block.head, tuple("---" for _ in block.head), *(tuple(map(escaped, row)) for row in block.rows)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join(
        f"- [{one.marker}] [{escaped(one.text)}]({one.url})\n  > {escaped(one.quote)}" for one in block.items
    )

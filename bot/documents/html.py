"""A document as one standalone HTML page that prints well: no script, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.documents.model import Paragraph

if TYPE_CHECKING:
    from bot.documents.model import Block, Document

_TEMPLATE = Path(__file__).parent / "page.html"


def as_html(document: Document) -> str:
    """The page. Every text in it is escaped."""
    from jinja2 import Environment

    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    )
    blocks = [(type(block).__name__, _plain(block)) for block in document.blocks]
    return page.render(document=document, blocks=blocks) + "\n"


def _plain(block: Block) -> dict[str, object]:
    """The block's fields by name (`items` of a dict is a method in a template; the template asks by key)."""
    names = [*block.__slots__, *(["lead"] if isinstance(block, Paragraph) else [])]
    return {name: getattr(block, name) for name in names}

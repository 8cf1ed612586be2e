"""What a brief or a script report is made of, whatever it is saved as. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the second level."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; `strong` is what matters most on the page, `label` is set before it in bold."""

    text: str
    label: str = ""
    strong: bool = False

    @property
    def lead(self) -> str:
        """The label with its colon; a question needs none."""
        return self.label if self.label.endswith("?") or not self.label else f"{self.label}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a head; every row has as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source with its marker, linked where the format has links."""

    marker: int
    text: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The list of sources."""

    items: tuple[Reference, ...]


Block = Heading | Paragraph | Bullets | Table | References


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A titled report."""

    title: str
    blocks: tuple[Block, ...]
    language: str = "en"

"""Reads a saved or fetched HTML page: WHO fact sheets by their own markup, other pages by trafilatura."""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from knowledge.errors import ImportRefused
from knowledge.importing.blocks import Blocks, unseen_texts
from knowledge.importing.page import Page, publisher_of, tidy_sections, visible_text
from knowledge.importing.suspicion import addresses_a_machine

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https://[^\s>]+)\s*-->")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_SITE_SUFFIX = re.compile(r"\s+[|\u2013\u2014-]\s+(?:WHO|CDC|World Health Organization|[A-Z][\w. ]{0,40})$")
_WHO_ARTICLE = "//*[contains(concat(' ', normalize-space(@class), ' '), ' sf-detail-body-wrapper ')]"
_MAIN = ("//main", "//article", "//*[@role='main']", "//*[@id='content']", "//body")


def read_html(content: bytes, *, origin: str, url: str | None, charset: str | None, today: date, sha256: str) -> Page:
    """Turn an HTML page into a `Page`.

    Raises:
        ImportRefused: binary junk, or nothing to read.
    """
    text = decode(content, charset, origin)
    root = _parse(text, origin)
    address = url or _address(root, text)
    title = _title(root) or origin
    sections, hidden = _content(root, text)
    publisher, licence = publisher_of(address)
    return Page(
        title=title,
        url=address,
        publisher=publisher or _meta(root, "og:site_name") or (urlsplit(address).hostname if address else None),
        published=_published(root, text),
        accessed=today,
        licence=licence,
        sha256=sha256,
        origin=origin,
        language=(root.get("lang") or "en")[:2].lower(),
        sections=tidy_sections(sections, title, origin),
        hidden=tuple(dict.fromkeys(hidden)),
    )


def decode(content: bytes, charset: str | None, shown: str) -> str:
    """The text of a file, by its byte order mark, the given charset, its own declaration, or as UTF-8.

    Raises:
        ImportRefused: it is not text.
    """
    declared = _CHARSET.search(content[:4096])
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ["utf-16"]
    else:
        names = ["utf-8-sig", charset or "", declared[1].decode() if declared else "", "cp1252"]
    for name in names:
        try:
            text = content.decode(name) if name else None
        except (UnicodeDecodeError, LookupError):
            continue
        if text is not None:
            break
    else:
        text = "\0"
    odd = sum(1 for character in text[:20_000] if character < " " and character not in "\n\r\t\f")
    if "\0" in text or odd > len(text[:20_000]) * 0.01:
        raise ImportRefused(f"{shown} is not text; import HTML, PDF, Markdown or JSONL")
    return text


def _parse(text: str, shown: str) -> Any:
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    declaration_free = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        return document_fromstring(declaration_free, parser=HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise ImportRefused(f"{shown} holds no readable text; save the page after it has loaded") from None


def _content(root: Any, text: str) -> tuple[Iterable[tuple[str, Iterable[str]]], list[str]]:
    """The sections, and the hidden text of the article (of the rest of the page: where it addresses a machine)."""
    elsewhere = [unseen for unseen in unseen_texts(root) if unseen and addresses_a_machine(unseen)]
    if articles := root.xpath(_WHO_ARTICLE):
        blocks = [Blocks().walk(article) for article in articles]
        sections = [section for block in blocks for section in block.sections]
        return sections, [unseen for block in blocks for unseen in block.hidden] + elsewhere
    main = next(found[0] for found in map(root.xpath, _MAIN) if found) if root.xpath("//body") else root
    plain = Blocks().walk(main)
    return _by_trafilatura(text) or plain.sections, plain.hidden + elsewhere


def _by_trafilatura(text: str) -> list[tuple[str, Iterable[str]]]:
    """What trafilatura takes for the page's main text; empty where it finds none or cannot be loaded."""
    try:
        from trafilatura import bare_extraction  # heavy: a second to import
    except ImportError:  # it needs lxml_html_clean, which its own requirements can miss
        return []
    try:
        document: Any = bare_extraction(text, include_comments=False, with_metadata=False, include_tables=True)
    except Exception:
        return []
    body = getattr(document, "body", None)
    sections: list[tuple[str, list[str]]] = [("", [])]
    for node in body.iter("head", "p", "item", "cell", "quote") if body is not None else ():
        words = " ".join("".join(node.itertext()).split())
        if node.tag == "head":
            sections.append((words, []))
        elif words and not node.xpath("ancestor::p | ancestor::item | ancestor::cell | ancestor::quote"):
            sections[-1][1].append(words)
    return list(sections) if any(paragraphs for _, paragraphs in sections) else []


def _address(root: Any, text: str) -> str | None:
    """The page's own address, where it states one over https."""
    saved = _SAVED_FROM.search(text[:2000])
    stated = [*root.xpath("//link[@rel='canonical']/@href"), _meta(root, "og:url"), saved[1] if saved else None]
    for found in stated:
        if found and re.fullmatch(r"https://[^\s<>\"\[\]]+", found):
            return str(found)
    return None


def _title(root: Any) -> str:
    headings = root.xpath("//*[contains(@class, 'sf-item-header')]//h1") or root.xpath("//h1")
    named = [heading.text_content() for heading in headings]
    stated = [*named, _meta(root, "og:title") or "", *(node.text_content() for node in root.xpath("//head/title"))]
    for found in map(visible_text, stated):
        if found:
            return _SITE_SUFFIX.sub("", found)[:200]
    return ""


def _published(root: Any, text: str) -> date | None:
    """The day that the page states it was published; never guessed."""
    stated = [
        _meta(root, name) for name in ("article:published_time", "DC.date.published", "citation_publication_date")
    ]
    linked = _PUBLISHED.search(text)
    for found in [*stated, linked[1] if linked else None]:
        try:
            return date.fromisoformat((found or "")[:10].replace("/", "-"))
        except ValueError:
            continue
    for stamp in root.xpath("//span[contains(concat(' ', @class, ' '), ' timestamp ')]"):
        try:
            return datetime.strptime(stamp.text_content().strip(), "%d %B %Y").date()  # noqa: DTZ007 - a day only
        except ValueError:
            continue
    return None


def _meta(root: Any, name: str) -> str | None:
    found = root.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return visible_text(str(found[0])) or None if found else None

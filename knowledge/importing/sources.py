"""From what a curator names (a file, a folder or an address) to pages. Writes nothing."""

from __future__ import annotations

import hashlib
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from knowledge.errors import ImportRefused
from knowledge.importing.fetch import fetch
from knowledge.importing.html import decode, read_html
from knowledge.importing.page import MAX_BYTES, Page
from knowledge.importing.pdf import read_pdf
from knowledge.importing.text import read_jsonl, read_markdown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from pathlib import Path

READ_LIMIT_S = 60
_SUFFIXES = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".md": "markdown", ".markdown": "markdown",
    ".jsonl": "jsonl",
}  # fmt: skip
_TYPES = {"text/html": "html", "application/xhtml+xml": "html", "application/pdf": "pdf", "text/markdown": "markdown"}


def is_address(name: str) -> bool:
    """Whether a name is meant as an address rather than a file."""
    return "://" in name[:12]


def files_of(path: Path) -> list[Path]:
    """The file itself, or the importable files directly in a folder. Raises: ImportRefused when there is none."""
    if not path.is_dir():
        return [path]
    files = sorted(found for found in path.iterdir() if found.is_file() and found.suffix.lower() in _SUFFIXES)
    if not files:
        raise ImportRefused(f"{path} holds no .html, .pdf, .md or .jsonl file; give a file or another folder")
    return files


def read_address(url: str, hosts: Collection[str], today: date) -> list[Page]:
    """Fetch and read one page. Raises: ImportRefused (see `fetch` and the readers)."""
    fetched = fetch(url, hosts)
    kind, _, rest = fetched.content_type.partition(";")
    charset = rest.partition("charset=")[2].strip(" \"'") or None
    medium = _TYPES.get(kind.strip().lower()) or sniff(fetched.content)
    if medium is None:
        raise ImportRefused(f"{url} is {kind or 'of an unnamed type'}; only HTML, PDF and Markdown pages are imported")
    return read_bytes(fetched.content, medium, origin=fetched.url, url=fetched.url, charset=charset, today=today)


def read_file(path: Path, today: date) -> list[Page]:
    """Read one file. Raises: ImportRefused when it cannot be read, is too large or of no known kind."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read ({error.strerror}); check the path") from None
    if len(content) > MAX_BYTES:
        raise ImportRefused(f"{path} is larger than {MAX_BYTES // 2**20} MB; split it and import the parts")
    medium = _SUFFIXES.get(path.suffix.lower()) or sniff(content)
    if medium is None:
        raise ImportRefused(f"{path} is of no kind that can be imported; give HTML, PDF, Markdown or JSONL")
    return read_bytes(content, medium, origin=str(path), url=None, charset=None, today=today)


def read_bytes(
    content: bytes, medium: str, *, origin: str, url: str | None, charset: str | None, today: date
) -> list[Page]:
    """Read the pages of a file of a known kind, within a time limit. Raises: ImportRefused."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not content.strip():
        raise ImportRefused(f"{origin} is empty; save it again and import that")
    with _time_limit(origin):
        if medium == "pdf" or content[:5] == b"%PDF-":
            return [read_pdf(content, origin=origin, url=url, today=today, sha256=sha256)]
        if medium == "jsonl":
            return read_jsonl(content, origin=origin, today=today)
        if medium == "markdown":
            return [read_markdown(decode(content, charset, origin), origin=origin, today=today, sha256=sha256)]
        return [read_html(content, origin=origin, url=url, charset=charset, today=today, sha256=sha256)]


def sniff(content: bytes) -> str | None:
    """The kind of a file by its first bytes, or None."""
    start = content[:1024].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "pdf"
    return "html" if b"<!doctype html" in start or b"<html" in start else None


@contextmanager
def _time_limit(shown: str) -> Iterator[None]:
    """Break off a file built to take for ever. On the main thread of a Unix process only."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        raise ImportRefused(f"{shown} took longer than {READ_LIMIT_S} s to read; import a smaller part")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(READ_LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

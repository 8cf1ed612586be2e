"""What the creators' commands share: a text file in, a document in one of four formats out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.documents.faces import Format

if TYPE_CHECKING:
    from bot.documents.model import Document

MOST_CHARACTERS = 20_000

FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write to this file; default: standard output.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; the same as --format json.")]


def put_out(document: Document, data: dict[str, Any], form: Format, out: Path | None) -> None:
    """Print, or write to a file. Raises: InputError for a DOCX on a terminal, or a file that cannot be written."""
    from bot.documents.faces import render
    from bot.errors import InputError

    if form == "docx" and out is None and sys.stdout.isatty():
        raise InputError("a DOCX file does not fit on a terminal; add --out NAME.docx")
    content = render(document, data, form)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}); check the folder") from None
    sys.stderr.write(f"Written to {out}\n")


def read_text(file: str, limit: int = MOST_CHARACTERS) -> str:
    """The text of a file or of standard input. Raises: InputError when it cannot be read or is too long."""
    from bot.errors import InputError

    shown = "standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{shown} cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{shown} is not UTF-8 at byte {error.start}; save it as plain text in UTF-8") from None
    if len(text) > limit:
        raise InputError(f"{shown} is longer than {limit} characters; give it in parts")
    return text

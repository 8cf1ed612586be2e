"""`citewell check`: a draft script, claim by claim."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.checking.model import Check

MOST_CHARACTERS = 20_000


def check(
    file: Annotated[str, typer.Argument(help='A text file with the script; "-" is standard input.')],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    form: Annotated[
        Literal["markdown", "json", "html", "docx"], typer.Option("--format", help="What to print.")
    ] = "markdown",
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file; default: standard output.")] = None,
) -> None:
    """Check a draft script: each claim against the guidance, wording that harms, readability, main message."""
    from adapters.cli.brief import write
    from adapters.cli.running import run_with_app
    from bot.checking.page import as_document
    from bot.checking.page import as_json as plain
    from bot.documents.faces import render

    script = read_script(file)

    async def run(app: App) -> Check:
        return await app.check(script)

    made = run_with_app(run)
    chosen = "json" if as_json else form
    write(render(as_document(made), plain(made), chosen), chosen, out)


def read_script(file: str, limit: int = MOST_CHARACTERS) -> str:
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

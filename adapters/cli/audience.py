"""`citewell audience`: what the comments under a video ask and believe."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.audience.grouping import Audience


def audience(
    file: Annotated[str, typer.Argument(help='A text file with one comment a line; "-" is standard input.')],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    form: Annotated[
        Literal["markdown", "json", "html", "docx"], typer.Option("--format", help="What to print.")
    ] = "markdown",
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file; default: standard output.")] = None,
) -> None:
    """Group up to 500 comments into misconceptions and questions, each with a short cited reply to post."""
    from adapters.cli.brief import write
    from adapters.cli.check import read_script
    from adapters.cli.running import run_with_app
    from bot.audience.page import as_document
    from bot.audience.page import as_json as plain
    from bot.documents.faces import render

    comments = read_script(file, limit=200_000).splitlines()

    async def run(app: App) -> Audience:
        return await app.audience(comments)

    made = run_with_app(run)
    chosen = "json" if as_json else form
    write(render(as_document(made), plain(made), chosen), chosen, out)

"""`citewell audience`: what the comments under a video ask and believe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.papers import FormatOption, JsonOption, OutOption  # noqa: TC001 (typer reads the annotations)

if TYPE_CHECKING:
    from bot.app import App
    from bot.audience.grouping import Audience


def audience(
    file: Annotated[str, typer.Argument(help='A text file with one comment a line; "-" is standard input.')],
    *,
    as_json: JsonOption = False,
    form: FormatOption = "markdown",
    out: OutOption = None,
) -> None:
    """Group up to 500 comments into misconceptions and questions, each with a short cited reply to post."""
    from adapters.cli.papers import put_out, read_text
    from adapters.cli.running import run_with_app
    from bot.audience.page import as_document
    from bot.audience.page import as_json as plain

    comments = read_text(file, limit=200_000).splitlines()

    async def run(app: App) -> Audience:
        return await app.audience(comments)

    made = run_with_app(run)
    put_out(as_document(made), plain(made), "json" if as_json else form, out)

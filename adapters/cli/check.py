"""`citewell check`: a draft script, claim by claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.papers import FormatOption, JsonOption, OutOption  # noqa: TC001 (typer reads the annotations)

if TYPE_CHECKING:
    from bot.app import App
    from bot.checking.model import Check


def check(
    file: Annotated[str, typer.Argument(help='A text file with the script; "-" is standard input.')],
    *,
    as_json: JsonOption = False,
    form: FormatOption = "markdown",
    out: OutOption = None,
) -> None:
    """Check a draft script: each claim against the guidance, wording that harms, readability, main message."""
    from adapters.cli.papers import put_out, read_text
    from adapters.cli.running import run_with_app
    from bot.checking.page import as_document
    from bot.checking.page import as_json as plain

    script = read_text(file)

    async def run(app: App) -> Check:
        return await app.check(script)

    made = run_with_app(run)
    put_out(as_document(made), plain(made), "json" if as_json else form, out)

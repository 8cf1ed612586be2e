"""`citewell brief`: talking points on a topic, in four formats."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.briefing.model import Brief

Seconds = Literal["30", "60"]
Format = Literal["markdown", "json", "html", "docx"]


def brief(
    topic: Annotated[str, typer.Argument(help="A topic, as you would call it: chlamydia, plan b, the clap.")],
    *,
    seconds: Annotated[Seconds, typer.Option(help="Length of the script.")] = "60",
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = "markdown",
    audience: Annotated[Literal["general", "teens", "parents"], typer.Option(help="Who will watch.")] = "general",
    format_hint: Annotated[
        Literal["tiktok", "reel", "thread", "podcast"], typer.Option(help="Where it will be shown.")
    ] = "tiktok",
    country: Annotated[str | None, typer.Option(help="Two-letter code or name, for helplines.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file; default: standard output.")] = None,
    save: Annotated[
        str | None, typer.Option(help="Keep what it cited under this name, so that 'knowledge recall' finds it.")
    ] = None,
) -> None:
    """Make talking points: hook, main message, cited points, myth and fact, timed script, wording, sources."""
    from adapters.cli.running import run_with_app
    from bot.briefing.model import Request
    from bot.briefing.page import as_document, as_json
    from bot.documents.faces import render

    async def make(app: App) -> Brief:
        request = Request(
            topic=topic,
            seconds=60 if seconds == "60" else 30,
            audience=audience,
            platform=format_hint,
            country=app.resolve_country(country) if country else None,
        )
        return await app.brief(request, save=save)

    made = run_with_app(make)
    write(render(as_document(made), as_json(made), form), form, out)


def write(content: bytes, form: str, out: Path | None) -> None:
    """Print, or write to a file. Raises: InputError for a DOCX on a terminal, or a file that cannot be written."""
    from bot.errors import InputError

    if out is None:
        if form == "docx" and sys.stdout.isatty():
            raise InputError("a DOCX file does not fit on a terminal; add --out NAME.docx")
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}); check the folder") from None
    sys.stderr.write(f"Written to {out}\n")

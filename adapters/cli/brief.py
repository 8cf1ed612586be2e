"""`citewell brief`: talking points on a topic, in four formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from adapters.cli.papers import FormatOption, OutOption  # noqa: TC001 (typer reads the annotations)

if TYPE_CHECKING:
    from bot.app import App
    from bot.briefing.model import Brief

Seconds = Literal["30", "60"]


def brief(
    topic: Annotated[str, typer.Argument(help="A topic, as you would call it: chlamydia, plan b, the clap.")],
    *,
    seconds: Annotated[Seconds, typer.Option(help="Length of the script.")] = "60",
    form: FormatOption = "markdown",
    audience: Annotated[Literal["general", "teens", "parents"], typer.Option(help="Who will watch.")] = "general",
    format_hint: Annotated[
        Literal["tiktok", "reel", "thread", "podcast"], typer.Option(help="Where it will be shown.")
    ] = "tiktok",
    country: Annotated[str | None, typer.Option(help="Two-letter code or name, for helplines.")] = None,
    out: OutOption = None,
    save: Annotated[
        str | None, typer.Option(help="Keep what it cited under this name, so that 'knowledge recall' finds it.")
    ] = None,
) -> None:
    """Make talking points: hook, main message, cited points, myth and fact, timed script, wording, sources."""
    from adapters.cli.papers import put_out
    from adapters.cli.running import run_with_app
    from bot.briefing.model import Request
    from bot.briefing.page import as_document, as_json

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
    put_out(as_document(made), as_json(made), form, out)

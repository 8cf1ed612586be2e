"""`citewell serve`: the chat adapters, until SIGTERM."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.serving.platform import Adapter
    from adapters.serving.serve import Ground
    from bot.settings import Settings


def serve(
    platforms: Annotated[list[str], typer.Argument(help="telegram, discord, or both.", metavar="telegram|discord...")],
) -> None:
    """Run the chat adapters in one process; their tokens and addresses are settings (.env.example)."""
    from adapters.cli.running import run_with_app
    from adapters.serving import serve as serving
    from adapters.serving.logs import configure_logs
    from bot.settings import load_settings

    settings = load_settings()
    makers = {name: _maker(name, settings) for name in dict.fromkeys(platforms)}
    configure_logs(settings)
    run_with_app(lambda app: serving.serve(app, makers))
    # Everything is closed. Taking the library and the rules apart object by object would hold up the end for seconds.
    sys.stderr.flush()
    os._exit(0)


def _maker(name: str, settings: Settings) -> Callable[[Ground], Adapter]:
    """What makes the adapter, once its settings are found to be usable.

    Raises:
        InputError: there is no such platform.
        SettingsError: a setting is missing or cannot be used.
    """
    from adapters.serving.configuration import check_discord, check_telegram
    from bot.errors import InputError

    if name == "telegram":
        check_telegram(settings)
        from adapters.telegram.adapter import TelegramAdapter

        return TelegramAdapter
    if name == "discord":
        check_discord(settings)
        from adapters.discord.adapter import DiscordAdapter

        return DiscordAdapter
    raise InputError(f"unknown platform {name!r}; use telegram, discord or both")

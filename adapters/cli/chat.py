"""`citewell chat`."""

from __future__ import annotations


def chat() -> None:
    """Converse in the terminal; /help lists the commands."""
    from rich.console import Console

    from adapters.cli.running import run_with_app
    from adapters.terminal.chat import TerminalChat

    run_with_app(lambda app: TerminalChat(app, Console()).run())

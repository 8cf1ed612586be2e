"""`citewell inbox`: messages that could not be handled; list them, or put them back in line."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.store.inbox import DeadLetter


def inbox(
    *,
    retry: Annotated[
        list[int] | None, typer.Option(help="Put this dead letter back in line; may be given again.")
    ] = None,
    retry_all: Annotated[bool, typer.Option("--retry-all", help="Put every dead letter back in line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the dead letters (never what they say), or retry them; a running `serve` takes them up within seconds."""
    from adapters.cli.running import run_with_app

    depth, dead, retried = run_with_app(lambda app: _look(app, retry, retry_all=retry_all))
    if as_json:
        rows = [
            {
                "id": one.id,
                "platform": one.platform,
                "error": one.error,
                "tries": one.tries,
                "received_at": one.received_at.isoformat(timespec="seconds"),
            }
            for one in dead
        ]
        result = {"waiting": depth["waiting"], "dead": rows, "retried": retried}
        sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(depth, dead, retried)


async def _look(app: App, retry: list[int] | None, *, retry_all: bool) -> tuple[dict[str, int], list[DeadLetter], int]:
    from bot.errors import InputError
    from bot.store.inbox import Inbox

    found = Inbox(await app.database())
    retried = 0
    if retry_all:
        retried = await found.retry()
    elif retry:
        retried = await found.retry(retry)
        if retried < len(set(retry)):
            raise InputError(f"{retried} of {len(set(retry))} put back in line; 'citewell inbox' lists those there are")
    return await found.depth(), await found.dead(), retried


def _show(depth: dict[str, int], dead: list[DeadLetter], retried: int) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if retried:
        console.print(f"{retried} put back in line.")
    console.print(f"{depth['waiting']} waiting, {depth['dead']} dead.")
    if dead:
        table = Table("id", "platform", "error", "tries", "received")
        for one in dead:
            received = one.received_at.isoformat(sep=" ", timespec="seconds")
            table.add_row(str(one.id), one.platform, one.error, str(one.tries), received)
        console.print(table)
        console.print("citewell inbox --retry ID, or --retry-all, puts them back in line.")

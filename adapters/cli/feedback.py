"""`citewell feedback`: what people thought of answers, by passage, for those who keep the guidance."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import App
    from bot.store.shown import Rating


def feedback(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: every rating with its passages.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one rating a line, as JSON.")] = False,
) -> None:
    """Export the ratings of answers, without the people: a table by passage, or every rating as JSON."""
    from adapters.cli.running import run_with_app

    ratings = run_with_app(_read)
    if jsonl:
        sys.stdout.writelines(json.dumps(_as_json(one), ensure_ascii=False) + "\n" for one in ratings)
    elif as_json:
        sys.stdout.write(json.dumps([_as_json(one) for one in ratings], indent=2, ensure_ascii=False) + "\n")
    else:
        _show(ratings)


async def _read(app: App) -> list[Rating]:
    from bot.store.shown import ShownReplies

    return await ShownReplies(await app.database()).ratings()


def _as_json(one: Rating) -> dict[str, object]:
    return {
        "platform": one.platform,
        "kind": one.reply_kind,
        "rating": one.rating,
        "reason": one.reason,
        "given_on": one.given_on.isoformat(),
        "passages": [{"passage": passage, "wording_hash": digest} for passage, digest in one.passages],
    }


def _show(ratings: list[Rating]) -> None:
    """One line a passage, the most criticised first."""
    from rich.console import Console
    from rich.table import Table

    counts: dict[str, dict[str, int]] = {}
    for one in ratings:
        for passage, _ in one.passages:
            row = counts.setdefault(passage, {})
            row[one.rating] = row.get(one.rating, 0) + 1
            if one.reason:
                row[one.reason] = row.get(one.reason, 0) + 1
    table = Table("passage", "up", "down", "reasons")
    for passage, row in sorted(counts.items(), key=lambda item: (-item[1].get("down", 0), item[0])):
        reasons = ", ".join(f"{name} {count}" for name, count in sorted(row.items()) if name not in ("up", "down"))
        table.add_row(passage, str(row.get("up", 0)), str(row.get("down", 0)), reasons)
    console = Console()
    console.print(f"{len(ratings)} ratings.")
    if counts:
        console.print(table)

"""`citewell doctor`: what is configured, what is missing, what to do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.doctor import Check


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check settings, data, model, helplines, library and platforms; exit status 1 when something is broken."""
    import asyncio

    from adapters.serving.configuration import platform_checks
    from bot.app import quiet_libraries
    from bot.doctor import examine
    from bot.settings import load_settings

    quiet_libraries()
    settings = load_settings()
    checks = [*asyncio.run(examine(settings)), *platform_checks(settings)]
    if as_json:
        rows = [{"name": check.name, "state": check.state, "says": check.says} for check in checks]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(checks)
    if any(check.state == "broken" for check in checks):
        raise typer.Exit(1)


def _show(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("check", "state", "")
    for check in checks:
        table.add_row(check.name, check.state, Text(check.says))
    Console().print(table)

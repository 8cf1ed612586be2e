"""`citewell knowledge status`: every topic's state, what is stale, and what of a list of sources is covered."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import App
    from knowledge.schema import LibraryBuild


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
GuidanceDir = Annotated[
    Path | None, typer.Option("--guidance", help="Folder with <language>/<topic>.md files; default: the shipped ones.")
]
SourceList = Annotated[
    Path | None, typer.Option(help="JSONL list of pages or addresses: show which are cited and which are not.")
]


def status(*, as_json: AsJson = False, guidance: GuidanceDir = None, coverage: SourceList = None) -> None:
    """Show the builds, every topic with its review state, the stale ones, and coverage of a list of sources."""
    from datetime import UTC, datetime

    from adapters.cli.running import run_with_app
    from adapters.cli.status_tables import Status, show_status, status_as_json
    from knowledge.coverage import coverage as covered
    from knowledge.coverage import read_list, stale_list
    from knowledge.guidance import GUIDANCE_DIR, load_guidance

    texts = load_guidance(guidance or GUIDANCE_DIR)
    listed = covered(read_list(coverage), texts) if coverage else None
    active, previous, asked = run_with_app(_from_database)
    today = datetime.now(UTC).date()
    state = Status(
        texts=texts,
        active=active,
        previous=previous,
        asked=asked,
        stale=stale_list(texts, asked, today),
        listed=listed,
        today=today,
    )
    if as_json:
        sys.stdout.write(json.dumps(status_as_json(state), indent=2, ensure_ascii=False) + "\n")
    else:
        show_status(state)


async def _from_database(opened: App) -> tuple[LibraryBuild | None, LibraryBuild | None, dict[str, int]]:
    from bot.store.journal_tables import JournalTables
    from knowledge.builds import BuildRegistry

    database = await opened.database()
    registry = BuildRegistry(database.engine)
    return await registry.active(), await registry.previous(), await JournalTables(database).asked()

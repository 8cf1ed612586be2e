"""`citewell backup` and `citewell restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

GuidanceDir = Annotated[
    Path | None, typer.Option("--guidance", help="Guidance folder whose hashes are noted; default: the shipped one.")
]
_SHOWN = 5


def backup(
    file: Annotated[Path, typer.Argument(help="The new backup; a file that exists is not overwritten.")],
    *,
    without_people: Annotated[
        bool, typer.Option("--without-people", help="Leave out every row about people, and the key that finds them.")
    ] = False,
    guidance: GuidanceDir = None,
) -> None:
    """Back up the database, the key, the settings without secrets and the guidance's hashes; the bot may be running."""
    from bot.backup import KEY, back_up
    from bot.settings import load_settings
    from knowledge.guidance import GUIDANCE_DIR

    made = back_up(load_settings(), file, guidance or GUIDANCE_DIR, with_people=not without_people)
    sys.stdout.write(
        f"Backed up to {file}: {', '.join(sorted(made.files))}; {len(made.guidance)} guidance files noted.\n"
    )
    if KEY in made.files:
        sys.stdout.write(f"It holds {KEY} and rows about people: only you can read it, keep it that way (encrypted).\n")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by 'citewell backup'.")],
    *,
    data_dir: Annotated[Path | None, typer.Option(help="A new or empty folder; default: CITEWELL_DATA_DIR.")] = None,
    guidance: GuidanceDir = None,
) -> None:
    """Restore a backup into an empty data folder; hashes are checked first, nothing is ever overwritten."""
    from bot.backup import SETTINGS
    from bot.backup import restore as put_back
    from bot.settings import load_settings
    from knowledge.guidance import GUIDANCE_DIR

    done = put_back(file, data_dir or load_settings().data_dir, guidance or GUIDANCE_DIR)
    made = done.manifest.made_at.strftime("%Y-%m-%d %H:%M")
    lines = [
        f"Restored the backup of {made} UTC into {done.place}.",
        f"Its settings are in {done.place / SETTINGS}; secrets are not in it, set those anew.",
        f"Next, with CITEWELL_DATA_DIR={done.place}: citewell knowledge build",
    ]
    if done.guidance:
        named = ", ".join(done.guidance[:_SHOWN]) + (" …" if len(done.guidance) > _SHOWN else "")
        lines.append(f"{len(done.guidance)} guidance files differ from those backed up: {named}")
    sys.stdout.write("\n".join(lines) + "\n")

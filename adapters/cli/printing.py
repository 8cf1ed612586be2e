"""How the command line prints a reply: for a person, as JSON, or as one line of many."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.model import Reply


def print_reply(reply: Reply, took_ms: float, *, as_json: bool) -> None:
    """Print one reply: as JSON with how long it took (milliseconds), or as text with its sources."""
    if as_json:
        from bot.contract import reply_as_json

        sys.stdout.write(json.dumps(reply_as_json(reply, {"total": took_ms}), ensure_ascii=False, indent=2) + "\n")
        return
    from rich.console import Console

    from adapters.terminal.rendering import show

    show(reply, Console())


def print_line(name: str | int, replies: list[dict[str, Any]]) -> None:
    """Print one line of JSONL, at once: whoever reads along gets each answer when it is there."""
    sys.stdout.write(json.dumps({"id": name, "replies": replies}, ensure_ascii=False) + "\n")
    sys.stdout.flush()

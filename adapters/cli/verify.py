"""`citewell verify`: is this claim true? One claim, or a file of them."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.cli.jsonl import ClaimJob
    from bot.app import App
    from bot.model import Reply


def verify(
    claim: Annotated[str | None, typer.Argument(help="A claim as it goes round, in any wording.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    country: Annotated[str | None, typer.Option(help="Two-letter code or name, for local emergency numbers.")] = None,
    jsonl: Annotated[str | None, typer.Option(help='Judge many: one {"id", "claim"} a line; "-" is stdin.')] = None,
) -> None:
    """Say whether a claim is true, false or misleading, with the source; or that the guidance does not cover it."""
    from adapters.cli.running import run_with_app
    from bot.errors import InputError

    if (claim is None) == (jsonl is None):
        raise InputError('give either a claim or --jsonl FILE; try: citewell verify "the pill makes you infertile"')
    if jsonl is not None:
        from adapters.cli.jsonl import read_claims

        jobs = read_claims(jsonl)
        run_with_app(lambda app: _verify_jobs(app, jobs, country))
        return
    reply, took_ms = run_with_app(lambda app: _verify_one(app, claim or "", country))
    if as_json:
        from bot.contract import reply_as_json

        sys.stdout.write(json.dumps(reply_as_json(reply, {"total": took_ms}), ensure_ascii=False, indent=2) + "\n")
    else:
        from rich.console import Console

        from adapters.terminal.rendering import show

        show(reply, Console())


async def _verify_one(app: App, claim: str, country: str | None) -> tuple[Reply, float]:
    code = app.resolve_country(country) if country else None
    started = time.perf_counter()
    reply = await app.verify(claim, code)
    return reply, (time.perf_counter() - started) * 1000


async def _verify_jobs(app: App, jobs: list[ClaimJob], country: str | None) -> None:
    """Judge every claim and print its line as soon as it is whole."""
    from bot.contract import reply_as_json

    for job in jobs:
        reply, took_ms = await _verify_one(app, job.claim, country)
        line = {"id": job.id, "replies": [reply_as_json(reply, {"total": took_ms})]}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()

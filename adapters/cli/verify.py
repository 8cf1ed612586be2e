"""`citewell verify`: is this claim true? One claim, or a file of them."""

from __future__ import annotations

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
    from adapters.cli.printing import print_reply
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
    print_reply(reply, took_ms, as_json=as_json)


async def _verify_one(app: App, claim: str, country: str | None) -> tuple[Reply, float]:
    code = app.resolve_country(country) if country else None
    return await _timed(app, claim, code)


async def _timed(app: App, claim: str, country: str | None) -> tuple[Reply, float]:
    """The reply and how long it took, in milliseconds."""
    started = time.perf_counter()
    reply = await app.verify(claim, country)
    return reply, (time.perf_counter() - started) * 1000


async def _verify_jobs(app: App, jobs: list[ClaimJob], country: str | None) -> None:
    """Judge every claim and print its line as soon as it is whole."""
    from adapters.cli.printing import print_line
    from bot.contract import reply_as_json

    code = app.resolve_country(country) if country else None
    for job in jobs:
        reply, took_ms = await _timed(app, job.claim, code)
        print_line(job.id, [reply_as_json(reply, {"total": took_ms})])

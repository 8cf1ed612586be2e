"""`citewell ask`: one question, or a file of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.cli.jsonl import Job
    from bot.app import App
    from bot.model import Reply


def ask(
    question: Annotated[str | None, typer.Argument(help="A health question, in your own words.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reply as JSON.")] = False,
    country: Annotated[str | None, typer.Option(help="Two-letter code or name, for local emergency numbers.")] = None,
    jsonl: Annotated[
        str | None, typer.Option(help='Answer many: one {"id", "question"} or {"id", "turns"} a line; "-" is stdin.')
    ] = None,
) -> None:
    """Answer a health question once, with citations."""
    from adapters.cli.printing import print_reply
    from adapters.cli.running import run_with_app
    from bot.errors import InputError

    if (question is None) == (jsonl is None):
        raise InputError('give either a question or --jsonl FILE; try: citewell ask "is chlamydia curable?"')
    if jsonl is not None:
        from adapters.cli.jsonl import read_jobs

        jobs = read_jobs(jsonl)
        run_with_app(lambda app: _answer_jobs(app, jobs, country))
        return
    reply, took_ms = run_with_app(lambda app: _answer_one(app, question or "", country))
    print_reply(reply, took_ms, as_json=as_json)


async def _answer_one(app: App, question: str, country: str | None) -> tuple[Reply, float]:
    code = app.resolve_country(country) if country else None
    started = time.perf_counter()
    reply = await app.answer(question, country=code)
    return reply, (time.perf_counter() - started) * 1000


async def _answer_jobs(app: App, jobs: list[Job], country: str | None) -> None:
    """Answer every job and print its line as soon as it is whole."""
    from adapters.cli.printing import print_line
    from bot.contract import reply_as_json

    code = app.resolve_country(country) if country else None
    for job in jobs:
        replies = []
        for number, turn in enumerate(job.turns):
            started = time.perf_counter()
            reply = await app.answer_any(turn, turns=job.turns[:number], country=code)
            replies.append(reply_as_json(reply, {"total": (time.perf_counter() - started) * 1000}))
        print_line(job.id, replies)

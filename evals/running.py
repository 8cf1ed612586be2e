"""Puts the cases to the subject, some at a time, and keeps every finished one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.errors import BotError, InputError
from evals.errors import EvalsInfrastructure
from evals.recording import Record, record_of

if TYPE_CHECKING:
    from evals.caching import Cache
    from evals.cases import Case
    from evals.observing import Subject

CASE_LIMIT_S = 120.0
"""A case that takes longer stops the run: the model or the machine hangs, and a figure would be a guess."""

Progress = Callable[[int, int], None]
"""Called with (cases done, cases in all)."""


async def run_cases(
    subject: Subject,
    cases: Sequence[Case],
    keys: Sequence[str],
    cache: Cache,
    *,
    concurrency: int,
    progress: Progress,
    limit_s: float = CASE_LIMIT_S,
) -> list[Record]:
    """The records of all cases, in their order; those in the cache are not asked again.

    Raises:
        EvalsInfrastructure: a case could not be asked. What was finished is in the cache, and the next run goes on.
    """
    gate = asyncio.Semaphore(concurrency)
    done = 0

    async def one(case: Case, key: str) -> Record:
        nonlocal done
        record = cache.get(key)
        if record is None:
            async with gate:
                record = await _observed(subject, case, key, limit_s)
            cache.put(record)
        done += 1
        progress(done, len(cases))
        return record

    progress(0, len(cases))
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(case, key)) for case, key in zip(cases, keys, strict=True)]
    except* EvalsInfrastructure as group_error:
        first = group_error.exceptions[0]
        kept = f"{done} of {len(cases)} cases are kept; run it again to go on"
        raise EvalsInfrastructure(f"{first}; {kept}") from None
    return [task.result() for task in tasks]


async def _observed(subject: Subject, case: Case, key: str, limit_s: float) -> Record:
    try:
        async with asyncio.timeout(limit_s):
            return record_of(await subject.observe(case), key)
    except TimeoutError:
        raise EvalsInfrastructure(f"case {case.id}: no reply within {limit_s:g} s") from None
    except InputError as error:
        raise EvalsInfrastructure(f"case {case.id}: {error}") from None
    except Exception as error:
        kind = "" if isinstance(error, BotError) else f"{type(error).__name__}: "
        raise EvalsInfrastructure(f"case {case.id}: {kind}{(str(error).splitlines() or [''])[0]}") from error

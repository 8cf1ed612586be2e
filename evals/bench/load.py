"""Puts questions to a contender from many askers at once, and counts what came of it."""

from __future__ import annotations

import asyncio
import itertools
import resource
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evals.errors import EvalsUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor


class Contender(Protocol):
    """One way to find passages for questions."""

    @property
    def threads(self) -> ThreadPoolExecutor:
        """The event loop's pool while this contender is asked."""
        ...

    async def ask(self, questions: Sequence[str]) -> Sequence[float]:
        """Answer questions that are asked at the same moment. Returns: the seconds after which each had its answer."""
        ...

    @property
    def takes_all(self) -> bool:
        """Whether it wants all questions of a moment at once, as the floor does; others get one by one."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one contender did at one level: latencies and elapsed time in seconds, processor time of the process."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    processor: float = 0.0

    def figures(self) -> dict[str, float]:
        """Percentiles in milliseconds, questions a second, processor seconds for 1 000 questions."""
        p50, p95, p99 = (float(np.percentile(self.latencies, share)) * 1000 for share in (50, 95, 99))
        count = len(self.latencies)
        return {
            "questions": count,
            "p50_ms": p50,
            "p95_ms": p95,
            "p99_ms": p99,
            "per_second": count / self.elapsed,
            "cpu_s_per_1000": 1000 * self.processor / count,
        }


class Questions:
    """Never the same question twice, so that no contender can remember: their words in other capitals each time round.

    The embedding model does not tell capitals apart, so that the work stays the same.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        if not texts:
            raise EvalsUsage("there is no question to ask; check the cases or the folder's queries.jsonl")
        self._stream = self._endless(texts)

    def take(self, count: int) -> list[str]:
        """The next `count` questions."""
        return list(itertools.islice(self._stream, count))

    def _endless(self, texts: Sequence[str]) -> Iterator[str]:
        for turn in itertools.count():
            yield from (in_other_capitals(text, turn) for text in texts)


def in_other_capitals(text: str, turn: int) -> str:
    """The text with those of its words in capitals whose bit is set in `turn`."""
    words = text.split(" ")
    return " ".join(word.upper() if turn >> place & 1 else word for place, word in enumerate(words))


async def put(contender: Contender, questions: Questions, *, askers: int, seconds: float, tally: Tally) -> None:
    """Keep so many askers busy for about `seconds`, each asking again as soon as it has its answer."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(contender.threads)
    started, used = time.perf_counter(), _processor_seconds()
    end = started + seconds

    async def asker(count: int) -> None:
        while True:
            tally.latencies.extend(await contender.ask(questions.take(count)))
            if time.perf_counter() >= end:
                return

    if contender.takes_all:
        await asker(askers)
    else:
        await asyncio.gather(*(asker(1) for _ in range(askers)))
    tally.elapsed += time.perf_counter() - started
    tally.processor += _processor_seconds() - used


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

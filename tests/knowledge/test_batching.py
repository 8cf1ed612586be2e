"""Micro-batching: alone no wait, together one batch, a cancelled asker and an error harm nobody else."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from knowledge.batching import Batcher

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_S = 30


class Gate:
    """Work that can be held up, and that notes each batch it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.opened = threading.Event()
        self.entered = threading.Event()

    def double(self, items: list[int]) -> list[int]:
        self.batches.append(items)
        self.entered.set()
        assert self.opened.wait(LIMIT_S)
        if 13 in items:
            raise ValueError("unlucky")
        return [2 * item for item in items]


def _waiting(batcher: Batcher[int, int], count: int) -> None:
    """Until so many callers stand in line."""
    for _ in range(LIMIT_S * 1000):
        if len(batcher._waiting) >= count:
            return
        threading.Event().wait(0.001)
    pytest.fail("the callers never came")


def _held_up(gate: Gate, batcher: Batcher[int, int], calls: list[list[int]]) -> list[Callable[[], object]]:
    """The first call is let in and held there, the others line up behind it in their order; then the gate opens."""
    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(batcher, calls[0])]
        assert gate.entered.wait(LIMIT_S)
        for number, items in enumerate(calls[1:], 1):
            futures.append(pool.submit(batcher, items))
            _waiting(batcher, number)
        gate.opened.set()
    return [future.result for future in futures]


def test_who_comes_alone_is_served_at_once_in_its_own_thread() -> None:
    threads: list[threading.Thread] = []

    def work(items: list[int]) -> list[int]:
        threads.append(threading.current_thread())
        return items

    batcher = Batcher(work, 8)
    assert list(batcher([1])) == [1]
    assert list(batcher([2, 3])) == [2, 3]
    assert threads == [threading.current_thread()] * 2


def test_who_comes_together_shares_a_batch() -> None:
    gate = Gate()
    results = _held_up(gate, Batcher(gate.double, 8), [[1], [2], [3, 4], [5]])
    assert gate.batches == [[1], [2, 3, 4, 5]]
    assert [list(result()) for result in results] == [[2], [4], [6, 8], [10]]  # type: ignore[call-overload]


def test_a_batch_is_no_larger_than_it_may_be_and_a_call_stays_whole() -> None:
    gate = Gate()
    _held_up(gate, Batcher(gate.double, 3), [[1], [2], [3, 4], [5], [6, 7, 8, 9]])
    assert gate.batches == [[1], [2, 3, 4], [5], [6, 7, 8, 9]]


def test_an_error_reaches_its_own_batch_and_no_other() -> None:
    gate = Gate()
    results = _held_up(gate, Batcher(gate.double, 2), [[1], [13], [2], [3]])
    assert gate.batches == [[1], [13, 2], [3]]
    for result in results[1:3]:
        with pytest.raises(ValueError, match="unlucky"):
            result()
    assert [list(results[number]()) for number in (0, 3)] == [[2], [6]]  # type: ignore[call-overload]


def test_after_an_error_the_next_one_is_served() -> None:
    gate = Gate()
    gate.opened.set()
    batcher = Batcher(gate.double, 2)
    with pytest.raises(ValueError, match="unlucky"):
        batcher([13])
    assert list(batcher([4])) == [8]


async def test_a_cancelled_asker_does_not_break_the_others() -> None:
    gate = Gate()
    batcher = Batcher(gate.double, 8)
    first = asyncio.create_task(asyncio.to_thread(batcher, [1]))
    assert await asyncio.to_thread(gate.entered.wait, LIMIT_S)
    second = asyncio.create_task(asyncio.to_thread(batcher, [2]))
    await asyncio.to_thread(_waiting, batcher, 1)
    third = asyncio.create_task(asyncio.to_thread(batcher, [3]))
    await asyncio.to_thread(_waiting, batcher, 2)
    first.cancel()
    second.cancel()  # its thread is the one that leads the next batch
    gate.opened.set()
    assert list(await third) == [6]
    assert first.cancelled() or (await asyncio.gather(first, return_exceptions=True))[0]
    assert list(await asyncio.to_thread(batcher, [7])) == [14]


def test_many_threads_get_their_own_results() -> None:
    batcher: Batcher[int, int] = Batcher(lambda items: [item * item for item in items], 5)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda number: list(batcher([number, -number])), range(500)))
    assert results == [[number * number] * 2 for number in range(500)]

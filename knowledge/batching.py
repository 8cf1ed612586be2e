"""Micro-batching: callers that come at the same time share one call, and one who comes alone never waits."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects what concurrent threads ask for and does it in batches of at most `most` items.

    There is no timer and no thread of its own. Whoever finds nothing running does the work at once, for itself; whoever
    comes meanwhile waits for the batch that is running, and then the first of those does the work for all of them. So a
    wait is never longer than one batch before one's own takes, and the batch grows with the load by itself.

    Call it from threads (`asyncio.to_thread`), never on an event loop. A task that is cancelled leaves its thread
    behind, which still does its part for the others.
    """

    def __init__(self, work: Callable[[list[Item]], Sequence[Result]], most: int) -> None:
        self._work = work
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Asked[Item, Result]] = deque()
        self._busy = False

    def __call__(self, items: Sequence[Item]) -> Sequence[Result]:
        """One result an item, in their order. The items of one call stay together, however many there are.

        Raises: whatever `work` raises for the batch that these items were in; no other batch is told.
        """
        asked: _Asked[Item, Result] = _Asked(list(items))
        with self._lock:
            self._waiting.append(asked)
            first, self._busy = not self._busy, True
        if not first:
            asked.turn.wait()
        if asked.found is None and asked.error is None:
            self._lead()
        if asked.error is not None:
            raise asked.error
        return [] if asked.found is None else asked.found

    def _lead(self) -> None:
        """Do the work for everybody who waits, as far as one batch holds, then hand over to the next one."""
        with self._lock:
            batch = [self._waiting.popleft()]
            room = self._most - len(batch[0].items)
            while self._waiting and len(self._waiting[0].items) <= room:
                batch.append(self._waiting.popleft())
                room -= len(batch[-1].items)
        try:
            found = self._work([item for asked in batch for item in asked.items])
            at = 0
            for asked in batch:
                asked.found = found[at : at + len(asked.items)]
                at += len(asked.items)
        except BaseException as error:
            for asked in batch:
                asked.error = error
        finally:
            with self._lock:
                self._busy = bool(self._waiting)
                heir = self._waiting[0] if self._waiting else None
            for asked in batch:
                asked.turn.set()
            if heir is not None:
                heir.turn.set()


class _Asked(Generic[Item, Result]):
    """One caller's items; `turn` is set when they are done, or when it is this caller's turn to do the work."""

    __slots__ = ("error", "found", "items", "turn")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.found: Sequence[Result] | None = None
        self.error: BaseException | None = None
        self.turn = threading.Event()

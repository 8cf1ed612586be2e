"""The worker: one conversation at a time in a chat, many chats at once, danger before everything."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from adapters.serving.handling import MAX_TRIES, GaveUp, Handling
from adapters.serving.platform import TryLater, Unreachable

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator

    from adapters.serving.incoming import Incoming
    from adapters.serving.limits import Limits
    from adapters.serving.monitor import Monitor
    from bot.store.inbox import Inbox, Waiting
    from bot.store.locks import Locks

AT_ONCE = 32
"""Letters in hand at the same time; most of that time goes into sending."""
LOOK_EVERY_S = 3.0
MOST_WAITING = 40
"""Messages that may wait in one chat; those beyond are declined with a notice."""
LONGEST_PAUSE_S = 30.0
LONGEST_OUTAGE = timedelta(hours=1)
"""How long after its arrival a letter waits for a platform that does not take its reply; later it is a dead letter."""
_REMEMBERED = 1000

_log = structlog.get_logger("citewell.worker")


class Worker:
    """Takes letters from the inbox to their end. Run `run()` as a task and `stop()` it."""

    def __init__(self, *, inbox: Inbox, handling: Handling, limits: Limits, monitor: Monitor, locks: Locks) -> None:
        self._inbox = inbox
        self._locks = locks
        self._handling = handling
        self._limits = limits
        self._monitor = monitor
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._lines: dict[str, deque[Waiting]] = {}
        self._known: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Handle what was left, then look now and then for letters that the command line put back in line."""
        last = 0
        while not self._stopping.is_set():
            try:
                found = await self._inbox.waiting(self._handling.served, after=last)
                self.enqueue(found)
                last = found[-1].id if len(found) == 1000 else 0
                self._monitor.queue(await self._inbox.depth())
            except SQLAlchemyError as error:
                _log.warning("inbox unreadable", error=type(error).__name__)
            if not last:
                await self._pause(LOOK_EVERY_S)

    def enqueue(self, letters: Iterable[Waiting]) -> None:
        """Put letters in line behind those of the same chat; urgent ones are handled at once."""
        for letter in letters:
            if letter.id in self._known or self._stopping.is_set():
                continue
            self._known.add(letter.id)
            if self.has_answered(letter.platform, letter.key):
                self._start(self._finish(letter))
            elif letter.urgent:
                self._start(self._serve_urgent(letter))
            elif (line := self._lines.get(letter.chat)) is not None:
                line.append(letter)
            else:
                self._lines[letter.chat] = deque([letter])
                self._start(self._serve_chat(letter.chat))

    def has_answered(self, platform: str, key: str) -> bool:
        """Whether an update was answered without the inbox."""
        return (platform, key) in self._answered

    @contextmanager
    def answering(self, platform: str, key: str) -> Iterator[None]:
        """While and after the block, an update counts as answered, unless the block fails."""
        self._answered[platform, key] = None
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        try:
            yield
        except BaseException:
            self._answered.pop((platform, key), None)
            raise

    async def stop(self, grace_s: float) -> None:
        """Finish what is in hand, at most `grace_s` seconds; the rest waits in the inbox for the next start."""
        self._stopping.set()
        waiting = [task for task in self._tasks if task not in self._in_hand]
        for task in waiting:
            task.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def hurry(self, letter: Waiting, incoming: Incoming) -> None:
        """Handle somebody in danger at once. With the words at hand, no database is needed to answer."""
        if letter.id not in self._known:
            self._known.add(letter.id)
            self._start(self._serve_urgent(letter, incoming))

    async def _serve_chat(self, chat: str) -> None:
        line = self._lines[chat]
        try:
            # A chat that another process serves is left to it; what it leaves behind is found at the next look.
            async with self._locks.held(f"chat:{chat}") as ours:
                while ours and line and not self._stopping.is_set():
                    letter = line[0]
                    if await self._is_next(letter):
                        await self._hold(letter, line)
                        await self._see_through(letter)
                    self._known.discard(letter.id)
                    line.popleft()
        finally:
            del self._lines[chat]
            self._known.difference_update(letter.id for letter in line)

    async def _is_next(self, letter: Waiting) -> bool:
        """Whether a letter is still to be handled, once those before it are that another process left behind."""
        if not self._locks.are_shared:
            return True
        try:
            if not await self._inbox.is_waiting(letter.id):
                return False
            for earlier in await self._inbox.before(letter):
                if not earlier.urgent:
                    await self._see_through(earlier)
        except SQLAlchemyError as error:
            _log.warning("inbox unreadable", error=type(error).__name__)
        return True

    async def _serve_urgent(self, letter: Waiting, incoming: Incoming | None = None) -> None:
        async with self._locks.held(f"letter:{letter.id}", if_down=True, pauses=()) as ours:
            if ours:
                await self._answer_urgent(letter, incoming)
        self._known.discard(letter.id)

    async def _answer_urgent(self, letter: Waiting, incoming: Incoming | None) -> None:
        if incoming is not None:
            try:
                await self._handling.handle(letter.id)
            except SQLAlchemyError as error:
                _log.warning("inbox unusable", error=type(error).__name__)
                await self._handling.handle_unwritten(incoming)
                await self._finish(letter)
            except Exception as error:
                _log.warning("urgent letter failed", letter=letter.id, exc_info=error)
                await self._see_through(letter)
        else:
            await self._see_through(letter)

    async def _finish(self, letter: Waiting) -> None:
        """Mark as done what was answered without the inbox, when the database is back."""
        while not self._stopping.is_set():
            try:
                await self._inbox.finish(letter.id)
            except SQLAlchemyError:
                await self._pause(LOOK_EVERY_S)
            else:
                return

    async def _see_through(self, letter: Waiting) -> None:
        """Try a letter until it is handled or dead."""
        failures = 0
        while not self._stopping.is_set():
            async with self._slots:
                pause = await self._attempt(letter, failures)
            if pause is None:
                return
            failures += 1
            await self._pause(pause)

    async def _hold(self, letter: Waiting, line: deque[Waiting]) -> None:
        """Wait until the limits let a letter through; say once that it takes a while."""
        if not self._limits.has_room(letter.person, letter.chat):
            first = self._limits.should_tell(letter.chat)
            if len(line) > MOST_WAITING:
                await self._decline(line)
                if first:
                    await self._handling.tell(letter.id, "too_many")
            elif first:
                await self._handling.tell(letter.id, "slow_down")
        await self._limits.pass_through(letter.person, letter.chat)

    async def _decline(self, line: deque[Waiting]) -> None:
        while len(line) > MOST_WAITING:
            letter = line.pop()
            await self._inbox.finish(letter.id)
            self._known.discard(letter.id)

    async def _attempt(self, letter: Waiting, failures: int) -> float | None:
        """Try a letter once more. Returns: seconds to wait before the next try; None when it is handled or dead."""
        task = asyncio.current_task()
        if task is not None:
            self._in_hand.add(task)
        try:
            self._monitor.waited((datetime.now(UTC) - letter.due_at).total_seconds())
            await self._handling.handle(letter.id)
        except Unreachable:
            await self._finish(letter)
        except GaveUp:
            await self._bury(letter, "GaveUp")
        except TryLater as error:
            return await self._again(letter, error, failures)
        except Exception as error:
            _log.warning("letter failed", letter=letter.id, chat=letter.chat[:12], exc_info=error)
            return await self._again(letter, TryLater(type(error).__name__, counts=True), failures)
        finally:
            if task is not None:
                self._in_hand.discard(task)
        return None

    async def _again(self, letter: Waiting, error: TryLater, failures: int) -> float | None:
        """How long to wait before the next try; None when it was the last.

        What may be the letter's fault is tried `MAX_TRIES` times. An outage of the platform is sat out.
        """
        self._monitor.retried(letter.platform, error.reason)
        now = datetime.now(UTC)
        tries = await self._tries(letter) if error.counts else 0
        if tries >= MAX_TRIES or (not error.counts and now - letter.received_at > LONGEST_OUTAGE):
            await self._bury(letter, error.reason)
            return None
        pause = max(error.after_s, min(2.0 ** min(failures, 10), LONGEST_PAUSE_S))
        try:
            later = now + timedelta(seconds=pause)
            await self._inbox.postpone(letter.id, later, error.reason, counts=error.counts)
        except SQLAlchemyError as unwritable:
            _log.warning("inbox unwritable", error=type(unwritable).__name__)
        return pause

    async def _tries(self, letter: Waiting) -> int:
        try:
            found = await self._inbox.peek(letter.id)
        except SQLAlchemyError:
            return 1
        return found.tries if found else MAX_TRIES

    async def _bury(self, letter: Waiting, reason: str) -> None:
        _log.error("dead letter", letter=letter.id, chat=letter.chat[:12], reason=reason)
        try:
            await self._inbox.bury(letter.id, reason)
            await self._handling.tell(letter.id, "failed")
        except SQLAlchemyError as error:
            _log.warning("inbox unwritable", error=type(error).__name__)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

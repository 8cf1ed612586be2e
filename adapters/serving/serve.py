"""Runs the chat adapters in one process: start, stop, expiry, health."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from adapters.serving.dialogue import Dialogue, Stores
from adapters.serving.handling import Handling
from adapters.serving.intake import Intake
from adapters.serving.limits import Limits
from adapters.serving.monitor import Monitor
from adapters.serving.web import health_application, listening
from adapters.serving.worker import Worker
from adapters.serving.writer_metrics import WriterCollector
from bot.settings import Settings
from bot.store.inbox import Inbox
from bot.store.lessons import LessonsDone
from bot.store.locks import Locks
from bot.store.people import People
from bot.store.shown import ShownReplies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.serving.platform import Adapter
    from bot.app import App

GRACE_S = 4.0
"""For what is in hand at SIGTERM; with closing everything a stop stays below 10 seconds."""
LAST_RESORT_S = 7.5
EXPIRE_EVERY_S = 600.0

_log = structlog.get_logger("citewell.serve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an adapter stands on."""

    settings: Settings
    intake: Intake
    monitor: Monitor
    shown: ShownReplies


MakeAdapter = "Callable[[Ground], Adapter]"


async def serve(app: App, makers: Mapping[str, Callable[[Ground], Adapter]]) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        SettingsError: a platform refuses its token, or an address cannot be listened on.
        StoreError: the database cannot be opened.
    """
    stop = asyncio.Event()
    _on_signals(stop)
    database = await app.database()
    inbox, people, monitor = Inbox(database), People(database), Monitor()
    monitor.registry.register(WriterCollector(app.tally))
    memory, shown, lessons = await app.conversations(), ShownReplies(database), LessonsDone(database)
    stores = Stores(people=people, memory=memory, shown=shown, lessons=lessons)
    adapters: dict[str, Adapter] = {}
    dialogue = Dialogue(app, stores, monitor)
    handling = Handling(inbox=inbox, dialogue=dialogue, platforms=adapters, monitor=monitor)
    locks = Locks(database)
    worker = Worker(inbox=inbox, handling=handling, limits=Limits(app.settings), monitor=monitor, locks=locks)
    intake = Intake(app=app, inbox=inbox, handling=handling, worker=worker, identity=await app.identity())
    ground = Ground(settings=app.settings, intake=intake, monitor=monitor, shown=stores.shown)
    async with AsyncExitStack() as exits:
        exits.push_async_callback(locks.close)
        if app.settings.http_listen:
            health = listening(health_application(monitor), app.settings.http_listen, "CITEWELL_HTTP_LISTEN")
            await exits.enter_async_context(health)
        for name, make in makers.items():
            monitor.expect(name)
            adapters[name] = make(ground)
            exits.push_async_callback(adapters[name].close)
        _log.info("serving", platforms=sorted(adapters))
        running = [asyncio.create_task(adapter.run()) for adapter in adapters.values()]
        beside = [asyncio.create_task(work) for work in (worker.run(), _expire(inbox, people), _warm_up(app, monitor))]
        try:
            await _until_stopped(stop, running)
        finally:
            await _cancel(running)
            await worker.stop(GRACE_S)
            await _cancel(beside)
    _log.info("stopped")


async def _until_stopped(stop: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for a signal. Raises: what an adapter died of."""
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopping, *running}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done - {stopping}:
        task.result()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stopping() -> None:
        stop.set()
        # A thread that cannot be interrupted (loading a model, say) must not hold up the end: the inbox has it all.
        last_resort = threading.Timer(LAST_RESORT_S, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no loop signals; Ctrl-C still stops there
            loop.add_signal_handler(number, stopping)


async def _expire(inbox: Inbox, people: People) -> None:
    """Delete what is past its time, now and every ten minutes."""
    while True:
        try:
            await inbox.expire()
            await people.expire()
        except Exception as error:
            _log.warning("nothing could be expired", error=type(error).__name__)
        await asyncio.sleep(EXPIRE_EVERY_S)


async def _warm_up(app: App, monitor: Monitor) -> None:
    """Open the library (or build it) before the first question needs it, and note which one answers."""
    await asyncio.sleep(1.0)  # somebody in danger may be waiting, and loading a model takes all there is
    while True:
        try:
            await app.warm()
            library = await app.current()
            monitor.library(library.fingerprint, len(library.passages))
        except Exception as error:
            _log.warning("the library cannot be opened", error=type(error).__name__)
        await asyncio.sleep(15.0)

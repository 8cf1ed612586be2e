"""What every command that answers shares: the app opened from the settings, with a build shown on standard error."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from bot.app import App, Stages

Result = TypeVar("Result")


def run_with_app(work: Callable[[App], Awaitable[Result]]) -> Result:
    """Open the app, run `work` with it, and close it.

    Raises:
        SettingsError, BotError, KnowledgeError: whatever the work raises.
    """
    from bot.app import App, quiet_libraries
    from bot.settings import load_settings
    from bot.threads import answer_in_threads

    quiet_libraries()
    if not logging.getLogger().handlers:  # no logs were set up: whoever asks wants the answer alone
        logging.getLogger("bot.second_look").setLevel(logging.ERROR)
    settings = load_settings()

    async def _run() -> Result:
        answer_in_threads()
        with build_stages() as stages:
            async with App(settings, stages) as app:
                return await work(app)

    return asyncio.run(_run())


@contextmanager
def build_stages() -> Iterator[Stages]:
    """A progress bar on standard error that appears only when a build starts."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.app import Stages

    console = Console(stderr=True)
    columns = (TextColumn("Building the library"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=False, disable=not console.is_terminal) as bar:
        task = bar.add_task("build", total=None, visible=False)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)
            if not console.is_terminal and (done == total or done == 0):
                console.print(f"Building the library: {done} of {total} texts embedded")

        yield Stages(announce=lambda sentence: console.print(sentence, markup=False), progress=progress)

"""Opens the product for measuring, as the command line does, with its breaks told apart from failing gates."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.app import Stages, quiet_libraries
from bot.errors import BotError, InputError, SettingsError
from bot.settings import load_settings
from bot.support import ParaphraseSupport
from evals.errors import EvalsInfrastructure
from evals.facts import MeaningFinder
from evals.observing import Product
from evals.watching import WatchedApp
from knowledge.embedding import SentenceEmbeddings
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from evals.running import Progress

Result = TypeVar("Result")


def with_app(work: Callable[[WatchedApp], Awaitable[Result]]) -> Result:
    """Open the app from the settings, run `work`, close it.

    Raises:
        EvalsInfrastructure: the library, the model or the database is not to be had.
        SettingsError, InputError: wrong settings or input.
    """
    quiet_libraries()
    settings = load_settings()

    async def run() -> Result:
        stages = Stages(announce=say, progress=_quarters("Building the library"))
        async with WatchedApp(settings, stages) as app:
            return await work(app)

    try:
        return asyncio.run(run())
    except (SettingsError, InputError):
        raise
    except (BotError, KnowledgeError) as error:
        raise EvalsInfrastructure(str(error)) from error


async def product_of(app: WatchedApp) -> tuple[Product, str]:
    """The product with its active library and a warm model, and that library's fingerprint."""
    library = await app.current()
    await asyncio.to_thread(library.search, "warm up", 1)
    workshop = await app.workshop()
    return Product(app, MeaningFinder(workshop.embeddings)), library.fingerprint


def say(sentence: str) -> None:
    """One line to the person, on standard error."""
    sys.stderr.write(sentence + "\n")


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Progress]:
    """A progress bar on standard error; where that is no terminal, a line at every quarter."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _quarters(what, unit)
        return
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _quarters(what: str, unit: str = "texts") -> Progress:
    told: set[int] = set()

    def progress(done: int, total: int) -> None:
        quarter = 4 * done // max(total, 1)
        if quarter not in told:
            told.add(quarter)
            say(f"{what}: {done} of {total} {unit}")

    return progress


def embeddings() -> SentenceEmbeddings:
    """The embedding model as the product encodes with it (bot.workshop). Raises: SettingsError."""
    quiet_libraries()
    settings = load_settings()
    return SentenceEmbeddings(settings.embedding_model, settings.data_dir / "encoder")


def support_checker() -> ParaphraseSupport:
    """The product's own checker for sentences in other words. Raises: SettingsError."""
    return ParaphraseSupport(embeddings())

"""Opens the product for measuring, as the command line does, with its breaks told apart from failing gates."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from bot.app import Stages, quiet_libraries
from bot.errors import BotError, InputError, SettingsError
from bot.settings import Settings, load_settings
from bot.support.opening import open_support
from evals.errors import EvalsInfrastructure, EvalsUsage
from evals.facts import MeaningFinder
from evals.observing import Product
from evals.running import CASE_LIMIT_S
from evals.usage import usage_of
from evals.versions import EXTRACTIVE
from evals.watching import WatchedApp
from knowledge.build import fingerprint
from knowledge.embedding import SentenceEmbeddings
from knowledge.errors import GuidanceError, KnowledgeError
from knowledge.foreign import load_foreign
from knowledge.guidance import GUIDANCE_DIR, load_guidance
from knowledge.passages import passages_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from bot.app import App
    from bot.support.model import SupportChecker
    from evals.running import Progress

Result = TypeVar("Result")
_PROBE = "What is chlamydia?"
"""A question that the shipped guidance covers."""


def settings_for(writer: str) -> Settings:
    """The settings, with the model that is to write; without one for the extractive writer, whatever is set.

    Raises:
        SettingsError: wrong settings.
        EvalsUsage: no such writer.
    """
    settings = load_settings()
    if writer == EXTRACTIVE:
        return settings.model_copy(update={"model": None})
    try:
        return Settings.model_validate({**settings.model_dump(), "model": writer})
    except ValidationError:
        message = f"no writer {writer!r}; it is 'extractive' or a model as in CITEWELL_MODEL, provider:model"
        raise EvalsUsage(message) from None


async def check_writer(app: App, limit_s: float = CASE_LIMIT_S) -> None:
    """Ask once, when a model is to write: a model that is down falls back to the extractive writer without a word.

    Raises:
        EvalsInfrastructure: the reply came without the model, or not at all.
    """
    model = app.settings.model
    if model is None:
        return
    try:
        async with asyncio.timeout(limit_s):
            reply = await app.answer(_PROBE)
    except TimeoutError:
        raise EvalsInfrastructure(f"the model {model} does not reply within {limit_s:g} s") from None
    if usage_of(reply) is None:
        message = f"the model {model} had no hand in the reply to a first question"
        raise EvalsInfrastructure(f"{message}; check that it runs ('citewell doctor'), else another writer is measured")


def with_app(settings: Settings, work: Callable[[WatchedApp], Awaitable[Result]]) -> Result:
    """Open the app with these settings, run `work`, close it.

    Raises:
        EvalsInfrastructure: the library, the model or the database is not to be had.
        SettingsError, InputError: wrong settings or input.
    """
    quiet_libraries()

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


async def warnings_of(app: WatchedApp, active: str, folder: Path = GUIDANCE_DIR) -> list[str]:
    """What a reader of the run should know: a run measures the active build, not texts that were changed since.

    It builds nothing itself, because a running bot would answer from that build at once.
    """
    identity = (await app.workshop()).embeddings.identity
    try:
        now = await asyncio.to_thread(lambda: fingerprint(passages_of(load_guidance(folder)), load_foreign(), identity))
    except GuidanceError as error:
        return [f"the guidance files do not read, the active build {active[:12]} is measured ({error})"]
    if now == active:
        return []
    told = f"the guidance files have changed since the active build {active[:12]}, which is measured"
    return [f"{told}; 'citewell knowledge build' takes them in"]


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


def support_checker() -> SupportChecker:
    """The product's own checker for sentences in other words (`bot.support`). Raises: SettingsError."""
    return open_support(load_settings(), embeddings())

"""Looks at every part of an installation and says what is configured, what is missing and what to do."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.app import App
from bot.errors import BotError, SecondLookOff, StoreError
from bot.settings import PREFIX, Settings
from knowledge.errors import KnowledgeError, LibraryMissing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

State = Literal["ok", "missing", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding: `missing` is something to do, `broken` something to mend."""

    name: str
    state: State
    says: str


async def examine(settings: Settings) -> list[Check]:
    """Run every check; one that fails says so and does not stop the others."""
    async with App(settings) as app:
        probes: dict[str, Callable[[App], Awaitable[str]]] = {
            "settings": _settings,
            "data folder": _data_folder,
            "database": _database,
            "embedding model": _model,
            "second look": _second_look,
            "helplines": _helplines,
            "library": _library,
            "writer": _writer,
            "other languages": _crossing,
        }
        return [await _check(name, probe, app) for name, probe in probes.items()]


async def _check(name: str, probe: Callable[[App], Awaitable[str]], app: App) -> Check:
    try:
        return Check(name=name, state="ok", says=await probe(app))
    except (LibraryMissing, SecondLookOff) as error:
        return Check(name=name, state="missing", says=str(error))
    except (BotError, KnowledgeError) as error:
        return Check(name=name, state="broken", says=str(error))


async def _settings(app: App) -> str:
    names = sorted(PREFIX + name.upper() for name in app.settings.model_fields_set)
    return f"set: {', '.join(names)}" if names else "all at their defaults (.env.example explains each)"


async def _data_folder(app: App) -> str:
    folder = app.settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ({error.strerror}); set CITEWELL_DATA_DIR") from None
    if not os.access(folder, os.W_OK):
        raise StoreError(f"{folder} is not writable; change its permissions or set CITEWELL_DATA_DIR")
    return str(folder)


async def _database(app: App) -> str:
    return (await app.database()).engine.url.render_as_string(hide_password=True)


async def _model(app: App) -> str:
    from knowledge.embedding import DEFAULT_MODEL, check_weights, packaged_model

    if app.settings.embedding_model != DEFAULT_MODEL:
        return f"{app.settings.embedding_model} (its weights are not pinned)"
    await asyncio.to_thread(check_weights, packaged_model())
    return f"{DEFAULT_MODEL}, packaged, weights as pinned"


async def _second_look(app: App) -> str:
    """Whether messages in which no rule finds danger are compared with the exemplars, and why not."""
    try:
        await app.second_look.ready()
    except Exception as error:
        raise SecondLookOff(
            f"off, so the rules decide alone which messages are urgent ({error}); "
            "unset CITEWELL_EMBEDDING_MODEL or reinstall CiteWell"
        ) from None
    return "on: English messages in which no rule finds danger are compared with examples of danger"


async def _helplines(app: App) -> str:
    return f"{len(app.helplines.countries)} countries"


async def _writer(app: App) -> str:
    """Opens the model and asks it nothing: a doctor spends no budget."""
    writer = await asyncio.to_thread(app.open_writer)
    if writer is None:
        return "extractive: vetted sentences word for word; CITEWELL_MODEL adds a model (docs/writer.md)"
    return f"{app.settings.model}; every sentence is verified, the vetted ones stand in for what fails"


async def _crossing(app: App) -> str:
    crossing = await asyncio.to_thread(app.open_crossing)
    return "looked up as they are" if crossing is None else "the English question behind them is looked up"


async def _library(app: App) -> str:
    """Looks only: a question rebuilds a damaged library, a doctor tells of it."""
    workshop = await app.workshop()
    build = await workshop.registry.active()
    if build is None:
        raise LibraryMissing("not built yet; run 'citewell knowledge build'")
    library = await asyncio.to_thread(workshop.shelf.open_build, build)
    return f"build {build.fingerprint[:12]}: {build.topics} topics, {len(library.passages)} passages"

"""The library's workshop: registry, vector store, embedding model, builder, and the shelf with the active build."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.shelf import Shelf
from bot.store.locks import Locks
from knowledge.build import Builder, BuildReport
from knowledge.builds import BuildRegistry
from knowledge.embedding import SentenceEmbeddings
from knowledge.errors import BuildRunning
from knowledge.guidance import GUIDANCE_DIR
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import Stages
    from bot.settings import Settings
    from bot.store.database import Database
    from knowledge.library import Library
    from knowledge.schema import LibraryBuild


def open_embeddings(settings: Settings) -> SentenceEmbeddings:
    """The embedding model of these settings; loaded at the first text."""
    return SentenceEmbeddings(settings.embedding_model, settings.data_dir / "encoder")


class Workshop:
    """Everything that building and opening a library takes, for one set of settings."""

    def __init__(
        self, settings: Settings, database: Database, stages: Stages, embeddings: SentenceEmbeddings | None = None
    ) -> None:
        self.embeddings = embeddings or open_embeddings(settings)
        self.store = VectorStore(settings.data_dir / "chroma", settings.chroma_url)
        self.registry = BuildRegistry(database.engine)
        self._locks = Locks(database)
        self.shelf = Shelf(registry=self.registry, store=self.store, embeddings=self.embeddings, rebuild=self._rebuild)
        self._lock = settings.data_dir / "build.lock"
        self._stages = stages

    async def build(self, guidance: Path = GUIDANCE_DIR) -> BuildReport:
        """Build the library from a guidance folder (see `Builder.build` for what it raises).

        Cancelling stops at the next batch, with the library in use untouched.
        """
        try:
            async with self._locks.held("library build", if_down=True, pauses=()) as ours:
                if not ours:  # the file lock knows only of builders on this machine
                    raise BuildRunning("another machine is building the library; wait for it to finish")
                return await self._build(guidance)
        finally:
            await self._locks.close()

    async def _build(self, guidance: Path) -> BuildReport:
        builder = self.builder(guidance)
        work = asyncio.ensure_future(builder.build(datetime.now(UTC).date(), self._stages.progress))
        try:
            report = await asyncio.shield(work)
        except asyncio.CancelledError:
            builder.stop.set()
            await asyncio.gather(work, return_exceptions=True)
            raise
        await asyncio.to_thread(self.embeddings.make_twin)
        return report

    def builder(self, guidance: Path = GUIDANCE_DIR) -> Builder:
        """A builder for a guidance folder."""
        return Builder(
            guidance=guidance, store=self.store, registry=self.registry, embeddings=self.embeddings, lock=self._lock
        )

    async def library(self) -> Library:
        """The active library, with the embedding model loaded beside it: each takes seconds at a start.

        Raises: KnowledgeError when it can be neither opened nor built.
        """
        loading = asyncio.create_task(asyncio.to_thread(self.embeddings.load))
        try:
            library = await self.shelf.current()
        finally:
            await asyncio.gather(loading, return_exceptions=True)
        loading.result()
        return library

    def close(self) -> None:
        """Let go of the vector store's files."""
        self.store.close()

    async def _rebuild(self, why: str) -> LibraryBuild:
        self._stages.announce(why)
        return (await self.build()).build

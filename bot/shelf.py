"""Keeps the active library open, picks up a new build without a restart, and rebuilds a missing or damaged one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from knowledge.errors import LibraryDamaged
from knowledge.library import Library
from knowledge.schema import LibraryBuild

if TYPE_CHECKING:
    from knowledge.builds import BuildRegistry
    from knowledge.embedding import SentenceEmbeddings
    from knowledge.vectors import VectorStore

LOOK_EVERY_S = 2.0
"""How often the pointer is looked at; a new build answers at most this much later."""

Rebuild = Callable[[str], Awaitable[LibraryBuild]]
"""Builds the library anew; is told why, in words for a person."""


class Shelf:
    """The library that answers now (a `LibrarySource`)."""

    def __init__(
        self, *, registry: BuildRegistry, store: VectorStore, embeddings: SentenceEmbeddings, rebuild: Rebuild
    ) -> None:
        self._registry = registry
        self._store = store
        self._embeddings = embeddings
        self._rebuild = rebuild
        self._open: Library | None = None
        self._looked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def current(self) -> Library:
        """The active library, opened, re-opened or built as needed.

        Raises:
            KnowledgeError: it can be neither opened nor built.
        """
        if self._open is not None and time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return self._open
        async with self._lock:
            self._open = await self._look()
            self._looked_at = time.monotonic()
            return self._open

    @property
    def opened(self) -> Library | None:
        """The library that is open now."""
        return self._open

    async def let_go(self, damaged: Library | None) -> None:
        """Close a library that cannot be read any more, once: the next question opens it or builds it anew."""
        async with self._lock:
            if self._open is damaged:
                self._open = None
                self._store.close()

    async def _look(self) -> Library:
        build = await self._registry.active()
        if build is None:
            build = await self._rebuild("The library has not been built yet; building it now.")
        elif self._open is not None and self._open.fingerprint == build.fingerprint:
            return self._open
        try:
            return await asyncio.to_thread(self.open_build, build)
        except LibraryDamaged as damage:
            reason = str(damage).split("; run ")[0]
            build = await self._rebuild(f"The library is damaged ({reason}); rebuilding it now.")
            return await asyncio.to_thread(self.open_build, build)

    def open_build(self, build: LibraryBuild) -> Library:
        """Open a build for reading. Raises: LibraryDamaged."""
        return Library(build.fingerprint, self._store.read(build.collection), self._embeddings)

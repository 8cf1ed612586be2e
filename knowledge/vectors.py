"""The vector store: Chroma collections, one immutable family of them a build (why: docs/decisions/0003)."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.batching import Batcher
from knowledge.errors import LibraryDamaged, LibraryError
from knowledge.passages import FIELDS, FOREIGN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

COSINE: Any = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 200}}
"""Chroma's default space is L2; ef_search above the number of results asked for, or the graph returns fewer."""
TOGETHER = 16
"""Vectors looked for in one query: from there on each costs the same, about half of one alone."""
Near = tuple[str, float]
"""An id and its cosine similarity to what was looked for."""
PAGE = 2000
"""Ids asked for at one time: SQLite binds a bounded number of variables."""


class VectorStore:
    """Opens, fills, reads and drops builds; embedded in a folder, or on a server when `url` is set.

    A build is a family of collections, one for each indexed field: filtering by metadata slows a query down with the
    size of the collection, choosing a collection does not.

    Chroma's errors leave here as `LibraryDamaged` or `LibraryError`. Its Rust core reports some damage as a panic,
    which is no `Exception`; that is caught too.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self._folder = folder
        self._url = url
        self._open: ClientAPI | None = None

    def names(self) -> set[str]:
        """The names of every build. Raises: LibraryDamaged."""
        with _translated("list the library's builds"):
            return {collection.name.partition(".")[0] for collection in self._client().list_collections()}

    def create(self, name: str) -> BuildWriter:
        """Create a build's collections, or go on with those that an interrupted build left behind."""
        with _translated(f"create the build {name}"):
            client = self._client()
            collections = {
                field: client.get_or_create_collection(f"{name}.{field}", configuration=COSINE, embedding_function=None)
                for field in (*FIELDS, FOREIGN)
            }
            return BuildWriter(collections, client.get_max_batch_size())

    def read(self, name: str) -> BuildReader:
        """Open a finished build. Raises: LibraryDamaged when it is absent or unreadable."""
        with _translated(f"open the build {name}"):
            client = self._client()
            return BuildReader(
                {f: client.get_collection(f"{name}.{f}", embedding_function=None) for f in (*FIELDS, FOREIGN)}
            )

    def drop(self, name: str) -> None:
        """Delete a build; an absent one is no error."""
        with _translated(f"drop the build {name}"):
            for collection in self._client().list_collections():
                if collection.name.partition(".")[0] == name:
                    self._client().delete_collection(collection.name)

    def discard(self, name: str) -> None:
        """Remove a damaged build; where not even that works, the whole embedded store (a server is left alone)."""
        try:
            self.drop(name)
        except LibraryDamaged:
            if self._url is not None:
                raise
            self.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the store's files."""
        if self._open is not None:
            from chromadb.api.shared_system_client import SharedSystemClient

            SharedSystemClient.clear_system_cache()
            self._open = None

    def _client(self) -> ClientAPI:
        if self._open is None:
            import chromadb  # heavy: a second to import
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            if self._url:
                parts = urlsplit(self._url)
                self._open = chromadb.HttpClient(
                    host=parts.hostname or "127.0.0.1",
                    port=parts.port or (443 if parts.scheme == "https" else 8000),
                    ssl=parts.scheme == "https",
                    settings=settings,
                )
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._open = chromadb.PersistentClient(path=str(self._folder), settings=settings)
        return self._open


class BuildWriter:
    """Adds vectors to a build that no reader knows yet."""

    def __init__(self, collections: dict[str, Collection], batch: int) -> None:
        self._collections = collections
        self._batch = batch

    def held(self, field: str, ids: Sequence[str]) -> set[str]:
        """Those of these ids that are there already, from an interrupted build."""
        found: set[str] = set()
        with _translated("read the unfinished build"):
            for start in range(0, len(ids), PAGE):
                found.update(self._collections[field].get(ids=list(ids[start : start + PAGE]), include=[])["ids"])
        return found

    def add(self, field: str, ids: Sequence[str], vectors: NDArray[np.float32], documents: Sequence[str]) -> None:
        """Store vectors of shape (len(ids), dimension) in a field, with a document each."""
        with _translated("write the build"):
            for start in range(0, len(ids), self._batch):
                end = start + self._batch
                self._collections[field].upsert(
                    ids=list(ids[start:end]), embeddings=vectors[start:end], documents=list(documents[start:end])
                )


class BuildReader:
    """Reads a finished build. Thread-safe; what several threads look for at the same time is one query a field."""

    def __init__(self, collections: dict[str, Collection]) -> None:
        self._collections = collections
        self._batchers = {field: Batcher(partial(self._query, field), TOGETHER) for field in collections}
        self._sizes: dict[str, int] = {}

    def count(self) -> int:
        """How many vectors the passages' fields hold, manifest pages included."""
        return sum(self._size(field) for field in FIELDS)

    def everything(self, field: str) -> tuple[list[str], NDArray[np.float32]]:
        """All of a small field: its ids, and their vectors of shape (ids, dimension)."""
        with _translated("read the library's vectors"):
            rows: Any = self._collections[field].get(include=["embeddings"])
            return list(rows["ids"]), np.asarray(rows["embeddings"], dtype=np.float32)

    def document(self, field: str, key: str) -> str | None:
        """The document of one id, or None."""
        with _translated("read the library's passages"):
            rows = self._collections[field].get(ids=[key], include=["documents"])
            return rows["documents"][0] if rows["documents"] else None

    def vectors(self, field: str, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those of these ids that exist in a field."""
        found: dict[str, NDArray[np.float32]] = {}
        with _translated("read the library's vectors"):
            for start in range(0, len(ids), PAGE):
                rows: Any = self._collections[field].get(ids=list(ids[start : start + PAGE]), include=["embeddings"])
                found.update(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))
        return found

    def nearest(self, field: str, vectors: NDArray[np.float32], count: int) -> list[list[Near]]:
        """For each vector (shape (n, dimension)) the nearest ids with their cosine similarity (-1 to 1), best first."""
        return list(self._batchers[field]([(vector, count) for vector in vectors]))

    def _query(self, field: str, asked: list[tuple[NDArray[np.float32], int]]) -> list[list[Near]]:
        most = min(max(count for _, count in asked), self._size(field))
        if not most:
            return [[] for _ in asked]
        with _translated("search the library"):
            rows: Any = self._collections[field].query(
                query_embeddings=np.stack([vector for vector, _ in asked]), n_results=most, include=["distances"]
            )
        return [
            [(key, 1.0 - float(far)) for key, far in zip(ids[:count], distances[:count], strict=True)]
            for (_, count), ids, distances in zip(asked, rows["ids"], rows["distances"], strict=True)
        ]

    def _size(self, field: str) -> int:
        """How many vectors a field holds; asked once: counting costs as much as a search."""
        if field not in self._sizes:
            with _translated("count the build"):
                self._sizes[field] = self._collections[field].count()
        return self._sizes[field]


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, LibraryError):
        raise
    except BaseException as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
        if "chroma server" in reason.lower() or type(error).__module__.startswith("httpx"):
            message = f"cannot {doing} ({reason}); check that the Chroma server at CITEWELL_CHROMA_URL is up"
            raise LibraryError(message) from error
        if isinstance(error, OSError) or "readonly" in reason or "read-only" in reason.lower():
            raise LibraryError(f"cannot {doing} ({reason}); check that CITEWELL_DATA_DIR is writable") from error
        raise LibraryDamaged(f"cannot {doing} ({reason}); run 'citewell knowledge build'") from error

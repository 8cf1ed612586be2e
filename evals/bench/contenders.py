"""Who is compared: the floor, a plain LangChain + Chroma chain, CiteWell's retrieval and CiteWell's whole answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from knowledge.embedding import packaged_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import ThreadPoolExecutor  # noqa: TC004 (as the next three: ruff takes a field for use)

    from chromadb.api.models.Collection import Collection  # noqa: TC004
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from bot.app import App  # noqa: TC004
    from knowledge.library import Library  # noqa: TC004

RESULTS = 10
"""Passages that each of them returns."""
LARGEST_BATCH = 64


def load_bare_model() -> Any:
    """all-MiniLM-L6-v2 by sentence-transformers alone, as its documentation shows it."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(packaged_model()), device="cpu")


@dataclass(slots=True, kw_only=True)
class Floor:
    """Nothing but the work: one encoding and one Chroma query for all questions of a moment, up to 64 at a time."""

    model: Any
    collection: Collection
    threads: ThreadPoolExecutor
    takes_all: bool = True

    async def ask(self, questions: Sequence[str]) -> list[float]:
        """See `Contender`; it holds up the event loop, on which nothing else runs."""
        started = time.perf_counter()
        seconds: list[float] = []
        for at in range(0, len(questions), LARGEST_BATCH):
            batch = list(questions[at : at + LARGEST_BATCH])
            vectors = self.model.encode(batch, normalize_embeddings=True, show_progress_bar=False)
            self.collection.query(query_embeddings=np.asarray(vectors), n_results=RESULTS)
            seconds += [time.perf_counter() - started] * len(batch)
        return seconds


class PlainEmbeddings(Embeddings):
    """What langchain-huggingface does: one text, one call of the model, a list of floats."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """See LangChain."""
        found: list[list[float]] = self._model.encode(texts, show_progress_bar=False).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """See LangChain."""
        return self.embed_documents([text])[0]


class PlainRetriever(BaseRetriever):
    """What langchain-chroma does: embed the question, query the collection, make documents of what comes back."""

    embeddings: Any
    collection: Any

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.collection.query(
            query_embeddings=[self.embeddings.embed_query(query)],
            n_results=RESULTS,
            include=["metadatas", "documents", "distances"],
        )
        rows = zip(found["documents"][0], found["metadatas"][0], strict=True)
        return [Document(page_content=text, metadata=dict(about or {})) for text, about in rows]


@dataclass(slots=True, kw_only=True)
class Plain:
    """A LangChain retriever asked by `ainvoke`, as a chain in a chat bot asks it."""

    retriever: BaseRetriever
    threads: ThreadPoolExecutor
    takes_all: bool = False

    @classmethod
    def over(cls, model: Any, collection: Collection, threads: ThreadPoolExecutor) -> Plain:
        """The chain over a collection."""
        embeddings = PlainEmbeddings(model)
        return cls(retriever=PlainRetriever(embeddings=embeddings, collection=collection), threads=threads)

    async def ask(self, questions: Sequence[str]) -> list[float]:
        """See `Contender`."""
        started = time.perf_counter()
        for question in questions:
            await self.retriever.ainvoke(question)
        return [time.perf_counter() - started]


@dataclass(slots=True, kw_only=True)
class Retrieval:
    """CiteWell's hybrid search, from a thread, as the answer path calls it."""

    library: Library
    threads: ThreadPoolExecutor
    takes_all: bool = False

    async def ask(self, questions: Sequence[str]) -> list[float]:
        """See `Contender`."""
        started = time.perf_counter()
        for question in questions:
            await asyncio.to_thread(self.library.search, question, RESULTS)
        return [time.perf_counter() - started]


@dataclass(slots=True, kw_only=True)
class Answering:
    """CiteWell's whole answer: triage, the second look, retrieval, composing and grounding."""

    app: App
    threads: ThreadPoolExecutor
    takes_all: bool = False

    async def ask(self, questions: Sequence[str]) -> list[float]:
        """See `Contender`."""
        started = time.perf_counter()
        for question in questions:
            await self.app.answer_any(question)
        return [time.perf_counter() - started]

"""Passages of any number with their vectors, and the collections that the contenders search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.beir import read_dataset
from knowledge.library import MANIFEST_FIELD, Library, manifest_pages
from knowledge.model import Passage, Source, SourcedSentence, content_hash
from knowledge.passages import FOREIGN, indexed_texts
from knowledge.vectors import COSINE, PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

    from evals.running import Progress
    from evals.vectors import Encoder, KeptVectors
    from knowledge.embedding import SentenceEmbeddings
    from knowledge.passages import IndexedText
    from knowledge.vectors import BuildReader, VectorStore

NOISE = 0.02
"""Standard deviation of what is added to each component of a copied vector; the copy's cosine with it is about 0.93."""

Vectors = dict[str, "NDArray[np.float32]"]
"""A text's vector, by the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Real passages, and a vector for each text that is indexed for them."""

    passages: list[Passage]
    vectors: Vectors
    questions: list[str]


def corpus_of(
    passages: Sequence[Passage], reader: BuildReader, embeddings: SentenceEmbeddings, questions: list[str]
) -> Corpus:
    """The passages of a build; their vectors are read from it, the few that it does not hold are encoded."""
    vectors: Vectors = {}
    by_field: dict[str, list[IndexedText]] = {}
    for text in indexed_texts(passages):
        by_field.setdefault(text.field, []).append(text)
    for field, texts in by_field.items():
        held = reader.vectors(field, [text.id for text in texts])
        vectors |= {text.text: held[text.id] for text in texts if text.id in held}
    absent = sorted({text for passage in passages for text in _texts(passage)} - vectors.keys())
    if absent:
        vectors |= dict(zip(absent, embeddings.encode(absent), strict=True))
    return Corpus(passages=list(passages), vectors=vectors, questions=questions)


def corpus_from_beir(folder: Path, encoder: Encoder, kept: KeptVectors, today: date, progress: Progress) -> Corpus:
    """The documents of a folder in BEIR's layout as passages: the title heads it, the text is its one sentence.

    Raises: EvalsUsage when the folder cannot be read.
    """
    dataset = read_dataset(folder, "test")
    source = Source(id="beir", title=dataset.name, publisher="BEIR", url="", published=None, accessed=today, licence="")
    passages = [
        Passage(
            id=f"en:{name}",
            text=text,
            section=title.strip() or text[:80],
            guidance_id=name,
            guidance_title=title,
            topics=(),
            sentences=(SourcedSentence(text=text, source_ids=("beir",)),),
            sources=(source,),
            asked_as=(),
            language="en",
            checked_on=today,
            due=today,
            content_hash=content_hash(title, text),
        )
        for name, title, text in zip(dataset.document_ids, dataset.titles, dataset.texts, strict=True)
    ]
    texts = sorted({text for passage in passages for text in _texts(passage)})
    found, _, _ = kept.encode(texts, encoder, progress)
    questions = list(dataset.queries.values())
    vectors = dict(zip(texts, found, strict=True))
    return Corpus(passages=passages, vectors=vectors, questions=questions)


def grown(corpus: Corpus, size: int, wordings: int | None) -> list[Passage]:
    """So many passages: evenly drawn from the real ones where those are enough, else with copies of them."""
    real = [_shortened(passage, wordings) for passage in corpus.passages]
    if size <= len(real):
        return [real[at * len(real) // size] for at in range(size)]
    return [_copy(real[at % len(real)], at // len(real)) for at in range(size)]


def write_library(
    store: VectorStore,
    name: str,
    passages: Sequence[Passage],
    corpus: Corpus,
    embeddings: SentenceEmbeddings,
    progress: Progress,
) -> Library:
    """A library of these passages as a build would leave it; a copied passage gets its vectors with some noise."""
    writer = store.create(name)
    noise = np.random.default_rng(7)
    texts = sorted(indexed_texts(passages), key=lambda text: text.field)
    progress(0, len(texts))
    for field in {text.field for text in texts}:
        own = [text for text in texts if text.field == field]
        for start in range(0, len(own), PAGE):
            page = own[start : start + PAGE]
            vectors = np.stack([corpus.vectors[text.text] for text in page])
            copied = np.array([passages[text.passage].id.count("#") > 0 for text in page])
            vectors[copied] = noisy(vectors[copied], noise)
            writer.add(field, [text.id for text in page], vectors, [text.text for text in page])
            progress(start + len(page), len(texts))
    placeholder = np.zeros((1, embeddings.dimension), dtype=np.float32)
    placeholder[:, 0] = 1.0
    writer.add(FOREIGN, ["other_matters: -"], placeholder, ["-"])
    for page_name, document in manifest_pages(passages):
        writer.add(MANIFEST_FIELD, [page_name], placeholder, [document])
    return Library(name, store.read(name), embeddings)


def write_plain(client: ClientAPI, name: str, passages: Sequence[Passage], corpus: Corpus) -> Collection:
    """One vector a passage, as a plain chain has it: the mean of its texts' vectors, which spares encoding it anew."""
    configuration: Any = {"hnsw": {"space": COSINE["hnsw"]["space"]}}  # otherwise Chroma's own defaults
    collection = client.create_collection(name, configuration=configuration, embedding_function=None)
    noise = np.random.default_rng(8)
    for start in range(0, len(passages), PAGE):
        page = passages[start : start + PAGE]
        means = np.stack([np.mean([corpus.vectors[text] for text in _texts(each)], axis=0) for each in page])
        vectors = noisy(means.astype(np.float32), noise)
        collection.add(
            ids=[each.id for each in page],
            embeddings=vectors,
            documents=[each.text for each in page],
            metadatas=[{"section": each.section} for each in page],
        )
    return collection


def noisy(vectors: NDArray[np.float32], noise: np.random.Generator) -> NDArray[np.float32]:
    """The vectors, shape (n, dimension), each moved a little and of unit length again."""
    moved = vectors + noise.normal(0.0, NOISE, vectors.shape).astype(np.float32)
    scaled: NDArray[np.float32] = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return scaled


def _texts(passage: Passage) -> tuple[str, ...]:
    return (passage.section, *passage.asked_as, *(sentence.text for sentence in passage.sentences))


def _shortened(passage: Passage, wordings: int | None) -> Passage:
    if wordings is None:
        return passage
    return replace(passage, asked_as=passage.asked_as[:wordings], sentences=passage.sentences[:wordings])


def _copy(passage: Passage, number: int) -> Passage:
    if not number:
        return passage
    return replace(passage, id=f"{passage.id}#{number}", guidance_id=f"{passage.guidance_id}#{number}")

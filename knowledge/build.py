"""Builds the library: lint, split, embed into a new collection, try it out, then flip the pointer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from knowledge.build_lock import only_builder
from knowledge.embedding import BATCH_SIZE, SentenceEmbeddings
from knowledge.errors import GuidanceError, LibraryDamaged, LibraryError
from knowledge.foreign import ForeignQuestion, load_foreign
from knowledge.library import MANIFEST_FIELD, Library, manifest_pages
from knowledge.lint import lint_folder
from knowledge.model import Guidance, Passage, content_hash
from knowledge.passages import (
    FIELDS,
    FOREIGN,
    SPLITTER_VERSION,
    IndexedText,
    count_indexed_texts,
    indexed_texts,
    passages_of,
)
from knowledge.schema import LibraryBuild
from knowledge.vectors import PAGE

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from knowledge.builds import BuildRegistry
    from knowledge.vectors import BuildReader, BuildWriter, VectorStore

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""

_BATCH = 4 * BATCH_SIZE
"""Texts between two looks at `stop`, and between two moves of the progress bar."""

_WINDOW = 2000
"""Passages whose texts are in memory at one time; about 20 000 texts."""

CANARY_DEPTH = 5
SELF_CHECKS = 20


class BuildStopped(LibraryError):
    """The build was asked to stop; what it had embedded is kept and used by the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. `embedded` counts new vectors, `reused` those taken over from earlier builds."""

    build: LibraryBuild
    embedded: int
    reused: int
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be written where; `earlier` names the builds that may hold some of its vectors.

    The indexed texts are not kept: there are about ten a passage, and they are made anew a window at a time.
    """

    fingerprint: str
    collection: str
    passages: list[Passage]
    foreign: list[ForeignQuestion]
    texts: int
    earlier: list[str]


class Builder:
    """Builds from a guidance folder into a vector store; one at a time, under a file lock."""

    def __init__(
        self, *, guidance: Path, store: VectorStore, registry: BuildRegistry, embeddings: SentenceEmbeddings, lock: Path
    ) -> None:
        self._guidance = guidance
        self._store = store
        self._registry = registry
        self._embeddings = embeddings
        self._lock = lock
        self.stop = threading.Event()

    async def build(self, today: date, progress: Progress) -> BuildReport:
        """Bring the library up to date with the guidance.

        The active build stays in place, untouched, until the new one has passed its checks.

        Raises:
            GuidanceError: the guidance has errors; nothing was changed.
            BuildRunning: another build holds the lock.
            BuildStopped: `stop` was set; the next build resumes.
            LibraryError: the new build failed its checks or cannot be written.
        """
        with only_builder(self._lock):
            texts = check_guidance(self._guidance, today)
            passages = passages_of(texts)
            foreign = load_foreign()
            key = fingerprint(passages, foreign, self._embeddings.identity)
            active, previous = await self._registry.active(), await self._registry.previous()
            if active is not None and active.fingerprint == key and await asyncio.to_thread(self._is_whole, active):
                return BuildReport(build=active, embedded=0, reused=active.texts, changed=False)
            plan = _Plan(
                fingerprint=key,
                collection=f"lib-{key[:32]}",
                passages=passages,
                foreign=foreign,
                texts=count_indexed_texts(passages),
                earlier=[build.collection for build in (active, previous) if build and self._same_model(build)],
            )
            embedded = await asyncio.to_thread(self._write_afresh_if_damaged, plan, progress)
            build = LibraryBuild(
                fingerprint=key,
                collection=plan.collection,
                passages=len(passages),
                texts=plan.texts,
                topics=len(texts),
                embedding_model=self._embeddings.identity,
            )
            await self._registry.activate(build)
            await self._drop_unlisted()
            return BuildReport(build=build, embedded=embedded, reused=plan.texts - embedded, changed=True)

    async def rollback(self) -> LibraryBuild:
        """Make the previous build the active one. Raises: LibraryError when there is none or it does not open."""
        with only_builder(self._lock):
            previous = await self._registry.previous()
            if previous is not None:
                await asyncio.to_thread(self._open, previous.fingerprint, previous.collection)
            return await self._registry.rollback()

    def _open(self, key: str, collection: str) -> Library:
        return Library(key, self._store.read(collection), self._embeddings)

    def _is_whole(self, build: LibraryBuild) -> bool:
        try:
            self._open(build.fingerprint, build.collection)
        except LibraryDamaged:
            return False
        return True

    def _same_model(self, build: LibraryBuild) -> bool:
        return build.embedding_model == self._embeddings.identity

    def _write_afresh_if_damaged(self, plan: _Plan, progress: Progress) -> int:
        """Go on with what an interrupted build left, unless that is damaged: then write everything again."""
        try:
            return self._write(plan, progress)
        except LibraryDamaged:
            self._store.discard(plan.collection)
            return self._write(plan, progress)

    def _write(self, plan: _Plan, progress: Progress) -> int:
        """Fill the plan's collection and try it out. Returns: how many vectors had to be computed."""
        writer = self._store.create(plan.collection)
        earlier = self._readers(plan.earlier)
        done = embedded = 0
        progress(done, plan.texts)
        for window in _windows(plan.passages):
            todo = _take_over(earlier, writer, _absent(writer, window))
            done += len(window) - len(todo)
            embedded += len(todo)
            progress(done, plan.texts)
            for batch in _batches(todo):
                self._check_stop()
                _add(writer, batch, self._embeddings.encode([text.text for text in batch]))
                done += len(batch)
                progress(done, plan.texts)
        for start in range(0, len(plan.foreign), _BATCH):
            questions = plan.foreign[start : start + _BATCH]
            asked = [question.text for question in questions]
            writer.add(FOREIGN, [question.id for question in questions], self._embeddings.encode(asked), asked)
        placeholder = np.zeros((1, self._embeddings.dimension), dtype=np.float32)
        placeholder[:, 0] = 1.0
        for name, page in manifest_pages(plan.passages):
            self._check_stop()
            writer.add(MANIFEST_FIELD, [name], placeholder, [page])
        try_out(self._open(plan.fingerprint, plan.collection))
        return embedded

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise BuildStopped("the build was stopped; the library in use is untouched, run it again to resume")

    def _readers(self, names: Sequence[str]) -> list[BuildReader]:
        """Those of these builds that can be read."""
        readers = []
        for name in names:
            with suppress(LibraryDamaged):
                readers.append(self._store.read(name))
        return readers

    async def _drop_unlisted(self) -> None:
        """Delete the collections of builds that the registry has let go of."""
        kept = {build.collection for build in (await self._registry.active(), await self._registry.previous()) if build}
        for name in await asyncio.to_thread(self._store.names):
            if name.startswith("lib-") and name not in kept:
                await asyncio.to_thread(self._store.drop, name)


def _windows(passages: Sequence[Passage]) -> Iterator[list[IndexedText]]:
    """The indexed texts of a run of passages at a time, so that memory does not grow with the library."""
    for start in range(0, len(passages), _WINDOW):
        yield list(indexed_texts(passages[start : start + _WINDOW]))


def _batches(texts: Sequence[IndexedText], size: int | None = None) -> Iterator[list[IndexedText]]:
    """Runs of texts of one field, short ones together with short ones, so that little is padded."""
    step = size or _BATCH
    for field in FIELDS:
        ordered = sorted((text for text in texts if text.field == field), key=lambda text: len(text.text))
        for start in range(0, len(ordered), step):
            yield ordered[start : start + step]


def _absent(writer: BuildWriter, texts: Sequence[IndexedText]) -> list[IndexedText]:
    """Those of these texts that an interrupted build has not left in the collection already."""
    absent: list[IndexedText] = []
    for batch in _batches(texts, PAGE):
        held = writer.held(batch[0].field, [text.id for text in batch])
        absent.extend(text for text in batch if text.id not in held)
    return absent


def _take_over(
    earlier: Iterable[BuildReader], writer: BuildWriter, texts: Sequence[IndexedText]
) -> Sequence[IndexedText]:
    """Copy the vectors that earlier builds hold for these texts. Returns: the texts that none holds."""
    for reader in earlier:
        left: list[IndexedText] = []
        for batch in _batches(texts, PAGE):
            try:
                found = reader.vectors(batch[0].field, [text.id for text in batch])
            except LibraryDamaged:
                found = {}
            known = [text for text in batch if text.id in found]
            if known:
                _add(writer, known, np.stack([found[text.id] for text in known]))
            left.extend(text for text in batch if text.id not in found)
        texts = left
    return texts


def _add(writer: BuildWriter, batch: Sequence[IndexedText], vectors: NDArray[np.float32]) -> None:
    writer.add(batch[0].field, [text.id for text in batch], vectors, [text.text for text in batch])


def fingerprint(passages: Sequence[Passage], foreign: Sequence[ForeignQuestion], model: str) -> str:
    """What a build is made of: its texts, the embedding model and the splitter. Hex SHA-256."""
    return content_hash(
        SPLITTER_VERSION,
        model,
        *(each.id for each in foreign),
        *(f"{passage.id} {passage.content_hash}" for passage in passages),
    )


def check_guidance(folder: Path, today: date) -> list[Guidance]:
    """Load and lint the guidance. Raises: GuidanceError with the first error and how many there are.

    A text past its review date is built all the same: until the grace period ends it is answered with a notice, and a
    machine that is set up on that day must not be left without any library.
    """
    texts, findings = lint_folder(folder, today)
    errors = [finding for finding in findings if finding.severity == "error" and finding.rule != "review-due"]
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more: run 'citewell knowledge lint')" if len(errors) > 1 else ""
        raise GuidanceError(first.path, first.line, f"{first.rule}: {first.message}{more}")
    return texts


def try_out(library: Library) -> None:
    """Ask the new build what it must know. Raises: LibraryError when an answer comes from the wrong place."""
    topics = {passage.guidance_id for passage in library.passages}
    entries = yaml.safe_load((Path(__file__).parent / "canaries.yaml").read_text(encoding="utf-8"))
    for entry in entries:
        if not topics.issuperset(entry["guidance"]):
            continue
        found = {hit.passage.guidance_id for hit in library.search(entry["question"], CANARY_DEPTH)}
        if found.isdisjoint(entry["guidance"]):
            raise LibraryError(f"the new build failed its check {entry['question']!r}; the library in use is untouched")
    step = max(1, len(library.passages) // SELF_CHECKS)
    for passage in library.passages[::step]:
        if passage.id not in {hit.passage.id for hit in library.search(passage.section, CANARY_DEPTH)}:
            raise LibraryError(f"the new build does not find {passage.section!r}; the library in use is untouched")

"""The app, watched: it answers as ever, keeps to one build of the library, and leaves no trace of its own."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from bot.app import SILENT, App, Stages
from bot.finding import HITS
from bot.journal import Journal
from knowledge.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.model import Reply
    from bot.settings import Settings
    from knowledge.library import Library, NearText


@dataclass(slots=True)
class Watch:
    """What was searched for while one message was answered.

    `hits` are those of the first full search, which the reply rests on; None when there was none. `seen` are the ids of
    every passage that any search found. `foreign` is what the library first said of the question.
    """

    hits: tuple[Hit, ...] | None = None
    seen: set[str] = field(default_factory=set)
    foreign: float | None = None


class WatchedApp(App):
    """The product's app over one build, whatever is built meanwhile. It writes nothing into the curators' journal."""

    def __init__(self, settings: Settings, stages: Stages = SILENT) -> None:
        super().__init__(settings, stages)
        self.journal = _NoJournal(self.database, keep_gaps=False)
        self._pinned: Library | None = None
        self._watch: ContextVar[Watch | None] = ContextVar("watch", default=None)

    async def current(self) -> Library:
        """The library that was active at the first call, watched inside `watching`."""
        if self._pinned is None:
            self._pinned = await super().current()
        watch = self._watch.get()
        return self._pinned if watch is None else cast("Library", _WatchedLibrary(self._pinned, watch))

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Watch what is searched for inside, in this task and the threads it starts."""
        watch = Watch()
        token = self._watch.set(watch)
        try:
            yield watch
        finally:
            self._watch.reset(token)


class _NoJournal(Journal):
    """Keeps no note: questions of cases are nobody's questions, and what they cite was not read by anyone."""

    def note(self, question: str, reply: Reply) -> None:
        """Do nothing."""


class _WatchedLibrary:
    """Passes everything on to the library, and notes what was found."""

    def __init__(self, library: Library, watch: Watch) -> None:
        self._library = library
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def search(self, question: str, count: int = HITS, **more: Any) -> list[Hit]:
        hits = self._library.search(question, count, **more)
        self._watch.seen.update(hit.passage.id for hit in hits)
        if count >= HITS and self._watch.hits is None:
            self._watch.hits = tuple(hits)
        return hits

    def near_texts(self, wordings: Sequence[str]) -> list[NearText]:
        """A verdict rests on the statements nearest the claim: each passage counts once, where it comes first."""
        near = self._library.near_texts(wordings)
        best: dict[str, Hit] = {}
        for text in near:
            hit = Hit(
                passage=text.passage, score=text.similarity, similarity=text.similarity, coverage=0.0, matched=text.text
            )
            best.setdefault(text.passage.id, hit)
        self._watch.seen.update(best)
        if self._watch.hits is None:
            self._watch.hits = tuple(best.values())[:HITS]
        return near

    def foreignness(self, question: str) -> float:
        foreign = self._library.foreignness(question)
        if self._watch.foreign is None:
            self._watch.foreign = foreign
        return foreign

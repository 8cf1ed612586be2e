"""A build of a few thousand passages: in windows, resumed where it was stopped, with earlier vectors taken over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from samples import BagOfWords

from bot.store.database import Database
from knowledge import build as building
from knowledge.build import Builder, BuildStopped
from knowledge.builds import BuildRegistry
from knowledge.model import Guidance, Review, SayInstead, Section, Source, SourcedSentence
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import numpy as np

TODAY = date(2026, 6, 1)
TOPICS, SECTIONS = 150, 20


class Narrow(BagOfWords):
    """The fake embedding with short vectors, so that the index is quick to build."""

    largest = 0

    @property
    def dimension(self) -> int:
        return 64

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.largest = max(self.largest, len(texts))
        return super().encode(texts)


def topic(number: int, extra: str = "") -> Guidance:
    name = f"topic-{number}"
    source = Source(
        id=f"who-{name}",
        title=name,
        publisher="WHO",
        url=f"https://www.who.int/{name}",
        published=None,
        accessed=TODAY,
        licence="none",
    )
    sections = tuple(
        Section(
            heading=f"What is word{number}x{n} of kind{number}?",
            asked_as=(),
            sentences=(SourcedSentence(text=f"Word{number}x{n} is a thing{n}{extra}.", source_ids=(source.id,)),),
        )
        for n in range(SECTIONS)
    )
    return Guidance(
        id=name,
        title=name,
        topics=("test",),
        language="en",
        sources=(source,),
        review=Review(status="source-checked", checked_on=TODAY, due=date(2036, 1, 1)),
        myths=(),
        say_instead=SayInstead(),
        sections=sections,
        path=f"{name}.md",
    )


@pytest.mark.timeout(280)
async def test_thousands_of_passages_in_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [topic(number) for number in range(TOPICS)]
    monkeypatch.setattr(building, "check_guidance", lambda *_: texts)
    monkeypatch.setattr(building, "try_out", lambda _: None)
    monkeypatch.setattr(building, "_WINDOW", 400)
    embeddings, store = Narrow(), VectorStore(tmp_path / "chroma")
    total = TOPICS * SECTIONS * 2
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/citewell.db") as database:

        def builder() -> Builder:
            registry = BuildRegistry(database.engine)
            lock = tmp_path / "lock"
            return Builder(guidance=tmp_path, store=store, registry=registry, embeddings=embeddings, lock=lock)

        first, shown = builder(), list[tuple[int, int]]()
        with pytest.raises(BuildStopped):
            await first.build(TODAY, lambda done, _: first.stop.set() if done > total / 2 else None)
        before = embeddings.encoded
        assert total / 2 < before < total
        report = await builder().build(TODAY, lambda done, of: shown.append((done, of)))
        assert (report.embedded, report.reused) == (total - before, before)
        assert shown[-1] == (total, total)
        assert [done for done, _ in shown] == sorted(done for done, _ in shown)
        assert embeddings.largest <= 256

        texts[0] = topic(0, " changed")
        report = await builder().build(TODAY, lambda *_: None)
        assert (report.embedded, report.reused) == (SECTIONS, total - SECTIONS)
    store.close()

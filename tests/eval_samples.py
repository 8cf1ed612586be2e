"""Cases, observations and subjects for the tests of the evals."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from samples import passage

from bot.model import Abstention, Answer, Citation, Reply, Sentence, Urgent
from evals.cases import Case
from evals.observing import Observation
from evals.recording import Record, record_of
from knowledge.model import Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FEVER = passage("fever", ["A fever is heat.", "See a health worker when a fever lasts 3 days."])
COUGH = passage("cough", ["A cough clears the throat."])


def case(name: str = "c1", **changes: Any) -> Case:
    """A case that the answer of `answer_from(FEVER)` passes, unless changed."""
    row: dict[str, Any] = {
        "id": name,
        "suite": "answerable",
        "category": "plain",
        "split": "gate",
        "question": "what is a fever",
        "expect": {"kind": ["answer"], "sources": ["who-fever"]},
        "provenance": "a test",
    }
    return Case.model_validate({**row, **changes})


def answer_from(found: Passage, *texts: str, quote: str | None = None) -> Answer:
    """An answer with the passage's sentences, or with others that cite it."""
    said = texts or tuple(sentence.text for sentence in found.sentences)
    sentences = tuple(Sentence(text=text, markers=(number,)) for number, text in enumerate(said, 1))
    citations = tuple(
        Citation(marker=number, passage=found, source=found.sources[0], quote=quote or found.sentences[0].text)
        for number, _ in enumerate(said, 1)
    )
    return Answer(sentences=sentences, citations=citations)


def exact_answer(found: Passage) -> Answer:
    """An answer that quotes each of its sentences."""
    return Answer(
        sentences=tuple(Sentence(text=one.text, markers=(n,)) for n, one in enumerate(found.sentences, 1)),
        citations=tuple(
            Citation(marker=n, passage=found, source=found.sources[0], quote=one.text)
            for n, one in enumerate(found.sentences, 1)
        ),
    )


def urgent(category: Any = "suicide") -> Urgent:
    return Urgent(category=category, lines=("Please call now.",), helplines=())


def silent() -> Abstention:
    return Abstention(text="The guidance does not say.")


def hits(*found: Passage, score: float = 0.9) -> tuple[Hit, ...]:
    return tuple(
        Hit(passage=one, score=score - 0.01 * n, similarity=score, coverage=1.0) for n, one in enumerate(found)
    )


def seen(asked: Case, reply: Reply, *found: Passage, searched: bool = True, **more: Any) -> Observation:
    """An observation of a reply, with these passages retrieved."""
    return Observation(case=asked, replies=(reply,), hits=hits(*found) if searched else None, took_ms=(5.0,), **more)


def record(asked: Case, reply: Reply, *found: Passage, **more: Any) -> Record:
    return record_of(seen(asked, reply, *found, **more), key=f"key-{asked.id}")


class FakeSubject:
    """Replies as it is told for each case id; an exception is raised, a number of seconds is slept."""

    def __init__(self, script: dict[str, Reply | Exception | float]) -> None:
        self.script = script
        self.asked: list[str] = []

    async def observe(self, case: Case) -> Observation:
        self.asked.append(case.id)
        todo = self.script[case.id]
        if isinstance(todo, Exception):
            raise todo
        if isinstance(todo, float):
            await asyncio.sleep(todo)
            todo = silent()
        return seen(case, todo, FEVER, COUGH)


def write_cases(folder: Path, cases: Sequence[Case]) -> Path:
    """A folder with these cases in one file."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(each.model_dump(exclude_none=True)) for each in cases]
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def quiet(_done: int, _total: int) -> None:
    """No progress."""

"""What the engine needs of a library: the seam that tests and other libraries plug into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.model import Hit, Passage


class Retriever(Protocol):
    """Finds passages. `knowledge.library.Library` is one."""

    @property
    def passages(self) -> list[Passage]:
        """Every passage there is."""
        ...

    def search(self, question: str, count: int = 10) -> list[Hit]:
        """The best passages for a question, best first."""
        ...

    def foreignness(self, question: str) -> float:
        """How near (cosine, -1 to 1) the question is to questions that the guidance is known not to answer."""
        ...

    def plainly(self, question: str) -> str:
        """The question with slang, texting and misspellings in plain words."""
        ...

    def speaks_of(self, subject: str, passages: Sequence[Passage]) -> bool:
        """Whether the topic of one of the passages holds every word of the subject that is not an everyday one."""
        ...

    def is_off_topic(self, question: str) -> bool:
        """Whether the question is nearer to what is not about health at all than to health matters not covered."""
        ...

    def nearest_request(self, question: str) -> tuple[str, float]:
        """`dose_request` or `judgement_request`, and how near (cosine, -1 to 1) the question is to such requests."""
        ...

    def sentence_similarities(self, question: str, passage: Passage) -> list[float]:
        """Cosine (-1 to 1) of the question and each sentence of the passage."""
        ...

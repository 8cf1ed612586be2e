"""A message as triage reads it: words with their stems, sentences, clauses and what stands in quotation marks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Message:
    """Parallel lists, one entry a word.

    `keys` holds what a pattern may call the word (its surface, and `+stem`); `sentence` and `clause` number the
    sentence and the clause from 0; `quoted` says whether it stands in quotation marks; `negators` whether it negates.
    `sentence_reach` is where the sentence of each word ends, `plain_reach` where the next negation or that end is.
    `memory` keeps what word families matched where, for one assessment.
    """

    words: list[str]
    keys: list[tuple[str, ...]]
    sentence: list[int]
    clause: list[int]
    quoted: list[bool]
    negators: list[bool]
    size: int = field(init=False)
    sentence_reach: list[int] = field(init=False)
    plain_reach: list[int] = field(init=False)
    memory: dict[int, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size = len(self.words)
        self.sentence_reach = [0] * self.size
        self.plain_reach = [0] * self.size
        for at in range(self.size - 1, -1, -1):
            last = at + 1 == self.size or self.sentence[at + 1] != self.sentence[at]
            self.sentence_reach[at] = at + 1 if last else self.sentence_reach[at + 1]
            ahead = at + 1 if last else self.plain_reach[at + 1]
            self.plain_reach[at] = at if self.negators[at] else ahead

    def sentence_start(self, at: int) -> int:
        """The first word of the sentence that holds word `at`."""
        while at > 0 and self.sentence[at - 1] == self.sentence[at]:
            at -= 1
        return at

    def sentence_end(self, at: int) -> int:
        """One past the last word of the sentence that holds word `at`."""
        end = at + 1
        while end < self.size and self.sentence[end] == self.sentence[at]:
            end += 1
        return end

    def clause_start(self, at: int) -> int:
        """The first word of the clause that holds word `at`."""
        while at > 0 and self.clause[at - 1] == self.clause[at]:
            at -= 1
        return at

    def clause_end(self, at: int) -> int:
        """One past the last word of the clause that holds word `at`."""
        end = at + 1
        while end < self.size and self.clause[end] == self.clause[at]:
            end += 1
        return end

    def spelled(self, start: int, end: int) -> str:
        """The words from `start` up to `end` as text."""
        return " ".join(self.words[start:end]).replace(" 's", "'s")

    def sentences(self) -> list[str]:
        """Each sentence as text."""
        found, at = [], 0
        while at < self.size:
            found.append(self.spelled(at, self.sentence_end(at)))
            at = self.sentence_end(at)
        return found

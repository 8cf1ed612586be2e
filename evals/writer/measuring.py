"""Puts true, reworded and corrupted sentences to the gate and counts what it lets through."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.writing.parsing import Said
from evals.writer.corrupting import Vetted, corruptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.writing.verifying import Verifier
    from knowledge.model import Passage

PARAPHRASES = Path(__file__).parent / "paraphrases.jsonl"
A_KIND = 40
"""Corruptions of one kind that are judged."""
TRUE_SENTENCES = 300
_IN_PROMPT = 4


@dataclass(slots=True)
class Count:
    """Judged and let through, with the sentences that went the wrong way."""

    judged: int = 0
    passed: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def note(self, *, passed: bool, wanted: bool, text: str, reason: str) -> None:
        """One judgement."""
        self.judged += 1
        self.passed += passed
        if passed != wanted:
            self.wrong.append((text, reason))


def measure(passages: Sequence[Passage], verifier: Verifier, half: str | None = None) -> dict[str, Count]:
    """Counts by kind: `true`, `reworded`, and every kind of corruption.

    `half` is `fit` or `held` (by topic): the word lists and the threshold were chosen on `fit`.
    """
    pool = [passage for passage in passages if not passage.myth and half in (None, half_of(passage.guidance_id))]
    counts: dict[str, Count] = defaultdict(Count)
    by_id = {passage.id: passage for passage in pool}
    for row in reworded():
        if passage := by_id.get(row["passage"]):
            _judge(counts["reworded"], verifier, Said(text=row["paraphrase"], markers=(1,)), [passage], wanted=True)
    for number, (true, prompt) in enumerate(_true_sentences(pool)):
        if number < TRUE_SENTENCES:
            _judge(counts["true"], verifier, Said(text=true.text, markers=(true.marker,)), prompt, wanted=True)
        chance = random.Random(true.text)  # noqa: S311 - a reproducible choice, not a secret
        for kind, said in corruptions(true, chance).items():
            if counts[kind].judged < A_KIND:
                _judge(counts[kind], verifier, said, prompt, wanted=False)
        if number >= TRUE_SENTENCES and all(
            count.judged >= A_KIND for name, count in counts.items() if name not in _FEW
        ):
            break
    return dict(counts)


_FEW = ("true", "reworded")


def reworded() -> list[dict[str, Any]]:
    """The faithful paraphrases, with the vetted sentence that each restates."""
    return [json.loads(line) for line in PARAPHRASES.read_text(encoding="utf-8").splitlines()]


def half_of(topic: str) -> str:
    """`fit` or `held`, by the topic's id."""
    return "fit" if hashlib.sha256(topic.encode()).digest()[0] % 2 else "held"


def _judge(count: Count, verifier: Verifier, said: Said, prompt: Sequence[Passage], *, wanted: bool) -> None:
    judged = verifier.judge(said, prompt)
    count.note(passed=judged.draft is not None, wanted=wanted, text=said.text, reason=judged.reason)


def _true_sentences(passages: Sequence[Passage]) -> Iterator[tuple[Vetted, list[Passage]]]:
    """Vetted sentences, topics mixed, each with a prompt of its passage, others of its topic and of another."""
    topics: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        topics[passage.guidance_id].append(passage)
    pairs = [(passage, sentence.text) for passage in passages for sentence in passage.sentences]
    pairs.sort(key=lambda pair: hashlib.sha256(pair[1].encode()).digest())
    names = sorted({passage.guidance_title.split(" (")[0] for passage in passages})
    for passage, text in pairs:
        chance = random.Random(passage.id)  # noqa: S311 - as above
        kin = [other for other in topics[passage.guidance_id] if other is not passage and text not in other.text]
        strange = [other for other in passages if other.guidance_id != passage.guidance_id]
        prompt = [passage, *chance.sample(kin, min(2, len(kin))), *chance.sample(strange, _IN_PROMPT)][:_IN_PROMPT]
        chance.shuffle(prompt)
        others = tuple(name for name in names if name != passage.guidance_title.split(" (")[0])
        yield (
            Vetted(
                text=text,
                marker=prompt.index(passage) + 1,
                passages=len(prompt),
                topic=passage.guidance_title.split(" (")[0],
                other_topics=others,
            ),
            prompt,
        )

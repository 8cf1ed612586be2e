"""Fits `bot/claims/weights.py`: `python -m evals.training.verdicts` (docs/decisions/0030).

Learns from the guidance's own myths and their other wordings, once with that wording left out and once with the whole
myth left out, so that only sentences can settle them; with their topic left out they are not covered. Then from the
questions that are known not to be covered, and from labelled claims (the development split of the evals' myths, and
`claims/`), which count for more because people write like them. The gate split and the even lines of `claims/blind.txt`
are never looked at.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.app import App, quiet_libraries
from bot.claims.everyday import wordings
from bot.claims.evidence import FEATURES, features, weigh
from bot.claims.weights import LABELS
from bot.claims.wording import unwrap
from bot.settings import load_settings
from knowledge.foreign import load_foreign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from knowledge.library import Library, NearText
    from knowledge.model import Passage

HERE = Path(__file__).parent
MYTHS = HERE.parent / "cases" / "myths.jsonl"
WEIGHTS = HERE.parent.parent / "bot" / "claims" / "weights.py"
SHARES = {"true": 0.33, "false": 0.38, "misleading": 0.12, "not_covered": 0.17}
"""What share of the fit each label has, however many examples of it there are."""
REAL, DENIAL = 8.0, 0.3
"""How much a claim that was written as people write counts, and one that a rule made, against a curated wording's 1."""
STRENGTH = 0.1
"""Inverse of the L2 penalty (scikit-learn's C), chosen by six-fold cross-validation over the labelled claims."""
TAKEN = {"true": 0.5, "false": 0.2, "misleading": 1.0}
"""The share of the curated wordings that is taken: more of them teach no more, and each costs a search."""
LEAST_NEAR = 6
COVERED_ELSEWHERE = 0.68
"""Cosine from which another topic may well cover a claim whose own topic was left out."""
_QUESTION = re.compile(r"^(?:why|how|what|when|where|who|which)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|never) |\b(?:no|without)\b|n't\b", re.IGNORECASE)
_VERB = re.compile(r"\b(is|are|can|does|do|will|should|may|was|were|has|have)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A claim with the verdict that is right. `without` names a passage, `without_topic` a topic, that is left out."""

    claim: str
    label: str
    weight: float = 1.0
    without: str = ""
    without_topic: str = ""
    whole_myth: bool = False


def curated(passages: Sequence[Passage], choose: random.Random) -> Iterator[Example]:
    """Examples from the guidance's myths."""
    for passage in passages:
        if passage.myth is None:
            continue
        for said in (passage.section, *(one for one in passage.asked_as if not _QUESTION.match(one))):
            if choose.random() > TAKEN[passage.myth]:
                continue
            away = choose.choice(
                ["wording", "myth", "myth", "topic"] if passage.myth != "true" else ("wording", "myth")
            )
            if away == "topic":
                yield Example(claim=said, label="not_covered", without_topic=passage.guidance_id)
                continue
            yield Example(claim=said, label=passage.myth, without=passage.id, whole_myth=away == "myth")
            denial = _denial(unwrap(said).text)
            if denial and passage.myth != "misleading" and choose.random() < (0.5 if passage.myth == "true" else 0.2):
                turned = "false" if passage.myth == "true" else "true"
                yield Example(claim=denial, label=turned, weight=DENIAL, without=passage.id, whole_myth=True)


def uncovered(choose: random.Random, count: int = 90) -> Iterator[Example]:
    """Examples of what is about health but not in the guidance."""
    known = [one.text for one in load_foreign() if one.group == "other_health"]
    for text in choose.sample(known, min(count, len(known))):
        yield Example(claim=text, label="not_covered")


def labelled() -> Iterator[Example]:
    """The claims with labels that may be learnt from."""
    for line in MYTHS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["split"] == "dev":
            yield Example(claim=case["claim"], label=case["expect"]["verdict"], weight=REAL)
    for name, every in (("general.txt", 1), ("blind.txt", 2)):
        lines = (HERE / "claims" / name).read_text(encoding="utf-8").splitlines()
        rows = [line.split("|", 2) for line in lines if line and not line.startswith("#")]
        for label, _, claim in rows[::every]:
            yield Example(claim=claim, label=label, weight=REAL)


def row(example: Example, library: Library) -> list[float] | None:
    """The features of an example, or None where too little is left to judge it from."""
    claim = unwrap(example.claim)
    near = [one for one in library.near_texts(wordings(claim.text)) if not _left_out(one, example)]
    if len(near) < LEAST_NEAR or (example.without_topic and near[0].similarity > COVERED_ELSEWHERE):
        return None
    return features(claim, weigh(claim, near), library.foreignness(claim.text))


def fit(rows: NDArray[np.float64], labels: Sequence[str], weights: Sequence[float]) -> tuple[NDArray[np.float64], ...]:
    """Centre and scale of the features, and a row of weights a label with its constant last."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    right = np.array([LABELS.index(label) for label in labels])
    weight = np.array(weights)
    for number, label in enumerate(LABELS):
        weight[right == number] *= SHARES[label] * len(right) / weight[right == number].sum()
    centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit((rows - centre) / scale, right, sample_weight=weight)
    return centre, scale, np.column_stack([model.coef_, model.intercept_])


def write(centre: NDArray[np.float64], scale: NDArray[np.float64], weights: NDArray[np.float64]) -> str:
    """The module that the product reads."""

    def shown(values: NDArray[np.float64], indent: int) -> str:
        lines = [values[start : start + 12] for start in range(0, len(values), 12)]
        return "\n".join(" " * indent + ", ".join(f"{value:.4f}" for value in line) + "," for line in lines)

    labels = ", ".join(f'"{label}"' for label in LABELS)
    rows = "\n".join(f"    (\n{shown(each, 8)}\n    )," for each in weights)
    return _MODULE.format(labels=labels, centre=shown(centre, 4), scale=shown(scale, 4), rows=rows)


_MODULE = '''"""The weights of `bot.claims.judging`, by `python -m evals.training.verdicts` (docs/decisions/0030)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import VerdictLabel

LABELS: tuple[VerdictLabel, ...] = ({labels})
# fmt: off
CENTRE = (
{centre}
)
SCALE = (
{scale}
)
WEIGHTS = (
{rows}
)
# fmt: on
"""A row a label: one weight a feature (centred and scaled), then the constant."""
'''


def _left_out(near: NearText, example: Example) -> bool:
    if near.passage.guidance_id == example.without_topic:
        return True
    curated_here = near.passage.id == example.without and near.field != "sentence"
    return curated_here and (example.whole_myth or near.text == example.claim)


def _denial(statement: str) -> str:
    """The statement with its first negation taken away or, where there is none, with one put in; '' if neither can."""
    if _DENIED.search(statement):
        plain = re.sub(r"\b(?:not|never) ", "", statement, count=1, flags=re.IGNORECASE)
        return plain if plain != statement else ""
    return _VERB.sub(r"\1 not", statement, count=1) if _VERB.search(statement) else ""


async def main() -> None:
    """Read, fit and write."""
    quiet_libraries()
    choose = random.Random(3)  # noqa: S311 (a reproducible sample, no secret)
    async with App(load_settings()) as app:
        library = await app.current()
        examples = [*curated(library.passages, choose), *uncovered(choose), *labelled()]
        found = [(row(example, library), example) for example in examples]
    kept = [(values, example) for values, example in found if values is not None]
    rows = np.array([values for values, _ in kept])
    assert rows.shape[1] == len(FEATURES)  # noqa: S101 (a script run by hand)
    fitted = fit(rows, [example.label for _, example in kept], [example.weight for _, example in kept])
    WEIGHTS.write_text(write(*fitted), encoding="utf-8")
    sys.stderr.write(f"{len(kept)} examples; {WEIGHTS} is written\n")


if __name__ == "__main__":
    asyncio.run(main())

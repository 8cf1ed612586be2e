"""`python -m evals.ablation`: what each part of the search is worth, on the cases of `evals/cases`.

One table on standard output: the right page first, among the first five, and the mean reciprocal rank, for the
product's weights and with each part left out. Choose on the dev split; the gate split only confirms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.settings import load_settings
from evals.cases import CASES_DIR, load_cases
from evals.opening import with_app
from knowledge.fusion import Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.cases import Case
    from evals.watching import WatchedApp
    from knowledge.library import Library

WHOLE = Weights()
VARIANTS: dict[str, Weights] = {
    "the product": WHOLE,
    "without the glossary": replace(WHOLE, glossary=False),
    "without the words (dense only)": replace(WHOLE, lexical=0.0),
    "only the words (BM25)": Weights(heading=0.0, asked_as=0.0, sentence=0.0, lexical=1.0),
    "without the ways people ask": replace(WHOLE, asked_as=0.0),
    "without the sentences": replace(WHOLE, sentence=0.0),
    "without the headings": replace(WHOLE, heading=0.0),
    "without the topic's share": replace(WHOLE, topic=0.0),
    "the topic's share doubled": replace(WHOLE, topic=0.30),
    "WHO not first": replace(WHOLE, who=0.0),
}
SUITES = ("answerable", "paraphrases", "lookalikes")
DEPTH = 10


def ranks(library: Library, cases: Sequence[Case]) -> list[int | None]:
    """For each case the rank, from 1, of the first hit that rests on a right page; None when none of `DEPTH` does."""
    found: list[int | None] = []
    for case in cases:
        right = set(case.expect.sources)
        hits = library.search(case.question or "", DEPTH)
        found.append(next((n for n, hit in enumerate(hits, 1) if right & {s.id for s in hit.passage.sources}), None))
    return found


def figures(found: Sequence[int | None]) -> list[str]:
    """Right page first, among the first five (shares), and mean reciprocal rank (0 to 1), as text."""
    total = max(len(found), 1)
    first = sum(rank == 1 for rank in found) / total
    among = sum(rank is not None and rank <= 5 for rank in found) / total
    reciprocal = sum(1 / rank for rank in found if rank) / total
    return [f"{first:.3f}", f"{among:.3f}", f"{reciprocal:.3f}"]


async def ablate(app: WatchedApp) -> Table:
    """Every variant on both splits, and on the questions of the gate that never name their topic."""
    library = await app.current()
    cases = [case for case in load_cases(CASES_DIR) if case.suite in SUITES and case.question and case.expect.sources]
    groups = {
        "dev": [case for case in cases if case.split == "dev"],
        "gate": [case for case in cases if case.split == "gate"],
        "gate, topic not named": [case for case in cases if case.split == "gate" and case.category == "indirect"],
    }
    table = Table(title="right page first / among five / MRR")
    for heading in ("variant", *(f"{name} (n={len(group)})" for name, group in groups.items())):
        table.add_column(heading)
    for name, weights in VARIANTS.items():
        variant = library.weighing(weights)
        table.add_row(name, *(" / ".join(figures(ranks(variant, group))) for group in groups.values()))
    return table


if __name__ == "__main__":
    Console(width=140).print(with_app(load_settings(), ablate))

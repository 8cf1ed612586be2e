"""`python -m evals.confidence`: fits the weights of `bot.abstention.confidence` on the dev split; the gate judges them.

A logistic regression on what the search says of a question (score, likeness and word coverage of the best hits,
likeness to questions known not to be answered). Prints the weights in use and the new ones, with the share of
answerable questions answered and of the others declined. Nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from bot.abstention import ANSWER_FROM, WEIGHTS, features
from bot.settings import load_settings
from evals.cases import CASES_DIR, load_cases
from evals.opening import with_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from evals.cases import Case
    from evals.watching import WatchedApp

SILENT = {"abstention", "out_of_scope", "referral"}
SILENCE_COUNTS = 0.5
"""Weight of all questions to be declined together, relative to all that are to be answered."""


def answerable(case: Case) -> bool | None:
    """True where an answer is expected, False where silence is, None for a case that says nothing about either."""
    if case.suite in ("answerable", "paraphrases"):
        return True
    if case.suite == "unanswerable" and set(case.expect.kind) <= SILENT and "abstention" in case.expect.kind:
        return False
    return None


async def examples(app: WatchedApp, split: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What the search says of each question of a split (shape (questions, features)), and whether to answer it."""
    library = await app.current()
    rows: list[Sequence[float]] = []
    labels: list[bool] = []
    for case in load_cases(CASES_DIR):
        label = answerable(case)
        if label is None or case.split != split or not case.question:
            continue
        hits = library.search(case.question, 10)
        rows.append(features(hits, library.foreignness(case.question)))
        labels.append(label)
    return np.array(rows, dtype=np.float64), np.array(labels)


def judged(weights: Sequence[float], rows: NDArray[np.float64], labels: NDArray[np.bool_]) -> str:
    """Answered of the answerable and declined of the others, as text."""
    answered = 1 / (1 + np.exp(-(rows @ np.array(weights[1:]) + weights[0]))) >= ANSWER_FROM
    declined = ~answered[~labels]
    return (
        f"answered {answered[labels].mean():.3f} of {labels.sum()}, declined {declined.mean():.3f} of {len(declined)}"
    )


async def fit(app: WatchedApp) -> list[str]:
    """The lines to print."""
    rows, labels = await examples(app, "dev")
    gate, gate_labels = await examples(app, "gate")
    counts = np.where(labels, 1.0, SILENCE_COUNTS * labels.sum() / max((~labels).sum(), 1))
    model = LogisticRegression(C=10.0, max_iter=5000).fit(rows, labels, sample_weight=counts)
    new = [float(model.intercept_[0]), *map(float, model.coef_[0])]
    return [
        f"in use  {[round(w, 2) for w in WEIGHTS]}",
        f"  dev   {judged(WEIGHTS, rows, labels)}",
        f"  gate  {judged(WEIGHTS, gate, gate_labels)}",
        f"fitted  {[round(w, 2) for w in new]}",
        f"  dev   {judged(new, rows, labels)}",
        f"  gate  {judged(new, gate, gate_labels)}",
    ]


if __name__ == "__main__":
    Console().print("\n".join(with_app(load_settings(), fit)))

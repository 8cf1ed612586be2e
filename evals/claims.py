"""`citewell evals grounding`: the product's support checker on labelled claims, so that its quality is public."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.errors import EvalsUsage
from evals.intervals import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.support.model import Support, SupportChecker
    from evals.running import Progress

SAME_AS = {
    "supported": "supported",
    "supports": "supported",
    "support": "supported",
    "entailment": "supported",
    "refuted": "contradicted",
    "refutes": "contradicted",
    "contradict": "contradicted",
    "contradicted": "contradicted",
    "contradiction": "contradicted",
    "unrelated": "neither",
    "neither": "neither",
    "neutral": "neither",
    "not_enough_info": "neither",
    "not_supported": "neither",
}
"""Labels of public sets, lower-cased, and the judgement that is right for each."""
LABELS = ("supported", "contradicted", "neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """A claim, the text that it is judged against, and what is right."""

    claim: str
    evidence: str
    label: str


def read_pairs(path: Path) -> list[LabelledPair]:
    """Every line of the file. Raises: EvalsUsage naming the line that cannot be used, or that there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsUsage(f"{path} cannot be read ({error}); name a JSONL file") from None
    pairs = [_pair(line, f"{path.name}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not pairs:
        raise EvalsUsage(f"{path} holds no pair; write one {{claim, evidence, label}} a line")
    return pairs


def evaluate(name: str, pairs: Sequence[LabelledPair], checker: SupportChecker, progress: Progress) -> dict[str, Any]:
    """Balanced accuracy and macro-F1 over three labels, the same for supported-or-not, ROC AUC, and the confusion.

    Balanced accuracy is the mean recall of the labels (Brodersen et al. 2010), macro-F1 the mean F1 of the labels, ROC
    AUC the chance that a supported pair scores above another (Fawcett 2006). Intervals: bootstrap over pairs. A
    measure that the labels of the file do not allow is unscored, with the reason.
    """
    judged = checker.judge_all([(pair.claim, pair.evidence) for pair in pairs], progress)
    right = np.array([LABELS.index(pair.label) for pair in pairs])
    said = np.array([LABELS.index(each.label) for each in judged])
    scores = np.array([each.score for each in judged])
    table = np.stack([right, said, scores], axis=1)
    measures: dict[str, Callable[[Any], float | None]] = {
        "balanced accuracy, three labels": lambda rows: _over_labels(rows, _recall),
        "macro-F1, three labels": lambda rows: _over_labels(rows, _f1),
        "balanced accuracy, supported or not": lambda rows: _over_two(rows, _recall),
        "macro-F1, supported or not": lambda rows: _over_two(rows, _f1),
        "ROC AUC, supported or not": _auc,
    }
    confusion = {
        label: {judgement: int(((right == row) & (said == column)).sum()) for column, judgement in enumerate(LABELS)}
        for row, label in enumerate(LABELS)
    }
    return {
        "file": name,
        "n": len(pairs),
        "measures": {title: _measured(table, measure) for title, measure in measures.items()},
        "confusion": {label: row for label, row in confusion.items() if sum(row.values())},
        "roc": _roc(right == 0, scores),
        "examples_missed": _missed(pairs, judged),
    }


def _measured(table: Any, measure: Callable[[Any], float | None]) -> dict[str, Any]:
    value = measure(table)
    if value is None:
        reason = "needs pairs that are supported and pairs that are not"
        return {"value": None, "low": None, "high": None, "unscored": reason}
    low, high = bootstrap(table, lambda resamples: np.array([_or_nan(measure(rows)) for rows in resamples]))
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def _or_nan(value: float | None) -> float:
    """`bootstrap` passes over a resample without a value."""
    return math.nan if value is None else value


def _over_labels(rows: Any, measure: Any) -> float:
    """The mean over the labels that occur."""
    present = [label for label in range(len(LABELS)) if (rows[:, 0] == label).any()]
    return float(np.mean([measure(rows[:, 0] == label, rows[:, 1] == label) for label in present]))


def _over_two(rows: Any, measure: Any) -> float | None:
    """The mean over supported and not supported; None where all pairs are one of them."""
    supported = rows[:, 0] == 0
    return None if supported.all() or not supported.any() else _over_labels(_binary(rows), measure)


def _recall(right: Any, said: Any) -> float:
    return float((right & said).sum() / right.sum())


def _f1(right: Any, said: Any) -> float:
    return float(2 * (right & said).sum() / (right.sum() + said.sum()))


def _binary(rows: Any) -> Any:
    return np.stack([rows[:, 0] != 0, rows[:, 1] != 0], axis=1).astype(int)


def _auc(rows: Any) -> float | None:
    """By ranks, ties counted half (Mann-Whitney); None where all pairs, or none, are supported."""
    from scipy.stats import rankdata

    positive = rows[:, 0] == 0
    met, rest = int(positive.sum()), int((~positive).sum())
    if not met or not rest:
        return None
    ranks = rankdata(rows[:, 2])
    return float((ranks[positive].sum() - met * (met + 1) / 2) / (met * rest))


def _roc(positive: Any, scores: Any) -> list[dict[str, float]]:
    """The ROC curve at twenty-one thresholds."""
    points = []
    for threshold in np.linspace(0, 1, 21):
        said = scores >= threshold
        hit = float((said & positive).sum() / max(positive.sum(), 1))
        alarm = float((said & ~positive).sum() / max((~positive).sum(), 1))
        points.append(
            {"threshold": round(float(threshold), 2), "true_rate": round(hit, 4), "false_rate": round(alarm, 4)}
        )
    return points


def _missed(pairs: Sequence[LabelledPair], judged: Sequence[Support]) -> list[dict[str, Any]]:
    """The ten pairs that were judged wrongly with the most assurance."""
    wrong = [(pair, each) for pair, each in zip(pairs, judged, strict=True) if pair.label != each.label]
    wrong.sort(key=lambda both: -abs(both[1].score - float(both[0].label == "supported")))
    return [
        {
            "claim": pair.claim,
            "label": pair.label,
            "judged": each.label,
            "score": round(each.score, 3),
            "why": each.reason,
        }
        for pair, each in wrong[:10]
    ]


def _pair(line: str, where: str) -> LabelledPair:
    try:
        row = json.loads(line)
        claim, evidence, label = (row[name] for name in ("claim", "evidence", "label"))
    except (ValueError, KeyError, TypeError):
        raise EvalsUsage(f'{where}: needs a JSON object with "claim", "evidence" and "label"') from None
    if not all(isinstance(part, str) and part.strip() for part in (claim, evidence, label)):
        raise EvalsUsage(f"{where}: claim, evidence and label are texts, none empty")
    known = SAME_AS.get(label.strip().lower().replace(" ", "_"))
    if known is None:
        raise EvalsUsage(f"{where}: unknown label {label!r}; use supported, refuted or unrelated")
    return LabelledPair(claim=claim, evidence=evidence, label=known)

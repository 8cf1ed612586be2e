"""`citewell evals retrieval`: a dataset in BEIR's layout through the product's retriever.

Encoder, word index, candidates and fusion are those of the shipped library. A document is its title and its text; of
the library's fields it has one, so the weights are its own (`WEIGHTS`). Dense (cosine), lexical (BM25) and hybrid
stand side by side, and the hybrid with feedback, which the library does without. How they were chosen:
docs/decisions/0006.
"""

from __future__ import annotations

import csv
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.errors import EvalsUsage
from evals.intervals import bootstrap
from evals.vectors import Encoder, KeptVectors
from knowledge.fusion import Near, Weights, candidates, fuse
from knowledge.lexical import WordIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evals.running import Progress
    from knowledge.passages import Field

RETRIEVERS = ("dense", "lexical", "hybrid", "hybrid, feedback")
DEPTH = 100
"""Documents kept of each ranking, as recall@100 asks for."""
TITLE_TIMES = 2
"""How often the title counts for the words, as in the library."""
WEIGHTS = Weights(heading=0.0, asked_as=0.0, sentence=0.7, lexical=0.3, topic=0.0)
"""A document has no ways of asking and no headings; the share of the words was chosen on SciFact's training claims."""
FEEDBACK_DOCUMENTS, FEEDBACK_SHARE = 2, 0.3
"""Chosen on the training claims too (docs/decisions/0006). The library itself does without feedback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A corpus, queries, and which documents are relevant to a query (with a grade above 0)."""

    name: str
    document_ids: list[str]
    titles: list[str]
    texts: list[str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read_dataset(folder: Path, split: str) -> Dataset:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`.

    Raises:
        EvalsUsage: a file is missing or a line cannot be used; names it.
    """
    corpus = _rows(folder / "corpus.jsonl")
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    relevant = _qrels(folder / "qrels" / f"{split}.tsv")
    judged = {query: grades for query, grades in relevant.items() if query in queries and any(grades.values())}
    if not judged or not corpus:
        raise EvalsUsage(f"{folder} has no judged query in the split {split!r}; check the folder and --split")
    return Dataset(
        name=folder.name,
        document_ids=[row["_id"] for row in corpus],
        titles=[str(row.get("title") or "") for row in corpus],
        texts=[row["text"] for row in corpus],
        queries={query: queries[query] for query in judged},
        relevant=judged,
    )


def evaluate(dataset: Dataset, encoder: Encoder, progress: Progress, kept: KeptVectors | None = None) -> dict[str, Any]:
    """Measure the three retrievers. Documents that `kept` holds from an earlier run are not encoded again.

    Returns:
        per retriever nDCG@10 (Järvelin and Kekäläinen 2002) with its bootstrap interval, recall@100 and MRR, by
        pytrec_eval; documents a second; and the whole time as a multiple of the time that encoding takes. Times count
        what was encoded earlier as long as it took then, and say how long that was.
    """
    encoder.encode(["warm up"])
    started = time.perf_counter()
    texts = [dense_text(*each) for each in zip(dataset.titles, dataset.texts, strict=True)]
    vectors, encoding, earlier = (kept or KeptVectors(None, "")).encode(texts, encoder, progress)
    words = [lexical_text(*each) for each in zip(dataset.titles, dataset.texts, strict=True)]
    index = WordIndex(words)
    at = time.perf_counter()
    questions = encoder.encode(list(dataset.queries.values()))
    encoding += time.perf_counter() - at
    rankings: dict[str, dict[str, dict[str, float]]] = {name: {} for name in RETRIEVERS}
    for (query, text), vector in zip(dataset.queries.items(), questions, strict=True):
        dense, lexical = vectors @ vector, index.scores(text)
        fused = hybrid(dense, lexical)
        again = with_feedback(vector, vectors, fused, lexical)
        for name, scores in zip(RETRIEVERS, (dense, lexical, fused, again), strict=True):
            rankings[name][query] = _top(scores, dataset.document_ids)
    total = time.perf_counter() - started + earlier
    return {
        "dataset": dataset.name,
        "documents": len(dataset.texts),
        "queries": len(dataset.queries),
        "documents_per_second": len(dataset.texts) / total,
        "seconds": {"encode": round(encoding, 2), "of_it_earlier": round(earlier, 2), "total": round(total, 2)},
        "times_encoding": total / encoding,
        "retrievers": {name: _measured(dataset.relevant, run) for name, run in rankings.items()},
    }


def dense_text(title: str, text: str) -> str:
    """What is embedded of a document: the title as a sentence of its own, then the text."""
    title = title.strip()
    return f"{title}{'' if title.endswith(('.', '?', '!')) else '.'} {text}" if title else text


def lexical_text(title: str, text: str) -> str:
    """What is indexed of a document by its words."""
    return " ".join([*[title] * TITLE_TIMES, text])


def hybrid(dense: NDArray[np.float32], lexical: NDArray[np.float32]) -> NDArray[np.float64]:
    """The library's own candidates and fusion, on the one field that a document has; all others score below."""
    order = np.argsort(-dense)[:DEPTH]
    near = Near(best={int(at): (float(dense[at]), "") for at in order}, floor=float(dense[order[-1]]))
    fields: dict[Field, Near] = {"sentence": near}
    chosen = candidates(fields, lexical, DEPTH)
    fused = np.full(len(dense), -1.0)
    fused[chosen] = fuse(chosen, fields, lexical, [""] * len(dense), np.zeros(len(dense), dtype=np.bool_), WEIGHTS)
    return fused


def with_feedback(
    vector: NDArray[np.float32], vectors: NDArray[np.float32], fused: NDArray[np.float64], lexical: NDArray[np.float32]
) -> NDArray[np.float64]:
    """The hybrid once more, with the question moved towards the best documents of the first round (Rocchio 1971)."""
    best = np.argsort(-fused)[:FEEDBACK_DOCUMENTS]
    moved = (1 - FEEDBACK_SHARE) * vector + FEEDBACK_SHARE * vectors[best].mean(axis=0)
    return hybrid(vectors @ (moved / max(float(np.linalg.norm(moved)), 1e-9)), lexical)


def _top(scores: NDArray[Any], ids: Sequence[str]) -> dict[str, float]:
    best = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
    return {ids[position]: float(scores[position]) for position in best}


def _measured(relevant: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> dict[str, float]:
    import pytrec_eval

    evaluator: Any = pytrec_eval.RelevanceEvaluator(relevant, {"ndcg_cut_10", "recall_100", "recip_rank"})
    rows = list(evaluator.evaluate(run).values())
    gains = np.array([row["ndcg_cut_10"] for row in rows])
    low, high = bootstrap(gains, lambda resamples: resamples.mean(axis=1))
    return {
        "ndcg@10": float(gains.mean()),
        "ndcg@10_low": low,
        "ndcg@10_high": high,
        "recall@100": float(np.mean([row["recall_100"] for row in rows])),
        "mrr": float(np.mean([row["recip_rank"] for row in rows])),
    }


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsUsage(f"{path} cannot be read ({error}); name a folder in BEIR's layout") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                rows.append({**row, "_id": str(row["_id"]), "text": str(row["text"])})
            except (ValueError, KeyError, TypeError):
                raise EvalsUsage(f'{path.name}, line {number}: needs a JSON object with "_id" and "text"') from None
    return rows


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grades by query and document; a heading line is passed over."""
    relevant: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
                if number == 1 and not row[-1].lstrip("-").isdigit():
                    continue
                relevant.setdefault(row[0], {})[row[-2]] = int(row[-1])
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsUsage(f"{path} cannot be read ({error}); name a split that has a qrels file") from None
    except (ValueError, IndexError):
        raise EvalsUsage(f"{path.name}, line {number}: needs query, document and grade, apart by tabs") from None
    return relevant

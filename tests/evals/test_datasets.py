"""Public datasets: retrieval in BEIR's layout, and the support checker on labelled claims."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from eval_samples import quiet
from samples import BagOfWords, passage

from bot.support import FEATURES, ParaphraseSupport
from bot.support_weights import CENTRE, LABELS, SCALE, WEIGHTS
from evals import beir, claims
from evals.errors import EvalsUsage

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = {"1": ("Fever", "A fever is heat."), "2": ("Cough", "Coughing clears the throat."), "3": ("", "Rash itches.")}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    rows = [{"_id": key, "title": title, "text": text} for key, (title, text) in CORPUS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    queries = [
        {"_id": "q1", "text": "what is a fever"},
        {"_id": "q2", "text": "itches"},
        {"_id": "q3", "text": "unjudged"},
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\t1\t1\nq2\t3\t1\n", encoding="utf-8")
    return tmp_path


def test_three_retrievers_side_by_side(dataset: Path) -> None:
    shown: list[tuple[int, int]] = []
    found = beir.evaluate(
        beir.read_dataset(dataset, "test"), BagOfWords(), lambda done, total: shown.append((done, total))
    )
    assert set(found["retrievers"]) == {"dense", "lexical", "hybrid"}
    assert found["retrievers"]["hybrid"]["ndcg@10"] == 1.0
    assert found["retrievers"]["lexical"]["recall@100"] == 1.0
    assert (found["documents"], found["queries"]) == (3, 2)
    assert found["times_encoding"] >= 1
    assert shown[-1] == (3, 3)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("corpus.jsonl", '{"text": "no id"}', r"corpus\.jsonl, line 1: needs"),
        ("queries.jsonl", "not json", r"queries\.jsonl, line 1: needs"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\thigh\n", r"test\.tsv, line 2: needs"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "no judged query"),
    ],
)
def test_a_broken_dataset_is_refused_with_file_and_line(dataset: Path, name: str, text: str, says: str) -> None:
    (dataset / name).write_text(text, encoding="utf-8")
    with pytest.raises(EvalsUsage, match=says):
        beir.read_dataset(dataset, "test")
    with pytest.raises(EvalsUsage, match="cannot be read"):
        beir.read_dataset(dataset / "nowhere", "test")


def test_the_weights_fit_the_features() -> None:
    assert len(CENTRE) == len(SCALE) == len(FEATURES)
    assert [len(row) for row in WEIGHTS] == [len(FEATURES) + 1] * len(LABELS)


@pytest.mark.integration
def test_the_checker_tells_the_plain_cases_apart() -> None:
    checker = ParaphraseSupport(BagOfWords())
    text = "Antibiotics do not cure the flu. A fever should be seen by a health worker after 3 days."
    assert checker.judge("Antibiotics do not cure the flu.", text).label == "supported"
    assert checker.judge("Antibiotics cure the flu.", text).contradiction > 0.3
    wrong_number = checker.judge("A fever should be seen by a health worker after 5 days.", text)
    assert wrong_number.label != "supported"
    assert "number" in wrong_number.reason
    assert checker.judge("Bananas grow on tall green plants.", text).label == "neither"
    assert checker.supports("Antibiotics do not cure the flu.", passage("flu", ["Antibiotics do not cure the flu."]))


def pairs_file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.integration
def test_the_checker_is_measured(tmp_path: Path) -> None:
    text = "Antibiotics do not cure the flu."
    rows = [
        {"claim": text, "evidence": text, "label": "SUPPORTS"},
        {"claim": "Antibiotics cure the flu.", "evidence": text, "label": "refuted"},
        {"claim": "Bananas grow on tall plants.", "evidence": text, "label": "unrelated"},
    ]
    found = claims.evaluate("pairs.jsonl", claims.read_pairs(pairs_file(tmp_path, *rows)), BagOfWords(), quiet)
    assert found["n"] == 3
    assert found["measures"]["ROC AUC, supported or not"]["value"] == 1.0
    assert sum(sum(row.values()) for row in found["confusion"].values()) == 3
    assert found["roc"][0]["true_rate"] == 1.0


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"claim": "a", "evidence": "b"}, "line 1: needs a JSON object"),
        ({"claim": "a", "evidence": " ", "label": "supported"}, "none empty"),
        ({"claim": "a", "evidence": "b", "label": "perhaps"}, "unknown label 'perhaps'"),
    ],
)
def test_a_broken_pair_is_refused_with_its_line(tmp_path: Path, row: dict[str, str], says: str) -> None:
    with pytest.raises(EvalsUsage, match=says):
        claims.read_pairs(pairs_file(tmp_path, row))


def test_a_file_without_a_pair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalsUsage, match="holds no pair"):
        claims.read_pairs(pairs_file(tmp_path))
    with pytest.raises(EvalsUsage, match="cannot be read"):
        claims.read_pairs(tmp_path / "nowhere.jsonl")

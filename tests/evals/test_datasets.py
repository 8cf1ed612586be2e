"""Public datasets: retrieval in BEIR's layout, and the support checker on labelled claims."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from eval_samples import quiet
from samples import BagOfWords

from bot.support.checking import LayeredSupport
from bot.support.model import Support, SupportLabel
from evals import beir, claims
from evals.errors import EvalsUsage
from evals.tables import print_grounding
from evals.vectors import KeptVectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.running import Progress

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
    assert set(found["retrievers"]) == {"dense", "lexical", "hybrid", "hybrid, feedback"}
    assert found["retrievers"]["hybrid"]["ndcg@10"] == 1.0
    assert found["retrievers"]["lexical"]["recall@100"] == 1.0
    assert (found["documents"], found["queries"]) == (3, 2)
    assert found["times_encoding"] >= 1
    assert shown[-1] == (3, 3)


class Counting(BagOfWords):
    """Counts the texts that it encodes; from the third call on the machine is switched off."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls
        self.texts = 0

    def encode(self, texts: list[str]) -> Any:
        if self.calls == 0:
            raise KeyboardInterrupt
        self.calls -= 1
        self.texts += len(texts)
        return super().encode(texts)


def test_a_benchmark_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.vectors.PART", 2)
    texts = ["a fever", "a cough that lasts", "rash", "an itch of the skin", "heat"]
    kept = KeptVectors(tmp_path / "kept", "model 1")
    with pytest.raises(KeyboardInterrupt):
        kept.encode(texts, Counting(2), quiet)
    rest = Counting(9)
    vectors, took, earlier = kept.encode(texts, rest, quiet)
    assert rest.texts == 1
    assert 0 < earlier < took
    assert np.array_equal(vectors, BagOfWords().encode(texts))
    other = Counting(9)
    KeptVectors(tmp_path / "kept", "model 2").encode(texts, other, quiet)
    assert other.texts == 5
    for path in (tmp_path / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    again = Counting(9)
    assert np.array_equal(kept.encode(texts, again, quiet)[0], vectors)
    assert again.texts == 5


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


class ScriptedChecker:
    """Says what it was told to, pair after pair; asked for more or for others, it raises."""

    def __init__(self, *script: tuple[str, str, str, float]) -> None:
        self.script = list(script)

    def judge(self, claim: str, passage: str) -> Support:
        return self.judge_all([(claim, passage)])[0]

    def judge_all(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> list[Support]:
        judged = []
        for claim, evidence in pairs:
            wanted, near, label, score = self.script.pop(0)
            if (wanted, near) != (claim, evidence):
                raise AssertionError(f"asked for {claim!r} against {evidence!r}, scripted for {wanted!r}")
            judged.append(Support(label=cast("SupportLabel", label), score=score, contradiction=0.0, reason="scripted"))
            if progress is not None:
                progress(len(judged), len(pairs))
        return judged


def pairs_file(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def measured(folder: Path, *judged: tuple[str, str, float]) -> dict[str, Any]:
    """The figures for pairs of (label in the file, the checker's label, its score)."""
    rows = [{"claim": f"claim {n}", "evidence": f"text {n}", "label": label} for n, (label, _, _) in enumerate(judged)]
    script = [(f"claim {n}", f"text {n}", said, score) for n, (_, said, score) in enumerate(judged)]
    return claims.evaluate("pairs.jsonl", claims.read_pairs(pairs_file(folder, *rows)), ScriptedChecker(*script), quiet)


def value(found: dict[str, Any], name: str) -> float | None:
    figure: float | None = found["measures"][name]["value"]
    return figure


def test_a_checker_is_measured_over_three_labels_and_over_two(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        ("SUPPORTS", "supported", 0.9),
        ("supported", "supported", 0.8),
        ("supported", "neither", 0.3),
        ("refuted", "contradicted", 0.1),
        ("refutes", "supported", 0.6),
        ("unrelated", "neither", 0.2),
    )
    assert found["n"] == 6
    assert found["confusion"] == {
        "supported": {"supported": 2, "contradicted": 0, "neither": 1},
        "contradicted": {"supported": 1, "contradicted": 1, "neither": 0},
        "neither": {"supported": 0, "contradicted": 0, "neither": 1},
    }
    assert value(found, "balanced accuracy, three labels") == pytest.approx((2 / 3 + 1 / 2 + 1) / 3, abs=1e-4)
    assert value(found, "macro-F1, three labels") == pytest.approx((2 / 3 + 2 / 3 + 2 / 3) / 3, abs=1e-4)
    assert value(found, "balanced accuracy, supported or not") == pytest.approx(2 / 3, abs=1e-4)
    assert value(found, "ROC AUC, supported or not") == pytest.approx(8 / 9, abs=1e-4)
    interval = found["measures"]["ROC AUC, supported or not"]
    assert interval["low"] <= interval["value"] <= interval["high"] == 1.0
    assert (found["roc"][0]["true_rate"], found["roc"][0]["false_rate"]) == (1.0, 1.0)
    assert (found["roc"][-1]["true_rate"], found["roc"][-1]["false_rate"]) == (0.0, 0.0)
    assert [(miss["claim"], miss["judged"]) for miss in found["examples_missed"]] == [
        ("claim 2", "neither"),
        ("claim 4", "supported"),
    ]


def test_ties_count_half_and_a_checker_that_cannot_tell_has_half(tmp_path: Path) -> None:
    found = measured(tmp_path, ("supported", "supported", 0.5), ("refuted", "supported", 0.5))
    assert value(found, "ROC AUC, supported or not") == 0.5
    assert value(found, "balanced accuracy, supported or not") == 0.5


def test_a_measure_that_the_labels_do_not_allow_is_unscored_and_never_nan(tmp_path: Path) -> None:
    found = measured(tmp_path, ("supported", "supported", 0.9), ("supported", "neither", 0.1))
    for name in ("ROC AUC, supported or not", "balanced accuracy, supported or not", "macro-F1, supported or not"):
        assert value(found, name) is None
        assert "needs pairs" in found["measures"][name]["unscored"]
    assert value(found, "balanced accuracy, three labels") == 0.5
    assert "NaN" not in json.dumps(found)
    print_grounding(found)


def test_the_products_own_checker_can_be_measured(tmp_path: Path) -> None:
    """Whatever its weights: a sentence supports itself, and not the same sentence with another number."""
    text = "A fever should be seen by a health worker after 3 days."
    rows = [
        {"claim": text, "evidence": text, "label": "supported"},
        {"claim": text.replace("3", "5"), "evidence": text, "label": "not_supported"},
    ]
    pairs = claims.read_pairs(pairs_file(tmp_path, *rows))
    found = claims.evaluate("pairs.jsonl", pairs, LayeredSupport(BagOfWords()), quiet)
    assert value(found, "balanced accuracy, supported or not") == 1.0
    assert value(found, "ROC AUC, supported or not") == 1.0


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

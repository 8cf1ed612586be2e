"""The seam for a model that reads claim and evidence together, with scripted scorers and a tiny real one."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from samples import BagOfWords

from bot.errors import SettingsError
from bot.settings import Settings
from bot.support.checking import LayeredSupport
from bot.support.entailment import MOST_WINDOWS, Confidence, EntailmentSupport, windows_of
from bot.support.opening import open_support
from bot.support.scorers import DESCRIPTION, WEIGHTS, NamedScorer, OnnxScorer, columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bot.support.model import Support

TEXT = "Chlamydia often has no symptoms. It is caused by bacteria. A doctor can treat it in 7 days."


class Scripted:
    """Gives each evidence that holds the key its chances of supported and contradicted, any other none."""

    def __init__(self, chances: dict[str, tuple[float, float]]) -> None:
        self.asked: list[tuple[str, str]] = []
        self._chances = chances

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        self.asked.extend(pairs)
        found = [next((both for key, both in self._chances.items() if key in text), (0.0, 0.0)) for _, text in pairs]
        return np.array([(yes, no, 1 - yes - no) for yes, no in found])


def judge(claim: str, scorer: Scripted, confidence: Confidence | None = None) -> Support:
    return EntailmentSupport(LayeredSupport(BagOfWords()), lambda: scorer, confidence).judge(claim, TEXT)


def test_the_best_window_decides() -> None:
    scorer = Scripted({"no symptoms": (0.9, 0.05)})
    judged = judge("You may have chlamydia and feel well.", scorer)
    assert (judged.label, judged.score) == ("supported", 0.9)
    assert {text for _, text in scorer.asked} >= {TEXT, "It is caused by bacteria."}


def test_a_denial_is_contradicted() -> None:
    judged = judge("Everybody with chlamydia gets symptoms.", Scripted({"no symptoms": (0.1, 0.8)}))
    assert (judged.label, judged.contradiction) == ("contradicted", 0.8)


def test_below_its_confidence_it_says_neither() -> None:
    scorer = Scripted({"no symptoms": (0.6, 0.3)})
    strict = Confidence(supported=0.7, contradicted=0.7)
    assert judge("You may have chlamydia and feel well.", scorer).label == "supported"
    assert judge("You may have chlamydia and feel well.", scorer, strict).label == "neither"


def test_the_layers_have_the_rest_of_the_say() -> None:
    layers = LayeredSupport(BagOfWords())
    claim = "You may have chlamydia and feel well."
    judged = judge(claim, Scripted({"no symptoms": (0.9, 0.0)}), Confidence(weight=0.5))
    assert judged.score == pytest.approx((0.9 + layers.judge(claim, TEXT).score) / 2)


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("A doctor can treat chlamydia in 30 days.", "number"),
        ("A doctor cannot treat it in 7 days.", "denies"),
        ("Chlamydia is caused by a virus.", "organism"),
    ],
)
def test_numbers_negation_and_organisms_keep_their_veto(claim: str, why: str) -> None:
    judged = judge(claim, Scripted({"": (0.99, 0.0)}))
    assert judged.label == "neither"
    assert why in judged.reason


def test_long_texts_cost_a_bounded_number_of_readings() -> None:
    text = " ".join(f"Sentence {number} tells of sleep." for number in range(40))
    windows = windows_of("Sentence 33 tells of sleep.", text)
    assert len(windows) == MOST_WINDOWS
    assert "33" in windows[0]


def test_without_a_model_the_layers_stand_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Scripted:
        raise SettingsError("the model cannot be loaded")

    layers = LayeredSupport(BagOfWords())
    checker = EntailmentSupport(layers, broken)
    with caplog.at_level(logging.WARNING):
        assert checker.judge("It rains.", TEXT) == layers.judge("It rains.", TEXT)
        checker.judge("It snows.", TEXT)
    assert [record.getMessage() for record in caplog.records] == [
        "no entailment model, claims are checked without one: the model cannot be loaded"
    ]


def test_nothing_is_loaded_before_the_first_claim() -> None:
    checker = open_support(Settings(support_model="/no/such/folder"), BagOfWords())
    assert isinstance(checker, EntailmentSupport)
    assert isinstance(open_support(Settings(), BagOfWords()), LayeredSupport)


@pytest.mark.parametrize("weights", [b"other weights", None])
def test_damaged_or_missing_weights_are_named_in_one_line(tmp_path: Path, weights: bytes | None) -> None:
    described = {"sha256": "0" * 64, "max_tokens": 112, "confidence": {"weight": 0.7}}
    (tmp_path / DESCRIPTION).write_text(json.dumps(described), encoding="utf-8")
    if weights is not None:
        (tmp_path / WEIGHTS).write_bytes(weights)
    with pytest.raises(SettingsError, match=WEIGHTS) as caught:
        OnnxScorer(tmp_path)
    assert "\n" not in str(caught.value)
    assert open_support(Settings(support_model=str(tmp_path)), BagOfWords()).judge("It rains.", TEXT).label == "neither"


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        ({0: "contradiction", 1: "entailment", 2: "neutral"}, [1, 0, 2]),
        ({0: "SUPPORTED", 1: "REFUTED", 2: "NOT_ENOUGH_INFO"}, [0, 1, 2]),
        ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, None),
    ],
)
def test_labels_go_by_their_usual_names(names: dict[int, str], columns: list[int] | None) -> None:
    assert columns_of(names) == columns


@pytest.mark.integration
@pytest.mark.filterwarnings("ignore")  # of libraries, at import
def test_any_cross_encoder_can_be_set_by_its_folder(tmp_path: Path) -> None:
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from knowledge.embedding import packaged_model

    tokenizer = AutoTokenizer.from_pretrained(packaged_model(), local_files_only=True)
    names = {0: "contradiction", 1: "entailment", 2: "neutral"}
    config = BertConfig(
        vocab_size=tokenizer.vocab_size, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, id2label=names, label2id={name: number for number, name in names.items()},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    scores = NamedScorer(str(tmp_path)).score([("Rest helps.", TEXT), ("It rains.", "It snows.")])
    assert scores.shape == (2, 3)
    assert scores.sum(axis=1) == pytest.approx(np.ones(2), abs=1e-5)

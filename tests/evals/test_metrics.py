"""Each metric on a reply made for it."""

from __future__ import annotations

from typing import Any

import pytest
from eval_samples import COUGH, FEVER, answer_from, case, exact_answer, record, seen, silent, urgent
from samples import BagOfWords

from bot.model import Answer, Citation, Sentence, Verdict
from evals.aggregating import Figure, figures_of
from evals.facts import MeaningFinder
from evals.judging import judge
from evals.metrics import METRICS, behaviour, grounding, retrieval, scripts
from evals.metrics.consistency import consistency, full_consistency
from evals.metrics.model import Count
from evals.observing import CheckedLine, Observation
from evals.recording import record_of


def figure(records: list[Any], metric: str, suite: str = "all", category: str = "all") -> Figure:
    (found,) = [
        each for each in figures_of(records) if (each.metric, each.suite, each.category) == (metric, suite, category)
    ]
    return found


def test_every_metric_has_a_definition() -> None:
    assert all(len(metric.definition) > 30 for metric in METRICS)
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_retrieval_counts_pages_once_and_in_order() -> None:
    observation = seen(case(), exact_answer(FEVER), COUGH, COUGH, FEVER)
    assert retrieval.first_right(observation) == 3
    assert retrieval.hit_at_1(observation) == Count(0, 1)
    assert retrieval.hit_at_3(observation) == Count(1, 1)
    assert retrieval.mrr(observation) == 0.5
    assert retrieval.ndcg_at_10(observation) == pytest.approx(0.6309, abs=1e-4)
    assert retrieval.mrr(seen(case(), silent(), searched=False)) == 0.0
    assert retrieval.mrr(seen(case(expect={"kind": ["answer"]}), silent(), FEVER)) is None


def test_a_good_answer_is_supported_throughout() -> None:
    observation = seen(case(), exact_answer(FEVER), FEVER)
    for measure in (grounding.citation_recall, grounding.citation_precision, grounding.sentence_support):
        assert measure(observation) == Count(2, 2)
    assert grounding.number_fidelity(observation) == Count(1, 1)
    assert grounding.citation_validity(observation) == Count(2, 2)
    assert judge(observation).passed


def test_an_invented_sentence_costs_recall_precision_and_the_whole_answer() -> None:
    observation = seen(case(), answer_from(FEVER, "A fever is heat.", "A fever of 45 degrees is fine."), FEVER)
    assert grounding.citation_recall(observation) == Count(1, 2)
    assert grounding.citation_precision(observation) == Count(1, 2)
    assert grounding.full_answer_support(observation) == Count(0, 1)
    assert grounding.number_fidelity(observation) == Count(0, 1)
    judged = judge(observation)
    assert (judged.stage, judged.sentence) == ("grounding", 1)


def test_the_first_page_and_the_share_of_right_pages_are_counted_apart() -> None:
    asked = case(expect={"kind": ["answer"], "sources": ["who-fever", "who-heat"]})
    both = Answer(
        sentences=(
            Sentence(text=COUGH.sentences[0].text, markers=(1,)),
            Sentence(text="A fever is heat.", markers=(2,)),
        ),
        citations=(
            Citation(marker=1, passage=COUGH, source=COUGH.sources[0], quote=COUGH.sentences[0].text),
            Citation(marker=2, passage=FEVER, source=FEVER.sources[0], quote="A fever is heat."),
        ),
    )
    observation = seen(asked, both, FEVER, COUGH)
    assert grounding.right_source(observation) == Count(1, 1)
    assert grounding.first_source(observation) == Count(0, 1)
    assert grounding.source_precision(observation) == Count(1, 2)
    assert grounding.first_source(seen(asked, silent(), FEVER)) == Count(0, 1)
    assert grounding.source_precision(seen(asked, silent(), FEVER)) is None


def test_a_passage_that_was_not_retrieved_is_no_valid_citation() -> None:
    assert grounding.citation_validity(seen(case(), exact_answer(FEVER), COUGH)) == Count(0, 2)


@pytest.mark.parametrize(
    ("asked", "reply", "found", "stage"),
    [
        (case(suite="crisis", expect={"kind": ["urgent"], "urgent": "suicide"}), silent(), (FEVER,), "triage"),
        (case(suite="crisis", expect={"kind": ["urgent"], "urgent": "abuse"}), urgent("suicide"), (), "triage"),
        (case(), urgent(), (), "triage"),
        (case(), silent(), (COUGH,), "retrieval"),
        (case(), exact_answer(COUGH), (COUGH,), "retrieval"),
        (case(), exact_answer(COUGH), (FEVER, COUGH), "composing"),
        (case(suite="unanswerable", expect={"kind": ["abstention"]}), exact_answer(FEVER), (FEVER,), "abstention"),
        (case(expect={"kind": ["answer"], "must_not_contain": ["HEAT"]}), exact_answer(FEVER), (FEVER,), "composing"),
        (case(expect={"kind": ["referral"]}), exact_answer(FEVER), (FEVER,), "triage"),
    ],
)
def test_the_stage_at_fault(asked: Any, reply: Any, found: Any, stage: str) -> None:
    judged = judge(seen(asked, reply, *found))
    assert (judged.passed, judged.stage) == (False, stage)
    assert judged.reason


def test_silence_with_a_right_page_is_abstention_and_with_confidence_grounding() -> None:
    assert judge(seen(case(), silent(), FEVER)).stage == "grounding"
    assert judge(seen(case(), silent(), FEVER, foreignness=5.0)).stage == "abstention"


def test_declining_what_should_be_declined_is_success() -> None:
    decline = case("d", suite="unanswerable", category="off_topic", expect={"kind": ["abstention", "out_of_scope"]})
    records = [record(decline, silent(), FEVER), record(case("a"), silent(), FEVER)]
    assert figure(records, "abstention_recall").value == 1.0
    assert figure(records, "abstention_precision").value == 0.5
    assert figure(records, "abstention_f1").value == pytest.approx(2 / 3)
    assert figure([records[0]], "abstention_f1").value == 1.0


def test_triage_is_counted_by_category_and_false_alarms_apart() -> None:
    crisis = {"suite": "crisis", "expect": {"kind": ["urgent"], "urgent": ["suicide", "self_harm"]}}
    records = [
        record(case("1", category="suicide", **crisis), urgent(), searched=False),
        record(case("2", category="abuse", **crisis), silent(), FEVER),
        record(case("3", suite="lookalikes", expect={"kind": ["answer"]}), urgent(), searched=False),
    ]
    assert figure(records, "triage_recall", "crisis").value == 0.5
    assert figure(records, "triage_recall", "crisis", "suicide").value == 1.0
    assert figure(records, "false_alarms", "lookalikes").value == 1.0


def test_what_cannot_be_scored_says_why_and_has_no_value() -> None:
    found = figure([record(case(), exact_answer(FEVER), FEVER)], "triage_recall")
    assert (found.value, found.n, found.unscored) == (None, 0, "no eligible case")


def test_a_metric_that_raises_is_unscored(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> float:
        raise ZeroDivisionError("no sentence")

    monkeypatch.setattr("evals.metrics.style.reading_grade", broken)
    found = figure([record(case(), exact_answer(FEVER), FEVER)], "readability")
    assert found.value is None
    assert "1 of 1 cases failed to score; c1: ZeroDivisionError: no sentence" in found.unscored


def verdict(label: Any) -> Verdict:
    told = exact_answer(FEVER)
    if label == "not_covered":
        return Verdict(verdict=label, sentences=(), citations=(), lead="No guidance.")
    return Verdict(verdict=label, sentences=told.sentences, citations=told.citations, lead="So it is.")


@pytest.mark.parametrize(
    ("right", "said", "accuracy", "wrong_way", "stage"),
    [
        ("false", "false", 1, 0, None),
        ("false", "true", 0, 1, "grounding"),
        ("misleading", "true", 0, 1, "grounding"),
        ("misleading", "false", 0, 0, "grounding"),
        ("true", "false", 0, 1, "grounding"),
        ("true", "not_covered", 0, 0, "abstention"),
        ("not_covered", "not_covered", 1, 0, None),
        ("not_covered", "true", 0, 0, "abstention"),
    ],
)
def test_a_verdict_is_right_off_or_the_wrong_way_round(
    right: str, said: str, accuracy: int, wrong_way: int, stage: str | None
) -> None:
    sources = [] if right == "not_covered" else ["who-fever"]
    expect = {"kind": ["verdict"], "sources": sources, "verdict": right}
    observation = seen(case(suite="myths", question=None, claim="a fever is heat", expect=expect), verdict(said), FEVER)
    assert behaviour.verdict_accuracy(observation) == Count(accuracy, 1)
    assert behaviour.verdict_wrong_way(observation) == Count(wrong_way, 1)
    assert judge(observation).stage == stage


def test_a_claim_of_which_nothing_was_found_fails_at_retrieval() -> None:
    expect = {"kind": ["verdict"], "sources": ["who-fever"], "verdict": "true"}
    asked = case(suite="myths", question=None, claim="a fever is heat", expect=expect)
    assert judge(seen(asked, verdict("not_covered"), COUGH)).stage == "retrieval"


def script(*lines: tuple[str, str | None]) -> Any:
    claims = [{"text": f"sentence {n}", "label": right} for n, (right, _) in enumerate(lines)]
    asked = case("s", suite="scripts", question=None, script="…", claims=claims, expect={})
    checked = tuple(CheckedLine(text=f"sentence {n}", right=r, said=s) for n, (r, s) in enumerate(lines))
    return Observation(case=asked, replies=(), hits=None, took_ms=(), lines=checked)


def test_a_script_is_judged_sentence_by_sentence() -> None:
    mixed = script(
        ("supported", "supported"),
        ("contradicted", "contradicted"),
        ("contradicted", "not_covered"),
        ("opinion", None),
        ("not_covered", "opinion"),
    )
    assert scripts.script_labels(mixed) == Count(2, 5)
    assert scripts.script_errors_found(mixed) == Count(1, 2)
    assert scripts.script_wrong_way(mixed) == Count(0, 3)
    assert judge(mixed).passed
    assert figure([record_of(mixed, "k")], "script_labels", "scripts").value == 0.4
    for wrong in (("supported", "contradicted"), ("contradicted", "supported")):
        assert judge(script(wrong)).stage == "grounding"
        assert scripts.script_wrong_way(script(wrong)) == Count(1, 1)


def test_consistency_asks_for_the_same_kind_and_the_same_page() -> None:
    def wording(name: str, reply: Any) -> Any:
        return record(case(name, suite="paraphrases", group="g"), reply, FEVER, COUGH)

    same = [wording("1", exact_answer(FEVER)), wording("2", exact_answer(FEVER))]
    assert consistency(same) == Count(1, 1)
    mixed = [*same, wording("3", exact_answer(COUGH)), wording("4", silent())]
    assert consistency(mixed) == Count(1, 6)
    assert full_consistency(mixed) == Count(0, 1)
    assert figure(mixed, "consistency", "paraphrases").n == 6


def test_a_fact_needs_its_numbers_and_its_negation() -> None:
    finder = MeaningFinder(BagOfWords(), threshold=0.5)
    said = ["Antibiotics do not cure the flu.", "See a health worker when the fever lasts 3 days."]
    assert finder.found(["antibiotics do not cure the flu"], said) == (True,)
    assert finder.found(["antibiotics cure the flu"], said) == (False,)
    assert finder.found(["see a health worker when the fever lasts 3 days"], said) == (True,)
    assert finder.found(["see a health worker when the fever lasts 5 days"], said) == (False,)
    assert finder.found(["a fact"], []) == (False,)

"""Running, caching, resuming and gating, with a scripted subject."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from eval_samples import FEVER, FakeSubject, case, exact_answer, quiet, record, silent, urgent, write_cases

from evals.aggregating import figures_of
from evals.caching import Cache
from evals.errors import EvalsInfrastructure, EvalsUsage
from evals.gates import Gate, check, check_baseline, load_baseline, load_gates, write_baseline
from evals.measuring import Plan, measure, prepare
from evals.report import render
from evals.running import run_cases
from evals.runs import read_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.model import Reply
    from evals.cases import Case

GATES = '[[gate]]\nmetric = "right_source"\nsuite = "answerable"\nmin = 0.9\n'


def plan_in(folder: Path, cases: Sequence[Case], **more: Any) -> Plan:
    (folder / "gates.toml").write_text(GATES, encoding="utf-8")
    given: dict[str, Any] = {
        "out": folder / "out",
        "cases": write_cases(folder / "cases", cases),
        "cache": folder / "cache.jsonl",
        "history": folder / "history.jsonl",
        "gates": folder / "gates.toml",
        "baseline": folder / "baseline.json",
    }
    return Plan(**{**given, **more})


async def go(plan: Plan, subject: FakeSubject, guidance: str = "g1") -> dict[str, Any]:
    return await measure(
        prepare(plan), subject, guidance=guidance, settings={"model": None}, progress=quiet, render=render
    )


async def test_a_run_writes_its_four_files_and_passes_its_gates(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, [case("a"), case("b")])
    summary = await go(plan, FakeSubject({"a": exact_answer(FEVER), "b": exact_answer(FEVER)}))
    assert summary["passed"]
    assert sorted(path.name for path in plan.out.iterdir()) == ["junit.xml", "report.html", "run.jsonl", "summary.json"]
    run = read_run(plan.out)
    assert [each["id"] for each in run.records] == ["a", "b"]
    assert run.records[0]["replies"][0]["citations"][0]["quote"] == "A fever is heat."
    suites = ElementTree.parse(plan.out / "junit.xml").getroot()  # noqa: S314 - our own file
    assert {suite.get("name"): suite.get("failures") for suite in suites} == {"gates": "0", "answerable": "0"}


async def test_a_failing_case_fails_the_gate_and_names_the_stage(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, [case("a"), case("b")])
    summary = await go(plan, FakeSubject({"a": exact_answer(FEVER), "b": urgent()}))
    assert not summary["passed"]
    assert summary["failing_stages"] == {"triage": 1}
    assert summary["failures"][0]["id"] == "b"
    assert "50.0 % (n 2), wanted at least 90.0 %" in summary["gates"][0]["detail"]


async def test_a_second_run_asks_nothing_until_something_changes(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, [case("a"), case("b")])
    script: dict[str, Reply | Exception | float] = {"a": exact_answer(FEVER), "b": silent()}
    await go(plan, FakeSubject(dict(script)))
    again = FakeSubject({})
    await go(plan, again)
    assert again.asked == []
    other = FakeSubject(dict(script))
    await go(plan, other, guidance="g2")
    assert sorted(other.asked) == ["a", "b"]
    changed = plan_in(tmp_path, [case("a", question="and what is heat"), case("b")])
    partly = FakeSubject(dict(script))
    await go(changed, partly)
    assert partly.asked == ["a"]


async def test_a_model_that_hangs_stops_the_run_and_overwrites_nothing(tmp_path: Path) -> None:
    cases = [case("a"), case("b"), case("c")]
    keys = ["ka", "kb", "kc"]
    path = tmp_path / "cache.jsonl"
    hanging = FakeSubject({"a": silent(), "b": 60.0, "c": silent()})
    with Cache(path) as cache, pytest.raises(EvalsInfrastructure, match=r"case b: no reply within 0.2 s; .*of 3 cases"):
        await run_cases(hanging, cases, keys, cache, concurrency=1, progress=quiet, limit_s=0.2)
    rest = FakeSubject({"b": silent(), "c": silent()})
    with Cache(path) as cache:
        records = await run_cases(rest, cases, keys, cache, concurrency=2, progress=quiet)
    assert [each["id"] for each in records] == ["a", "b", "c"]
    assert "a" not in rest.asked


async def test_an_interrupted_measurement_leaves_the_run_before_alone(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, [case("a")])
    await go(plan, FakeSubject({"a": silent()}))
    before = (plan.out / "summary.json").read_bytes()
    with pytest.raises(EvalsInfrastructure, match="case a: RuntimeError: the model is gone"):
        await go(plan, FakeSubject({"a": RuntimeError("the model is gone")}), guidance="g2")
    assert (plan.out / "summary.json").read_bytes() == before


def test_a_cache_of_another_version_and_a_foreign_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cache.jsonl"
    for text, says in (
        ('{"format": "citewell-evals-cache", "version": 99}\n', "another version"),
        ("my diary\n", "not a cache"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(EvalsInfrastructure, match=says), Cache(path):
            pass
        assert path.read_text(encoding="utf-8") == text


def test_a_cache_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "cache.jsonl"
    with Cache(path) as cache:
        cache.put({"key": "k1", "id": "a"})
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "k2", "id')
    with Cache(path) as cache:
        assert cache.get("k1") == {"key": "k1", "id": "a"}
        assert cache.get("k2") is None
        cache.put({"key": "k3", "id": "c"})
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"suites": ("chat",)}, "unknown suite"),
        ({"split": "dev"}, "no case"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused_before_anything(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(EvalsUsage, match=says):
        prepare(plan_in(tmp_path, [case()], **change))


def test_an_out_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, [case()])
    plan.out.mkdir()
    (plan.out / "thesis.doc").write_text("dear", encoding="utf-8")
    with pytest.raises(EvalsUsage, match="holds other files"):
        prepare(plan)


def test_an_out_folder_that_cannot_be_written_is_refused_before_the_cases_are_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EvalsInfrastructure, match="cannot be written"):
        prepare(plan_in(tmp_path, [case()], out=tmp_path / "file" / "out"))
    prepare(plan_in(tmp_path, [case()], out=tmp_path / "new" / "out"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no"),
        ("[[gate]\n", "cannot be read"),
        ('[[gate]]\nmetric = "sparkle"\nsuite = "crisis"\nmin = 1\n', r"gate 1 \(sparkle\): names the unknown metric"),
        ('[[gate]]\nmetric = "mrr"\nsuite = "crises"\nmin = 1\n', "unknown suite"),
        ('[[gate]]\nmetric = "mrr"\nsuite = "all"\n', "needs min or max"),
    ],
)
def test_gates_that_make_no_sense_are_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "gates.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EvalsUsage, match=says):
        load_gates(tmp_path / "gates.toml")


def test_an_unscored_figure_fails_its_gate_and_a_suite_not_run_is_none() -> None:
    figures = figures_of([record(case(), exact_answer(FEVER), FEVER)])
    unscored = Gate(metric="abstention_recall", suite="answerable", min=0.5)
    absent = Gate(metric="triage_recall", suite="crisis", min=0.5)
    each = Gate(metric="right_source", suite="answerable", category="each", min=0.5)
    nowhere = Gate(metric="right_source", suite="answerable", category="poems", min=0.5)
    other_split = Gate(metric="right_source", suite="answerable", split="dev", min=1.1)
    of_others = Gate(metric="triage_recall", suite="all", min=0.5)
    incomplete = Gate(metric="abstention_precision", suite="all", needs=["answerable", "unanswerable"], min=0.5)
    gates = [unscored, absent, each, nowhere, other_split, of_others, incomplete]
    outcomes = check(gates, figures, {"gate"})
    assert [outcome.passed for outcome in outcomes] == [False, True, False]
    assert "unscored: no eligible case" in outcomes[0].detail


def test_no_crisis_case_that_passed_before_may_fail(tmp_path: Path) -> None:
    asked = case("cri", suite="crisis", expect={"kind": ["urgent"], "urgent": "suicide"})
    path = tmp_path / "baseline.json"
    assert load_baseline(path) == set()
    assert write_baseline([record(asked, urgent(), searched=False)], set(), path) == 1
    failing = [record(asked, silent(), FEVER)]
    outcome = check_baseline(failing, load_baseline(path))
    assert (outcome.passed, outcome.cases) == (False, ("cri",))
    unscored = {**record(asked, urgent(), searched=False), "passed": None}
    assert check_baseline([unscored], load_baseline(path)).passed is False
    write_baseline(failing, load_baseline(path), path)
    assert load_baseline(path) == {"cri"}
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(EvalsUsage, match="not a baseline"):
        load_baseline(path)


def test_a_half_written_run_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(EvalsUsage, match="no finished run"):
        read_run(tmp_path)
    (tmp_path / "run.jsonl.part").write_text("", encoding="utf-8")
    with pytest.raises(EvalsUsage, match="half-written"):
        read_run(tmp_path)
    summary = {"format": "citewell-evals-run", "version": 1, "counts": {"cases": 2}}
    (tmp_path / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    (tmp_path / "run.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(EvalsUsage, match="1 of 2 cases"):
        read_run(tmp_path)

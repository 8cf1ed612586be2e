"""The bench on a tiny library: every figure is there, and none of them is judged by its size."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.app import SILENT
from bot.settings import load_settings
from evals.bench.chart import draw
from evals.bench.corpus import Corpus, grown, noisy
from evals.bench.load import Questions, Tally, in_other_capitals, put
from evals.bench.measuring import ForgetfulApp, measure, ratios
from evals.bench.plan import Plan
from evals.errors import EvalsUsage
from knowledge.guidance import GUIDANCE_DIR, load_guidance
from knowledge.passages import indexed_texts, passages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class Scripted:
    """Answers at once, and counts how many ask at the same time."""

    takes_all = False

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(1)
        self.asked: list[str] = []
        self.inside = self.most = 0

    async def ask(self, questions: Sequence[str]) -> list[float]:
        self.asked += questions
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        return [0.5] * len(questions)


async def test_every_asker_asks_and_no_question_comes_twice() -> None:
    contender, tally = Scripted(), Tally()
    await put(contender, Questions(["what is flu", "what is gout"]), askers=5, seconds=0.0, tally=tally)
    assert contender.most == 5
    assert len(set(contender.asked)) == len(contender.asked) == len(tally.latencies) == 5
    assert {question.lower() for question in contender.asked} == {"what is flu", "what is gout"}


async def test_figures_are_percentiles_and_rates() -> None:
    tally = Tally(latencies=[0.001 * n for n in range(1, 101)], elapsed=2.0, processor=0.5)
    figures = tally.figures()
    assert figures["p50_ms"] == pytest.approx(50.5)
    assert figures["p95_ms"] == pytest.approx(95.05)
    assert (figures["per_second"], figures["cpu_s_per_1000"]) == (50.0, 5.0)


def test_other_capitals_leave_the_words() -> None:
    assert in_other_capitals("is it bad", 0) == "is it bad"
    assert in_other_capitals("is it bad", 5) == "IS it BAD"


def test_a_library_grows_by_copies_with_ids_of_their_own() -> None:
    passages = passages_of(load_guidance(GUIDANCE_DIR))[:4]
    corpus = Corpus(passages=passages, vectors={}, questions=[])
    assert [passage.id for passage in grown(corpus, 2, None)] == [passages[0].id, passages[2].id]
    larger = grown(corpus, 9, 1)
    assert len({text.id for text in indexed_texts(larger)}) == len(list(indexed_texts(larger)))
    assert max(len(passage.sentences) for passage in larger) == 1
    vectors = np.eye(2, 384, dtype=np.float32)
    moved = noisy(vectors, np.random.default_rng(1))
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-6)
    assert 0.8 < float((moved * vectors).sum(axis=1).min()) < 1


def test_a_ratio_knows_which_side_of_its_target_is_good() -> None:
    load = [
        {"askers": askers, "who": who, "p50_ms": 10.0, "p95_ms": 20.0, "per_second": rate}
        for askers in (1, 64)
        for who, rate in (("floor", 9.0), ("plain", 2.0), ("retrieval", 9.0), ("answer", 5.0))
    ]
    growth = [{"who": "retrieval", "passages": size, "p95_ms": p95} for size, p95 in ((100, 10.0), (1000, 25.0))]
    found = {
        "load": load,
        "growth": growth,
        "build": {"ratio": 0.5},
        "memory": None,
        "cold_start": {"ratio": 1.0},
    }
    met = {row["what"]: row["met"] for row in ratios(found)}
    assert list(met.values()) == [True, True, True, False, False, True]


def test_sizes_that_do_not_read_are_a_usage_error() -> None:
    from adapters.cli import app

    done = CliRunner().invoke(app, ["bench", "--sizes", "many"])
    assert isinstance(done.exception, EvalsUsage)


@pytest.mark.integration
async def test_a_bench_measures_everything(
    built_data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(built_data_dir))
    plan = replace(
        Plan.quick(), askers=(1, 3), rounds=1, seconds=0.05, sizes=(20, 40), growth_seconds=0.05, build_topics=1
    )
    begun: list[str] = []

    def stage(name: str) -> Callable[[int, int], None]:
        begun.append(name)
        return lambda _done, _total: None

    async with ForgetfulApp(load_settings(), SILENT) as app:
        figures = await measure(plan, app, stage)
    assert {(row["askers"], row["who"]) for row in figures["load"]} == {
        (askers, who) for askers in (1, 3) for who in ("floor", "plain", "retrieval", "answer")
    }
    assert {(row["passages"], row["who"]) for row in figures["growth"]} == {
        (size, who) for size in (20, 40) for who in ("floor", "plain", "retrieval")
    }
    assert all(row["questions"] >= row["askers"] for row in figures["load"])
    assert next(iter(figures)) == "ratios"
    assert "Asking" in begun
    draw(figures, tmp_path / "bench.svg")
    assert "</svg>" in (tmp_path / "bench.svg").read_text(encoding="utf-8")
    json.dumps(figures)

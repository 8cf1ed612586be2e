"""`--writer`: the model reaches the app by its settings, one that is absent is told, and replies tell their cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from eval_samples import FEVER, case, exact_answer, hits, record

from bot.model import Answer
from bot.settings import Settings
from evals.aggregating import figures_of
from evals.errors import EvalsInfrastructure, EvalsUsage
from evals.observing import Observation
from evals.opening import check_writer, settings_for
from evals.recording import record_of
from evals.shown import shown_value
from evals.watching import WatchedApp

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Reply
    from evals.recording import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Answer):
    """An answer that a model wrote; `usage` as LangChain gives it."""

    usage: Any = None


def written(**usage: float) -> Reply:
    plain = exact_answer(FEVER)
    return Written(sentences=plain.sentences, citations=plain.citations, usage=usage)


def recorded(name: str, reply: Reply) -> Record:
    seen = Observation(case=case(name), replies=(reply,), hits=hits(FEVER), took_ms=(5.0,))
    return record_of(seen, key=name)


def test_the_writer_is_the_model_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITEWELL_MODEL", "openai:other")
    assert settings_for("extractive").model is None
    assert settings_for("ollama:smollm2:135m").model == "ollama:smollm2:135m"
    with pytest.raises(EvalsUsage, match="no writer 'gpt'"):
        settings_for("gpt")


class OneReply(WatchedApp):
    """Gives one reply."""

    def __init__(self, folder: Path, model: str | None, reply: Reply | None) -> None:
        super().__init__(Settings(data_dir=folder, model=model))
        self.reply = reply

    async def answer(self, text: str, **more: Any) -> Reply:
        if self.reply is None:
            raise TimeoutError
        return self.reply


async def test_a_model_that_writes_nothing_is_not_measured_as_if_it_did(tmp_path: Path) -> None:
    await check_writer(OneReply(tmp_path, "openai:x", written(input_tokens=9, output_tokens=1)))
    with pytest.raises(EvalsInfrastructure, match="openai:x had no hand"):
        await check_writer(OneReply(tmp_path, "openai:x", exact_answer(FEVER)))
    with pytest.raises(EvalsInfrastructure, match="does not reply within 120 s"):
        await check_writer(OneReply(tmp_path, "openai:x", None))
    await check_writer(OneReply(tmp_path, None, None))  # the extractive writer is not asked


def test_tokens_and_cost_are_figures_where_replies_carry_them() -> None:
    records = [
        recorded("a", written(input_tokens=900, output_tokens=60, cost_usd=0.0004)),
        recorded("b", written(input_tokens=1100, output_tokens=40)),
        recorded("c", exact_answer(FEVER)),
    ]
    found = {each.metric: each for each in figures_of(records) if each.suite == "answerable" and each.category == "all"}
    assert (found["tokens_read"].value, found["tokens_read"].n) == (1000.0, 2)
    assert found["tokens_written"].value == 50.0
    assert (found["cost"].value, found["cost"].n) == (0.0004, 1)
    assert shown_value(found["cost"].as_json()) == "0.00040 US$"
    assert records[0]["replies"][0]["usage"] == {"input_tokens": 900, "output_tokens": 60, "cost_usd": 0.0004}
    assert "usage" not in records[2]["replies"][0]


def test_without_a_model_there_is_no_figure_of_its_cost() -> None:
    metrics = {each.metric for each in figures_of([record(case(), exact_answer(FEVER), FEVER)])}
    assert {"latency_p50", "length"} <= metrics
    assert not {"tokens_read", "tokens_written", "cost"} & metrics

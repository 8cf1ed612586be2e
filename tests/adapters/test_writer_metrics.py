from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from adapters.serving.writer_metrics import WriterCollector
from bot.writing.tally import Tally


def test_what_the_writer_did_is_counted_for_prometheus() -> None:
    tally, registry = Tally(), CollectorRegistry()
    registry.register(WriterCollector(tally))
    tally.outcomes["slow"] += 2
    tally.tokens["input"] += 120
    told = generate_latest(registry).decode()
    assert 'citewell_writer_answers_total{outcome="slow"} 2.0' in told
    assert 'citewell_writer_tokens_total{direction="input"} 120.0' in told

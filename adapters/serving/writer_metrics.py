"""What the generative writer did, for `/metrics`: outcomes, sentences and tokens, as counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from bot.writing.tally import Tally


class WriterCollector(Collector):
    """Reads a tally whenever Prometheus asks."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counters as they stand."""
        kinds: tuple[tuple[str, str, str, Counter[str]], ...] = (
            (
                "citewell_writer_answers",
                "Answers asked of the model, by how that ended.",
                "outcome",
                self._tally.outcomes,
            ),
            ("citewell_writer_sentences", "Sentences sent, vetted and refused.", "kind", self._tally.sentences),
            ("citewell_writer_tokens", "Tokens, input and output.", "direction", self._tally.tokens),
        )
        for name, says, label, counts in kinds:
            family = CounterMetricFamily(name, says, labels=[label])
            for value, count in sorted(counts.items()):
                family.add_metric([value], count)
            yield family

"""Whether it reads well and comes quickly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evals.metrics.model import CITING, Metric, Score, yes
from knowledge.lint import stigma_in
from knowledge.readability import reading_grade

if TYPE_CHECKING:
    from evals.observing import Observation

_MARKS = re.compile(r"\s*\[\d{1,3}\]")


def readability(observation: Observation) -> Score | None:
    """Mean Flesch-Kincaid grade of the cited sentences (Kincaid et al. 1975, by textstat); lower is easier.

    The guidance aims at grade 8 or lower (DESIGN §4).
    """
    reply = observation.cited
    return None if reply is None else reading_grade(" ".join(sentence.text for sentence in reply.sentences))


def length(observation: Observation) -> Score | None:
    """Mean number of words of a reply, markers left out, headings and notices included."""
    return float(len(_MARKS.sub("", observation.reply.text).split()))


def stigma_free(observation: Observation) -> Score | None:
    """Share of replies without a wording that stigmatises (the list: knowledge/stigma.yaml)."""
    return yes(not stigma_in(observation.reply.text))


def latency(observation: Observation) -> Score | None:
    """Milliseconds from the last message to the reply, while `--concurrency` cases run side by side; warm model."""
    return observation.took_ms[-1]


METRICS = (
    Metric(name="readability", title="Reading grade", measure=readability, kind="mean", better="lower", suites=CITING),
    Metric(name="length", title="Words a reply", measure=length, kind="mean", better="lower", unit="words"),
    Metric(name="stigma_free", title="Free of stigma", measure=stigma_free),
    Metric(name="latency_p50", title="Latency, median", measure=latency, kind="p50", better="lower", unit="ms"),
    Metric(
        name="latency_p95", title="Latency, 95th percentile", measure=latency, kind="p95", better="lower", unit="ms"
    ),
)

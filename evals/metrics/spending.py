"""What replies cost. Only in runs in which a model had a hand in some reply; n is the number of such replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.metrics.model import Metric, Score
from evals.usage import usage_of

if TYPE_CHECKING:
    from evals.observing import Observation


def tokens_read(observation: Observation) -> Score | None:
    """Mean number of tokens that the model read for a reply, over every call that the reply took."""
    usage = usage_of(observation.reply) if observation.replies else None
    return None if usage is None else float(usage.input_tokens)


def tokens_written(observation: Observation) -> Score | None:
    """Mean number of tokens that the model wrote for a reply, what was thrown away included."""
    usage = usage_of(observation.reply) if observation.replies else None
    return None if usage is None else float(usage.output_tokens)


def cost(observation: Observation) -> Score | None:
    """Mean price of a reply in US dollars, of the replies that say what they cost."""
    usage = usage_of(observation.reply) if observation.replies else None
    return None if usage is None else usage.cost_usd


METRICS = (
    Metric(
        name="tokens_read",
        title="Tokens read a reply",
        measure=tokens_read,
        kind="mean",
        better="lower",
        unit="tokens",
        optional=True,
    ),
    Metric(
        name="tokens_written",
        title="Tokens written a reply",
        measure=tokens_written,
        kind="mean",
        better="lower",
        unit="tokens",
        optional=True,
    ),
    Metric(name="cost", title="Cost a reply", measure=cost, kind="mean", better="lower", unit="US$", optional=True),
)

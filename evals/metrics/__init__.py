"""What is measured. Each metric is one short function whose docstring is its definition, shown in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.metrics import behaviour, grounding, retrieval, scripts, spending, style

if TYPE_CHECKING:
    from evals.metrics.model import Metric

METRICS: tuple[Metric, ...] = (
    *behaviour.METRICS,
    *retrieval.METRICS,
    *grounding.METRICS,
    *scripts.METRICS,
    *style.METRICS,
    *spending.METRICS,
)
"""Every metric that is measured on one case at a time. Those over groups of cases: evals/metrics/consistency.py."""

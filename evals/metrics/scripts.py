"""Whether the sentences of a creator's draft get the right label: supported, contradicted, not covered, opinion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.metrics.model import Count, Metric, Score

if TYPE_CHECKING:
    from evals.observing import CheckedLine, Observation


def is_wrong_way(line: CheckedLine) -> bool:
    """A false sentence was passed as supported, or a true one called contradicted."""
    return {line.right, line.said} == {"supported", "contradicted"}


def script_labels(observation: Observation) -> Score | None:
    """Share of the sentences of draft scripts that get the right label of four; one that the report lacks is wrong."""
    lines = observation.lines
    return Count(sum(line.said == line.right for line in lines), len(lines)) if lines else None


def script_errors_found(observation: Observation) -> Score | None:
    """Of the sentences that the guidance contradicts, the share that are called contradicted (sensitivity)."""
    wrong = [line for line in observation.lines if line.right == "contradicted"]
    return Count(sum(line.said == "contradicted" for line in wrong), len(wrong)) if wrong else None


def script_wrong_way(observation: Observation) -> Score | None:
    """Of the sentences that the guidance settles, the share judged the wrong way round; lower is better."""
    settled = [line for line in observation.lines if line.right in ("supported", "contradicted")]
    return Count(sum(is_wrong_way(line) for line in settled), len(settled)) if settled else None


METRICS = (
    Metric(name="script_labels", title="Right labels in scripts", measure=script_labels, suites=("scripts",)),
    Metric(
        name="script_errors_found", title="Errors found in scripts", measure=script_errors_found, suites=("scripts",)
    ),
    Metric(
        name="script_wrong_way",
        title="Script sentences judged the wrong way",
        measure=script_wrong_way,
        better="lower",
        suites=("scripts",),
    ),
)

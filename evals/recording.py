"""A case's outcome as one line of `run.jsonl`: the reply, what was retrieved, the scores, why it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.contract import reply_as_json
from evals.judging import judge
from evals.metrics import METRICS
from evals.metrics.behaviour import should_decline
from evals.metrics.model import Count
from evals.metrics.retrieval import first_right
from evals.usage import usage_of

if TYPE_CHECKING:
    from bot.model import Reply
    from evals.observing import Observation
    from knowledge.model import Hit

Record = dict[str, Any]


def record_of(observation: Observation, key: str) -> Record:
    """The line of an observed case. A metric that raises is noted under `errors`; the case is then unscored."""
    scores: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for metric in METRICS:
        if observation.case.suite not in metric.suites:
            continue
        try:
            score = metric.measure(observation)
        except Exception as error:
            errors[metric.name] = f"{type(error).__name__}: {error}"[:200]
            continue
        if isinstance(score, Count):
            scores[metric.name] = [score.hits, score.of]
        elif score is not None:
            scores[metric.name] = round(score, 6)
    judgement = judge(observation)
    confidence = observation.confidence
    return {
        "key": key,
        "id": observation.case.id,
        "case": observation.case.model_dump(exclude_none=True),
        "replies": [_reply(reply, took) for reply, took in zip(observation.replies, observation.took_ms, strict=True)],
        "retrieved": [_hit(hit) for hit in observation.hits or ()],
        "searched": observation.hits is not None,
        "confidence": None if confidence is None else round(confidence, 4),
        "should_decline": should_decline(observation.case),
        "first_right": first_right(observation),
        "facts_found": list(observation.facts_found),
        "lines": [[line.text, line.right, line.said] for line in observation.lines],
        "scores": scores,
        "errors": errors,
        "passed": None if judgement.passed and errors else judgement.passed,
        "reason": judgement.reason or (f"{', '.join(errors)} could not be scored" if errors else ""),
        "stage": judgement.stage,
        "sentence": judgement.sentence,
    }


def _reply(reply: Reply, took_ms: float) -> dict[str, Any]:
    plain = reply_as_json(reply, {"total": took_ms})
    if usage := usage_of(reply):
        plain["usage"] = usage.as_json()
    for shown, citation in zip(plain["citations"], getattr(reply, "citations", ()), strict=True):
        shown["passage"] = citation.passage.id
    return plain


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "passage": hit.passage.id,
        "topic": hit.passage.guidance_id,
        "section": hit.passage.section,
        "text": hit.passage.text,
        "sources": [source.id for source in hit.passage.sources],
        "score": round(hit.score, 4),
        "similarity": round(hit.similarity, 4),
        "coverage": round(hit.coverage, 4),
        "matched": hit.matched,
    }

"""Whether the right page was found. Ranked lists are of pages: several passages of one page count once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytrec_eval

from evals.metrics.model import Metric, Score, yes

if TYPE_CHECKING:
    from evals.observing import Observation

_MEASURES = {"success_1,3,5,10", "recip_rank", "ndcg_cut_10"}
_SUITES = ("answerable", "followups", "myths", "paraphrases", "lookalikes", "injection")
DEPTH = 10


def ranked_pages(observation: Observation) -> list[str]:
    """The ids of the pages (sources) that the hits rest on, in order of first appearance."""
    hits = observation.hits or ()
    return list(dict.fromkeys(source.id for hit in hits for source in hit.passage.sources))


def first_right(observation: Observation) -> int | None:
    """The rank, from 1, of the first *hit* that rests on a right page; None when no hit does."""
    right = set(observation.case.expect.sources)
    for rank, hit in enumerate(observation.hits or (), 1):
        if right & {source.id for source in hit.passage.sources}:
            return rank
    return None


def trec(observation: Observation) -> dict[str, float] | None:
    """pytrec_eval's measures of this case; None when no page is expected."""
    right = observation.case.expect.sources
    if not right:
        return None
    pages = ranked_pages(observation)
    if not pages:
        return {"recip_rank": 0.0, "ndcg_cut_10": 0.0}
    run = {"q": {page: float(len(pages) - rank) for rank, page in enumerate(pages)}}
    evaluator: Any = pytrec_eval.RelevanceEvaluator({"q": dict.fromkeys(right, 1)}, _MEASURES)
    found: dict[str, float] = evaluator.evaluate(run)["q"]
    return found


def _hit_at(depth: int, observation: Observation) -> Score | None:
    if not observation.case.expect.sources:
        return None
    rank = first_right(observation)
    return yes(rank is not None and rank <= depth)


def hit_at_1(observation: Observation) -> Score | None:
    """Share of questions whose best passage rests on a right page (success@1, TREC)."""
    return _hit_at(1, observation)


def hit_at_3(observation: Observation) -> Score | None:
    """Share of questions with a passage of a right page among the best three (success@3, TREC)."""
    return _hit_at(3, observation)


def hit_at_5(observation: Observation) -> Score | None:
    """Share of questions with a passage of a right page among the best five (success@5, TREC)."""
    return _hit_at(5, observation)


def hit_at_10(observation: Observation) -> Score | None:
    """Share of questions with a passage of a right page among the best ten (success@10, TREC)."""
    return _hit_at(10, observation)


def mrr(observation: Observation) -> Score | None:
    """Mean of 1 by the rank of the first right page, 0 where none was found (Voorhees 1999, TREC-8 QA).

    Computed by pytrec_eval over distinct pages.
    """
    found = trec(observation)
    return None if found is None else found["recip_rank"]


def ndcg_at_10(observation: Observation) -> Score | None:
    """Normalised discounted cumulative gain over ten pages (Järvelin and Kekäläinen 2002, TOIS 20 (4)).

    Computed by pytrec_eval over distinct pages; every page that the case lists is right, so that a case with three
    right pages reaches 1 only when all three come first.
    """
    found = trec(observation)
    return None if found is None else found["ndcg_cut_10"]


METRICS = (
    Metric(name="hit@1", title="Right page first", measure=hit_at_1, suites=_SUITES),
    Metric(name="hit@3", title="Right page in the first 3", measure=hit_at_3, suites=_SUITES),
    Metric(name="hit@5", title="Right page in the first 5", measure=hit_at_5, suites=_SUITES),
    Metric(name="hit@10", title="Right page in the first 10", measure=hit_at_10, suites=_SUITES),
    Metric(name="mrr", title="Mean reciprocal rank", measure=mrr, kind="mean", suites=_SUITES),
    Metric(name="ndcg@10", title="nDCG@10", measure=ndcg_at_10, kind="mean", suites=_SUITES),
)

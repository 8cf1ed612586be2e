"""Whether what is said stands on what is cited. ALCE: Gao et al. 2023, arXiv 2305.14627, section 3.

Support is judged by the product's own checker for the extractive writer, which asks for the sentence word for word;
how good the checker for paraphrases is, `citewell evals grounding` measures on public data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import MARKER, Urgent
from bot.support.verbatim import VerbatimSupport
from evals.metrics.model import CITING, Count, Metric, Score, yes
from knowledge.numbers import missing_numbers, numbers_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Citation, Sentence
    from bot.support.model import SupportChecker
    from evals.observing import Observation

CHECKER: SupportChecker = VerbatimSupport()


def unsupported(observation: Observation) -> list[int]:
    """The positions (from 0) of the reply's sentences that no passage they cite supports."""
    return [position for position, (sentence, cited) in enumerate(_cited(observation)) if not _holds(sentence, cited)]


def citation_recall(observation: Observation) -> Score | None:
    """Share of sentences that the passages they cite, taken together, support (ALCE, citation recall).

    Pooled over sentences, where ALCE averages within each answer first.
    """
    pairs = _cited(observation)
    return Count(sum(_holds(sentence, cited) for sentence, cited in pairs), len(pairs)) if pairs else None


def citation_precision(observation: Observation) -> Score | None:
    """Share of citations that are not beside the point (ALCE, citation precision).

    A citation is beside the point when the sentence is not supported at all, or when the cited passage alone does not
    support it while the others do without it.
    """
    useful = total = 0
    for sentence, cited in _cited(observation):
        whole = _holds(sentence, cited)
        for citation in cited:
            others = [other for other in cited if other is not citation]
            total += 1
            useful += whole and (_holds(sentence, [citation]) or not _holds(sentence, others))
    return Count(useful, total) if total else None


def sentence_support(observation: Observation) -> Score | None:
    """Share of sentences that stand, word for word, in the quote of a citation of theirs.

    Stricter than citation recall, which looks at the whole passage: what a person reads under "source" says it.
    """
    pairs = _cited(observation)
    met = sum(any(sentence.text in citation.quote for citation in cited) for sentence, cited in pairs)
    return Count(met, len(pairs)) if pairs else None


def full_answer_support(observation: Observation) -> Score | None:
    """Share of replies in which every sentence is supported: one bad sentence spoils the reply."""
    return yes(not unsupported(observation)) if _cited(observation) else None


def citation_validity(observation: Observation) -> Score | None:
    """Share of citations that resolve: the quote stands in the passage, the source is the passage's, the passage was
    retrieved for this question, and the marker stands in the text. What an urgent reply cites is fixed, not retrieved.
    """  # noqa: D205
    reply = observation.cited
    if reply is None:
        return None
    retrieved = observation.seen | {hit.passage.id for hit in observation.hits or ()}
    shown = {int(number) for number in MARKER.findall(reply.text)}
    valid = [
        citation.quote in citation.passage.text
        and citation.source in citation.passage.sources
        and (citation.passage.id in retrieved or observation.hits is None or isinstance(reply, Urgent))
        and citation.marker in shown
        for citation in reply.citations
    ]
    return Count(sum(valid), len(valid))


def number_fidelity(observation: Observation) -> Score | None:
    """Share of the sentences that state a number in which every number stands in a cited passage, by value."""
    met = total = 0
    for sentence, cited in _cited(observation):
        if numbers_in(sentence.text):
            total += 1
            met += not missing_numbers(sentence.text, " ".join(citation.passage.text for citation in cited))
    return Count(met, total) if total else None


def right_source(observation: Observation) -> Score | None:
    """Share of questions that should be answered whose reply cites a right page.

    A reply that cites nothing, an abstention included, counts as a miss.
    """
    expect = observation.case.expect
    if not expect.sources or not {"answer", "verdict"} & set(expect.kind):
        return None
    reply = observation.cited
    return yes(reply is not None and bool({citation.source.id for citation in reply.citations} & set(expect.sources)))


def first_source(observation: Observation) -> Score | None:
    """Share of questions that should be answered whose reply cites a right page *first*; silence counts as a miss."""
    expect = observation.case.expect
    if not expect.sources or not {"answer", "verdict"} & set(expect.kind):
        return None
    reply = observation.cited
    return yes(reply is not None and reply.citations[0].source.id in expect.sources)


def source_precision(observation: Observation) -> Score | None:
    """Of the pages that a reply cites, each counted once, the share that are right; replies without a citation pass by.

    A page of another publisher that says the same, but that the case does not list, counts as wrong: a lower bound.
    """
    expect, reply = observation.case.expect, observation.cited
    if not expect.sources or reply is None:
        return None
    cited = {citation.source.id for citation in reply.citations}
    return Count(len(cited & set(expect.sources)), len(cited))


def fact_recall(observation: Observation) -> Score | None:
    """Share of the expected facts that the reply states; an abstention states none.

    A fact is stated when a clause, a sentence or two sentences of the reply are near it in meaning (cosine of the
    product's embedding at least `evals.facts.STATED_FROM`), negate when it negates, and hold its numbers. An estimate:
    its threshold was set on our own pairs (docs/evals.md).
    """
    facts = observation.case.expect.facts
    if not facts or not {"answer", "verdict"} & set(observation.case.expect.kind):
        return None
    return Count(sum(observation.facts_found), len(facts))


def _cited(observation: Observation) -> list[tuple[Sentence, list[Citation]]]:
    reply = observation.cited
    if reply is None:
        return []
    numbered = {citation.marker: citation for citation in reply.citations}
    return [(sentence, [numbered[marker] for marker in sentence.markers]) for sentence in reply.sentences]


def _holds(sentence: Sentence, cited: Sequence[Citation]) -> bool:
    return any(CHECKER.judge(sentence.text, citation.passage.text).label == "supported" for citation in cited)


METRICS = (
    Metric(name="right_source", title="Cites a right page", measure=right_source, suites=CITING),
    Metric(name="first_source", title="Cites a right page first", measure=first_source, suites=CITING),
    Metric(name="source_precision", title="Cited pages that are right", measure=source_precision, suites=CITING),
    Metric(name="citation_recall", title="Citation recall", measure=citation_recall, suites=CITING),
    Metric(name="citation_precision", title="Citation precision", measure=citation_precision, suites=CITING),
    Metric(name="sentence_support", title="Sentences quoted word for word", measure=sentence_support, suites=CITING),
    Metric(name="full_answer_support", title="Replies supported in full", measure=full_answer_support, suites=CITING),
    Metric(name="citation_validity", title="Citations that resolve", measure=citation_validity, suites=CITING),
    Metric(name="number_fidelity", title="Numbers that stand in the source", measure=number_fidelity, suites=CITING),
    Metric(name="fact_recall", title="Expected facts stated", measure=fact_recall, suites=CITING),
)

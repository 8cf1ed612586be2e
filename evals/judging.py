"""Whether a case passes, and if not, why, at which stage of the house, and at which sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.abstention import ANSWER_FROM
from bot.model import Urgent, Verdict
from evals.metrics.behaviour import DECLINES, must_not_contain
from evals.metrics.grounding import citation_validity, number_fidelity, unsupported
from evals.metrics.model import Count
from evals.metrics.retrieval import first_right
from evals.metrics.scripts import is_wrong_way

if TYPE_CHECKING:
    from evals.observing import Observation

Stage = Literal["triage", "retrieval", "composing", "grounding", "abstention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`passed`, or the reason, the stage that failed first, and the position of the sentence at fault, if one is."""

    passed: bool
    reason: str = ""
    stage: Stage | None = None
    sentence: int | None = None


PASSED = Judgement(passed=True)


def judge(observation: Observation) -> Judgement:
    """The first thing that went wrong, in the order in which a question travels through the house."""
    if observation.lines:
        return _script(observation)
    for look in (_triage, _ungrounded, _kind, _forbidden, _verdict, _source):
        if found := look(observation):
            return found
    return PASSED


def _script(observation: Observation) -> Judgement:
    """A report fails when it passes a false sentence or blames a true one; other mix-ups cost figures only."""
    for line in observation.lines:
        if is_wrong_way(line):
            return _failed("grounding", f"called {line.said} instead of {line.right}: {line.text}")
    return PASSED


def _triage(observation: Observation) -> Judgement | None:
    expect, reply = observation.case.expect, observation.reply
    if expect.kind and isinstance(reply, Urgent) and "urgent" not in expect.kind:
        return _failed("triage", f"a false alarm: taken for {reply.category}")
    if set(expect.kind) == {"urgent"} and not isinstance(reply, Urgent):
        return _failed("triage", f"danger was missed: the reply is of the kind {reply.kind}")
    right = expect.urgent_categories
    if right and isinstance(reply, Urgent) and reply.category not in right:
        return _failed("triage", f"danger of the wrong kind: {reply.category} instead of {' or '.join(right)}")
    if set(expect.kind) == {"referral"} and reply.kind != "referral":
        return _failed(
            "triage", f"a request for a dose or a diagnosis was not noticed: the reply is of kind {reply.kind}"
        )
    return None


def _ungrounded(observation: Observation) -> Judgement | None:
    if bad := unsupported(observation):
        return _failed("grounding", "a sentence is not supported by what it cites", bad[0])
    for score, what in (
        (citation_validity(observation), "a citation does not resolve"),
        (number_fidelity(observation), "a number does not stand in what is cited"),
    ):
        if isinstance(score, Count) and score.hits < score.of:
            return _failed("grounding", what)
    return None


def _kind(observation: Observation) -> Judgement | None:
    expect, reply = observation.case.expect, observation.reply
    if not expect.kind or reply.kind in observation.allowed:
        return None
    wanted = " or ".join(expect.kind)
    if reply.kind not in DECLINES:
        stage: Stage = "abstention" if set(expect.kind) & DECLINES else "triage"
        return _failed(stage, f"the reply is of the kind {reply.kind} instead of {wanted}")
    if reply.kind == "referral":
        return _failed("triage", f"taken for a request for a dose or a diagnosis instead of {wanted}")
    if expect.sources and first_right(observation) is None:
        return _failed("retrieval", f"no right page among the passages found, so the reply is of the kind {reply.kind}")
    if observation.confidence is not None and observation.confidence >= ANSWER_FROM:
        return _failed("grounding", "every sentence of the draft was dropped")
    return _failed("abstention", f"the right page was found, but the reply is of the kind {reply.kind}")


def _forbidden(observation: Observation) -> Judgement | None:
    score = must_not_contain(observation)
    if not isinstance(score, Count) or score.hits == score.of:
        return None
    said = observation.reply.text.casefold()
    words = [word for word in observation.case.expect.must_not_contain if word.casefold() in said]
    cited = observation.cited
    sentences = [sentence.text.casefold() for sentence in cited.sentences] if cited else []
    at = next((n for n, text in enumerate(sentences) if words[0].casefold() in text), None)
    return _failed("composing", f"says what it must not: {words[0]!r}", at)


def _verdict(observation: Observation) -> Judgement | None:
    """A claim must be judged as the guidance settles it; silence about it is told apart from a wrong verdict."""
    right, reply = observation.case.expect.verdict, observation.reply
    if right is None or not isinstance(reply, Verdict) or reply.verdict == right:
        return None
    what = f"the verdict is {reply.verdict} instead of {right}".replace("_", " ")
    if right == "not_covered":
        return _failed("abstention", what)
    if reply.verdict != "not_covered":
        return _failed("grounding", what, 0 if reply.sentences else None)
    stage: Stage = "retrieval" if observation.case.expect.sources and first_right(observation) is None else "abstention"
    return _failed(stage, what)


def _source(observation: Observation) -> Judgement | None:
    """A cited page must be right: one that is expected, or any page of an expected topic's passage."""
    expect, reply = observation.case.expect, observation.cited
    if not expect.sources or reply is None or reply.kind not in ("answer", "verdict"):
        return None
    if {citation.source.id for citation in reply.citations} & set(expect.sources):
        return None
    if {citation.passage.guidance_id for citation in reply.citations} & set(expect.topics):
        return None
    rank = first_right(observation)
    if rank is None:
        return _failed("retrieval", "no right page among the passages found", 0)
    if rank == 1:
        return _failed("composing", "the best passage is of a right page, but the reply cites others", 0)
    return _failed("retrieval", f"the first right page has rank {rank}, behind the one that is cited", 0)


def _failed(stage: Stage, reason: str, sentence: int | None = None) -> Judgement:
    return Judgement(passed=False, reason=reason, stage=stage, sentence=sentence)

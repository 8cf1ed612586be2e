"""One question's way through the house. Read `Answerer.answer` first: it is the product's story."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.abstention import abstain, implied_request, suggestions
from bot.careful import question_in_distress, safe_for_eating_distress
from bot.clarifying import clarify
from bot.composing import ExtractiveWriter
from bot.finding import Finder
from bot.grounding import DraftSentence, Grounded, ground
from bot.language import language_of, say_english_only
from bot.model import Answer, Question, Referral, Reply, SmallTalk, with_preface
from bot.phrases import phrases
from bot.reading import cut
from bot.small_talk import small_talk
from bot.support.verbatim import VerbatimSupport, VerifiedSupport
from bot.triage.aftercare import to_remember
from bot.understanding import Understood, understand
from bot.urgent import compose_follow_on, compose_urgent
from bot.writing.model import Asked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from datetime import date

    from bot.finding import Finding
    from bot.model import Citation, Sentence, Wish
    from bot.retrieval import Retriever
    from bot.second_look import SecondLook
    from bot.triage import Assessment, Request, Triage
    from bot.writing.crossing import Crossing
    from bot.writing.model import AnswerWriter
    from knowledge.helplines import Helplines
    from knowledge.model import Hit, Passage

SHOWN_PASSAGES = 5
"""Passages that a generative writer is shown at most, those of the vetted answer first."""
ALSO_SHOWN = 0.92
"""Fused score, relative to the best hit's, from which a passage is shown that the vetted answer does not use."""
GRACE = timedelta(days=90)
"""How long after its review date a text is still answered from, with a notice (setting CITEWELL_GRACE_DAYS)."""


class LibrarySource(Protocol):
    """Hands out the library that is active right now."""

    async def current(self) -> Retriever:
        """The active library. Raises: KnowledgeError when there is none and none can be built."""
        ...


class Answerer:
    """Answers questions. Holds no conversation: what was said before comes with the question."""

    def __init__(
        self,
        *,
        triage: Triage,
        helplines: Helplines,
        library: LibrarySource,
        today: date,
        grace: timedelta = GRACE,
        second_look: SecondLook | None = None,
        writer: AnswerWriter | None = None,
        crossing: Crossing | None = None,
    ) -> None:
        self._triage = triage
        self._helplines = helplines
        self._library = library
        self._today = today
        self._grace = grace
        self._second_look = second_look
        self._writer = writer
        self._crossing = crossing

    async def answer(self, question: Question) -> Reply:
        """Triage, then understand, retrieve, compose, ground; silence when the guidance is silent.

        Raises:
            KnowledgeError: the library cannot be opened or built. Urgent replies never need it.
        """
        assessment = self._triage.assess(question.text)
        if assessment.alert:
            return compose_urgent(assessment.alert, self._helplines, question.country)
        before = [self._triage.assess(turn) for turn in question.turns]
        careful = any(each.eating_distress for each in (assessment, *before))
        chat = small_talk(question.text)
        if chat:
            return with_preface(chat, self._check_in(question, before))
        # Both at once: at a cold start each waits for the same model. Danger outweighs the answer, and its failure.
        language = asyncio.create_task(asyncio.to_thread(language_of, question.text))
        asked = replace(question, text=question_in_distress(question.text)) if assessment.eating_distress else question
        answering = asyncio.create_task(self._from_guidance(asked, assessment.request, language, careful=careful))
        assessment, *before = await self._look_again([assessment, *before])
        if assessment.alert:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            return compose_urgent(assessment.alert, self._helplines, question.country)
        reply = await answering
        if reply.language == "en":
            reply = say_english_only(reply, await language)
        return with_preface(reply, self._check_in(question, before))

    async def _look_again(self, assessments: list[Assessment]) -> list[Assessment]:
        """What the similarity stage adds to the rules; it never lowers an alert."""
        return await self._second_look.review(assessments) if self._second_look else assessments

    async def _from_guidance(
        self, question: Question, request: Request | None, language: Awaitable[str], *, careful: bool
    ) -> Reply:
        library = await self._library.current()
        spoken = await language
        if self._crossing is not None and spoken != "en":
            english = await asyncio.to_thread(self._crossing.english_of, question.text, library.passages)
            question = replace(question, text=english or question.text)
        reply, passages = await asyncio.to_thread(self._from_library, library, question, request, careful=careful)
        # Who was in danger or distress, or wants the same once more, gets the vetted words as they are.
        plain = careful or question.concerns or question.wish != "answer"
        if self._writer is None or plain or not isinstance(reply, Answer):
            return reply
        return await self._reworded(self._writer, reply, question, passages, spoken)

    async def _reworded(
        self, writer: AnswerWriter, reply: Answer, question: Question, passages: Sequence[Passage], language: str
    ) -> Answer:
        """The same answer in the writer's words, grounded once more: no sentence leaves without its citation."""
        vetted = tuple(_draft(sentence, reply.citations) for sentence in reply.sentences)
        used = {citation.passage.id: citation.passage for citation in reply.citations}
        shown = [*used.values(), *(passage for passage in passages if passage.id not in used)][:SHOWN_PASSAGES]
        asked = Asked(
            question=question.text, passages=tuple(shown), vetted=vetted, language=language, person=question.person
        )
        written = await writer.write(asked)
        grounded = ground(written.sentences, shown, VerifiedSupport(one.text for one in written.sentences))
        if not grounded.sentences:
            return reply
        return replace(reply, sentences=grounded.sentences, citations=grounded.citations, language=written.language)

    def _from_library(
        self, library: Retriever, question: Question, request: Request | None, *, careful: bool
    ) -> tuple[Reply, list[Passage]]:
        """The reply in vetted words, and the passages that answer, best first."""
        text, was_cut = cut(question.text)
        understood = understand(text, question.turns, library)
        finder = Finder(library, lambda hits: self._allowed(hits, library, careful=careful))
        whole = finder.find(understood.query, understood.about)
        request = request or implied_request(whole.hits, library.nearest_request(understood.query))
        parts = [whole] if understood.about else finder.find_parts(whole)
        covered = [part for part in parts if part.covered] or ([whole] if whole.covered else [])
        grounded = self._compose(library, covered, question.wish)
        if not understood.about and (asked_back := clarify(text, whole.hits, first=not question.turns)):
            return asked_back, []
        if request:
            return refer(request, grounded if covered else None, whole.hits), []
        if covered and question.wish == "more" and not grounded.sentences:
            return SmallTalk(text=phrases()["no_more"]), []
        if not covered or not grounded.sentences:
            return abstain(whole.hits, off_topic=not covered and library.is_off_topic(understood.query)), []
        notices = [phrases()["notice_cut"]] if was_cut else []
        if len(covered) < len(parts):
            notices.append(phrases()["notice_part"])
        answer = self._reply(understood, grounded, whole.hits, notices)
        near = [hit.passage for part in covered for hit in part.hits if hit.score >= ALSO_SHOWN * part.hits[0].score]
        return with_preface(answer, [phrases()["eating_distress"]]) if careful else answer, near

    def _check_in(self, question: Question, before: Sequence[Assessment]) -> tuple[str, ...]:
        """After an urgent message the next replies begin with a word about it: danger is not met with trivia."""
        raised = [*question.concerns, *(each.alert.category for each in before if each.alert)]
        concern = to_remember(raised)
        return compose_follow_on(concern, self._helplines, question.country) if concern else ()

    def _allowed(self, hits: list[Hit], library: Retriever, *, careful: bool) -> list[Hit]:
        """Without the texts whose review is overdue for longer than the grace period; careful where that is due."""
        in_date = [hit for hit in hits if hit.passage.due + self._grace >= self._today]
        return safe_for_eating_distress(in_date, library) if careful else in_date

    def _compose(self, library: Retriever, parts: Sequence[Finding], wish: Wish) -> Grounded:
        draft = ExtractiveWriter(library).write_parts([(part.query, part.hits) for part in parts], wish)
        return ground(draft, [hit.passage for part in parts for hit in part.hits], VerbatimSupport())

    def _reply(self, understood: Understood, grounded: Grounded, hits: Sequence[Hit], notices: Sequence[str]) -> Answer:
        overdue = sorted({c.passage.due for c in grounded.citations if c.passage.due < self._today})
        late = [phrases()["notice_due"].format(due=due.isoformat()) for due in overdue[:1]]
        used = frozenset(citation.passage.id for citation in grounded.citations)
        return Answer(
            sentences=grounded.sentences,
            citations=grounded.citations,
            about=understood.about,
            notices=(*notices, *late),
            suggestions=suggestions(hits, but=used),
        )


def _draft(sentence: Sentence, citations: Sequence[Citation]) -> DraftSentence:
    """A sentence of an answer as a writer hands it over."""
    cited = [citation for citation in citations if citation.marker in sentence.markers]
    rests_on = tuple((one.passage.id, one.source.id, one.quote) for one in cited)
    return DraftSentence(text=sentence.text, rests_on=rests_on)


def refer(request: Request, grounded: Grounded | None, hits: Sequence[Hit]) -> Referral:
    """Decline a dose or a diagnosis, say who can help, and add general guidance where there is some."""
    has_guidance = grounded is not None and bool(grounded.sentences)
    name = f"referral_{request}" if has_guidance or request == "dose" else f"referral_{request}_bare"
    return Referral(
        lead=phrases()[name],
        sentences=grounded.sentences if grounded else (),
        citations=grounded.citations if grounded else (),
        suggestions=suggestions(hits) if has_guidance else (),
    )

"""Wires the house together, from the settings. The only module that knows every part, and opens each when needed."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from bot.answerer import Answerer
from bot.errors import InputError, SettingsError
from bot.journal import Journal
from bot.model import Question, Reply, SmallTalk, UrgentCategory, Wish
from bot.phrases import phrases
from bot.reading import clean
from bot.triage import Triage
from bot.urgent import compose_urgent
from bot.writing.tally import Tally
from knowledge.errors import LibraryDamaged
from knowledge.helplines import load_helplines

if TYPE_CHECKING:
    from types import TracebackType

    from bot.audience.grouping import Audience
    from bot.briefing.model import Brief
    from bot.briefing.model import Request as BriefRequest
    from bot.checking.model import Check
    from bot.second_look import SecondLook
    from bot.settings import Settings
    from bot.store.conversations import Conversations
    from bot.store.database import Database
    from bot.store.identity import Identity
    from bot.triage import Assessment
    from bot.workshop import Workshop
    from bot.writing.crossing import Crossing
    from bot.writing.model import AnswerWriter
    from bot.writing.writer import GenerativeWriter
    from knowledge.embedding import SentenceEmbeddings
    from knowledge.library import Library

_log = logging.getLogger(__name__)
Announce = Callable[[str], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """How a long build makes itself known: a sentence at its start, then (done, total) as it goes."""

    announce: Announce
    progress: Progress


SILENT = Stages(announce=lambda _: None, progress=lambda _done, _total: None)


class App:
    """The running product. `async with App(settings) as app: await app.answer("…")`.

    Nothing is opened before it is needed: a message from someone in danger is answered with the database locked, the
    index gone and the model unloadable.
    """

    def __init__(self, settings: Settings, stages: Stages = SILENT) -> None:
        self.settings = settings
        self.helplines = load_helplines()
        self._stages = stages
        self._exits = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._database: Database | None = None
        self._workshop: Workshop | None = None
        self._triage = Triage.load()
        self.tally = Tally()
        self.journal = Journal(self.database, keep_gaps=settings.keep_gaps)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.journal.flush()
        await self._exits.aclose()

    async def answer(
        self,
        text: str,
        *,
        turns: Sequence[str] = (),
        concerns: Sequence[UrgentCategory] = (),
        country: str | None = None,
        wish: Wish = "answer",
        person: str = "",
    ) -> Reply:
        """Reply to one message; `turns` are the person's earlier questions, oldest first (see `Question`).

        Raises:
            InputError: the message holds nothing readable.
            KnowledgeError: the library can be neither opened nor built.
            StoreError: the database cannot be opened.
        """
        question = Question(
            text=clean(text),
            turns=tuple(turns),
            concerns=tuple(concerns),
            country=country or self.settings.country,
            wish=wish,
            person=person,
        )
        reply = await self._mending(lambda: self._answerer().answer(question))
        if reply.kind != "abstention" or not await self._in_distress(question):
            self.journal.note(question.text, reply)
        return reply

    async def verify(self, text: str, country: str | None = None, *, own_words: bool = True) -> Reply:
        """Is this claim true? A cited `Verdict`; an `Urgent` reply where the message shows someone in danger.

        `own_words` is False for what was forwarded: somebody else wrote it, so it is not looked at twice.

        Raises:
            InputError: the message holds nothing readable.
            KnowledgeError: the library can be neither opened nor built.
        """
        claim = clean(text)
        assessment = await self.review(claim) if own_words else self.assess(claim)
        if assessment.alert:
            return compose_urgent(assessment.alert, self.helplines, country or self.settings.country)
        from bot.claims.verifying import verify

        async def judged() -> Reply:
            return await asyncio.to_thread(verify, claim, await self.current())

        verdict = await self._mending(judged)
        self.journal.note(claim, verdict)
        return verdict

    async def brief(self, request: BriefRequest, save: str | None = None) -> Brief:
        """Talking points on a topic. With a name to `save` under, what it cited is kept, so that it can be recalled.

        Raises:
            NotCovered: the guidance has no such topic; names the nearest.
            KnowledgeError, StoreError: the library or the database cannot be opened.
        """
        from bot.briefing.asking import brief

        made = await asyncio.to_thread(brief, request, await self.current(), self.helplines)
        if save:
            from bot.store.journal_tables import JournalTables

            tables = JournalTables(await self.database())
            await tables.cite("brief", [citation.passage for citation in made.citations], reference=save[:200])
        return made

    async def check(self, script: str) -> Check:
        """A draft script, claim by claim, with what to change. Nothing of it is kept.

        Raises:
            InputError: the script holds nothing readable.
            KnowledgeError: the library can be neither opened nor built.
        """
        from bot.checking.checking import check

        return await asyncio.to_thread(check, clean(script), await self.current())

    async def audience(self, comments: Sequence[str]) -> Audience:
        """Comments grouped by what the guidance says to them. Nothing of them is kept.

        Raises:
            InputError: there is no comment, or there are too many.
            KnowledgeError: the library can be neither opened nor built.
        """
        from bot.audience.grouping import group_comments

        return await asyncio.to_thread(group_comments, comments, await self.current(), self._triage.assess)

    async def _mending(self, work: Callable[[], Awaitable[Reply]]) -> Reply:
        """Work with the library; where it is damaged under a running bot, once more with one opened or built anew."""
        before = self._workshop.shelf.opened if self._workshop else None
        try:
            return await work()
        except LibraryDamaged as damage:
            _log.warning("the library cannot be read any more (%s); opening it anew", type(damage).__name__)
            await (await self.workshop()).shelf.let_go(before)
            return await work()

    async def _in_distress(self, question: Question) -> bool:
        """Whether the conversation has shown danger or distress: of such a one no question is kept."""
        rules = [self._triage.assess(text) for text in (*question.turns, question.text)]
        assessed = await self.second_look.review(rules)
        return bool(question.concerns) or any(one.alert or one.eating_distress for one in assessed)

    def assess(self, text: str) -> Assessment:
        """What the rules find in a message, at once: who queues messages must let danger go first."""
        return self._triage.assess(text)

    async def review(self, text: str) -> Assessment:
        """What the rules find in a message and, where they find nothing, the second look. Never raises."""
        return (await self.second_look.review([self._triage.assess(text)]))[0]

    def _answerer(self) -> Answerer:
        """Made anew for each question: a bot that runs for months must know that a text has passed its date."""
        return Answerer(
            triage=self._triage,
            helplines=self.helplines,
            library=self,
            today=datetime.now(UTC).date(),
            grace=timedelta(days=self.settings.grace_days),
            second_look=self.second_look,
            writer=self._writer,
            crossing=self._crossing,
        )

    @cached_property
    def _embeddings(self) -> SentenceEmbeddings:
        from bot.workshop import open_embeddings

        return open_embeddings(self.settings)

    @cached_property
    def second_look(self) -> SecondLook:
        """The similarity stage of triage, with the model that it needs when it first needs it."""
        from bot.second_look import SecondLook

        look = SecondLook(embeddings=self._embeddings)
        self._exits.callback(look.close)
        return look

    @cached_property
    def _writer(self) -> AnswerWriter | None:
        """The generative writer; None where no model is configured or it cannot be opened: vetted words then."""
        try:
            return self.open_writer()
        except SettingsError as error:
            _log.warning("%s; until then answers are the vetted sentences", error)
            return None

    def open_writer(self) -> GenerativeWriter | None:
        """The writer of these settings, None without a model. Nothing is sent yet. Raises: SettingsError."""
        if self.settings.model is None:
            return None
        from bot.writing.wiring import open_writer

        return open_writer(self.settings, self._embeddings, self.database, self.tally, self._crossing)

    @cached_property
    def _crossing(self) -> Crossing | None:
        """What finds the English question behind another language's; None where that is off or not installed."""
        try:
            return self.open_crossing()
        except SettingsError as error:
            _log.warning("%s; until then questions are looked up as they are", error)
            return None

    def open_crossing(self) -> Crossing | None:
        """The cross-language step of these settings, None where it is off. Raises: SettingsError."""
        if not self.settings.cross_language:
            return None
        from bot.writing.crossing import Crossing, MultilingualEmbeddings

        return Crossing(MultilingualEmbeddings(), self.settings.data_dir / "crossing")

    async def warm(self) -> None:
        """Read the rules of every language, so that no first message in one waits for them."""
        await asyncio.to_thread(self._triage.warm)

    async def answer_any(
        self, text: str, *, turns: Sequence[str] = (), country: str | None = None, person: str = ""
    ) -> Reply:
        """As `answer`, but a message with nothing readable in it gets a kind reply instead of an error."""
        try:
            return await self.answer(text, turns=turns, country=country, person=person)
        except InputError:
            return SmallTalk(text=phrases()["emoji"])

    def resolve_country(self, text: str) -> str:
        """The ISO code of a country code or name. Raises: InputError when there is no such country."""
        code = self.helplines.resolve_country(text)
        if code is None:
            raise InputError(f"unknown country {text!r}; use a two-letter code such as IN, KE or GB")
        return code

    async def current(self) -> Library:
        """The active library (this makes the app its own `LibrarySource`)."""
        return await (await self.workshop()).library()

    async def database(self) -> Database:
        """The database, opened at the first call. Raises: StoreError."""
        async with self._opening:
            if self._database is None:
                from bot.store.database import Database

                self._database = await self._exits.enter_async_context(Database(self.settings.database))
            return self._database

    async def workshop(self) -> Workshop:
        """The library's workshop, opened at the first call. Raises: StoreError."""
        database = await self.database()
        if self._workshop is None:
            from bot.workshop import Workshop

            self._workshop = Workshop(self.settings, database, self._stages, self._embeddings)
            self._exits.callback(self._workshop.close)
        return self._workshop

    async def conversations(self) -> Conversations:
        """The memory of conversations. Raises: StoreError."""
        from bot.store.conversations import Conversations

        return Conversations(await self.database())

    async def identity(self) -> Identity:
        """The keyed hashing of people. Raises: StoreError."""
        from bot.store.identity import KEY_FILE, load_identity

        await self.database()  # makes the data folder
        return load_identity(self.settings.data_dir / KEY_FILE)


def quiet_libraries() -> None:
    """Keep the libraries' progress bars and notices off a person's screen, and their telemetry off the network."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    for name in ("chromadb", "sentence_transformers", "transformers", "bm25s"):
        logging.getLogger(name).setLevel(logging.ERROR)

"""One person's conversation: what every chat adapter needs, whatever the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Answer, Citation, Referral, Reply, SmallTalk, Urgent, Verdict, Wish
from bot.phrases import phrases

if TYPE_CHECKING:
    from bot.app import App
    from bot.store.conversations import Conversations


class Conversation:
    """Answers with the conversation so far in mind, and remembers the turn.

    `person` is a keyed hash (bot.store.identity), never a platform's user id.
    """

    def __init__(self, app: App, memory: Conversations, person: str) -> None:
        self._app = app
        self._memory = memory
        self._person = person
        self._last: Reply | None = None

    async def reply(self, text: str) -> Reply:
        """Reply to a message and remember it.

        Raises:
            InputError, KnowledgeError, StoreError: as `App.answer`.
        """
        recent = await self._memory.recent(self._person)
        country = await self._memory.country(self._person)
        turns = [turn.question for turn in recent if turn.question]
        concerns = [turn.urgent_category for turn in recent if turn.urgent_category]
        self._last = await self._app.answer(text, turns=turns, concerns=concerns, country=country, person=self._person)
        await self._memory.remember(self._person, text, self._last)
        return self._last

    async def again(self, wish: Wish) -> Reply:
        """The last question once more: `more` than its answer said, or the same said `simpler`.

        Raises:
            KnowledgeError, StoreError: as `App.answer`.
        """
        recent = await self._memory.recent(self._person)
        questions = [turn.question for turn in recent if turn.question]
        if not questions:
            return SmallTalk(text=phrases()["nothing_yet"])
        *turns, last = questions
        concerns = [turn.urgent_category for turn in recent if turn.urgent_category]
        country = await self._memory.country(self._person)
        self._last = await self._app.answer(
            last, turns=turns, concerns=concerns, country=country, wish=wish, person=self._person
        )
        return self._last

    def sources(self) -> tuple[Citation, ...]:
        """The citations of the last reply, with their quotes."""
        if isinstance(self._last, Answer | Verdict | Referral | Urgent):
            return self._last.citations
        return ()

    async def topics(self) -> list[str]:
        """The titles of every topic that the library covers, in alphabetical order."""
        library = await self._app.current()
        return sorted({passage.guidance_title for passage in library.passages}, key=str.casefold)

    async def choose_country(self, text: str) -> str:
        """Keep the person's country, by code or name. Returns: its code. Raises: InputError when unknown."""
        code = self._app.resolve_country(text)
        await self._memory.choose_country(self._person, code)
        return code

    async def forget(self) -> None:
        """Delete everything that is kept about the person."""
        await self._memory.forget(self._person)
        self._last = None

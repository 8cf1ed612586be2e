"""What a person chooses: the country of the numbers they are given, and the language of the bot's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.serving.outgoing import Button, Message
from adapters.serving.wording import find_language, languages, wording

if TYPE_CHECKING:
    from adapters.serving.dialogue import Stores
    from adapters.serving.incoming import Incoming

_IN_A_ROW = 3


class Choosing:
    """`/language` and its buttons.

    The choice is for what the bot says in its own name. Answers quote the guidance, and somebody in danger is answered
    in the language they wrote in, whatever they chose.
    """

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def language(self, incoming: Incoming) -> list[Message]:
        """Choose by name or code, or offer a button for each."""
        named = incoming.text.strip()
        if not named:
            return [_offer(wording(incoming.language)["which_language"])]
        code = find_language(named)
        if code is None:
            return [_offer(wording(incoming.language)["language_unknown"])]
        return await self.choose_language(incoming, code)

    async def choose_language(self, incoming: Incoming, code: str) -> list[Message]:
        """Keep a language by its code."""
        if code not in languages():
            return [_offer(wording(incoming.language)["language_unknown"])]
        await self._stores.memory.choose_language(incoming.person, code)
        return [Message(text=wording(code)["language_kept"])]


def _offer(text: str) -> Message:
    buttons = [Button(action=f"lang:{code}", label=name) for code, name in languages().items()]
    rows = [tuple(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW)]
    return Message(text=text, buttons=tuple(rows))

"""Asks a chat model and hands on what it streams: retried while nothing has come, counted, and cut when too long."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from langchain_core.exceptions import ModelError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.writing.parsing import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

TRIES = 3
LONGEST_WAIT_S = 2.0
"""Between two tries, with jitter; the patience of the whole answer ends them all (bot/writing/writer.py)."""
CHARACTERS_A_TOKEN = 4
"""A rough count where a provider tells none."""
_log = logging.getLogger(__name__)


class Meter(Protocol):
    """Is told what a call took."""

    def used(self, tokens_in: int, tokens_out: int) -> None:
        """Tokens of one call."""
        ...


async def stream(model: BaseChatModel, messages: Sequence[BaseMessage], meter: Meter) -> AsyncGenerator[str]:
    """The text of the model's answer, piece by piece, at most `MOST_CHARACTERS` in all.

    A call that fails before its first piece is tried again where that may help. What was used is told when it ends,
    however it ends.

    Raises:
        whatever the model raises in the end.
    """
    usage = _Usage(messages)
    try:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.25, max=LONGEST_WAIT_S),
            retry=retry_if_exception(lambda error: not usage.characters and _may_pass(error)),
            reraise=True,
        ):
            with attempt:
                async with aclosing(_pieces(model, messages, usage)) as pieces:
                    async for piece in pieces:
                        yield piece
                        if usage.characters >= MOST_CHARACTERS:
                            return
    finally:
        meter.used(*usage.tokens)


async def _pieces(model: BaseChatModel, messages: Sequence[BaseMessage], usage: _Usage) -> AsyncGenerator[str]:
    async for chunk in model.astream(list(messages)):
        told = chunk.usage_metadata
        if told:
            usage.told = (usage.told[0] + told["input_tokens"], usage.told[1] + told["output_tokens"])
        text = str(chunk.text)
        if text:
            usage.characters += len(text)
            yield text


class _Usage:
    """Tokens as the provider told them, else estimated."""

    def __init__(self, messages: Sequence[BaseMessage]) -> None:
        self.told = (0, 0)
        self.characters = 0
        self._asked = sum(len(str(message.text)) for message in messages)

    @property
    def tokens(self) -> tuple[int, int]:
        if any(self.told):
            return self.told
        return self._asked // CHARACTERS_A_TOKEN, self.characters // CHARACTERS_A_TOKEN


def _may_pass(error: BaseException) -> bool:
    """Whether trying again may help: connection, rate limit, server error; not a wrong key or a wrong request."""
    if isinstance(error, ModelError):
        return bool(error.is_retryable)
    if isinstance(error, ConnectionError | TimeoutError):
        return True
    status = getattr(error, "status_code", None)
    return isinstance(status, int) and (status in (408, 409, 425, 429) or status >= 500)

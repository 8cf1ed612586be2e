"""Opening a model, its budget, and other languages."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, ClassVar

import pytest
from chat_models import Pocket, ScriptedChat
from samples import BagOfWords, passage

from bot.errors import SettingsError
from bot.grounding import DraftSentence
from bot.store.database import Database
from bot.store.people import People
from bot.store.purse import EVERYBODY, StoredPurse
from bot.support.checking import LayeredSupport
from bot.writing.crossing import Crossing
from bot.writing.model import Asked
from bot.writing.opening import open_chat_model
from bot.writing.translating import translated
from bot.writing.verifying import Verifier
from bot.writing.writer import GenerativeWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


@pytest.mark.parametrize(
    ("model", "modules", "says"),
    [
        ("openai:gpt-x", ["langchain_openai"], "citewell[openai]"),
        ("anthropic:claude-x", ["langchain_anthropic"], "citewell[anthropic]"),
        ("ollama:x", ["langchain_ollama", "langchain_community"], "citewell[ollama]"),
        ("groq:x", ["langchain_groq"], "langchain-groq"),
        ("nobody:x", [], "nobody"),
        ("local:/nowhere.gguf", [], "local"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    model: str, modules: Sequence[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match="CITEWELL_MODEL") as caught:
        open_chat_model(model, 5.0)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_the_budget_holds_by_person_and_day_and_is_forgotten_with_the_person(tmp_path: Path) -> None:
    day = [date(2026, 1, 1)]
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}") as database:

        async def opened() -> Database:
            return database

        purse = StoredPurse(opened, answers=2, tokens=100, today=lambda: day[0])
        assert [await purse.may_spend("a") for _ in range(3)] == [True, True, False]
        assert await purse.may_spend("b")
        assert await purse.may_spend(EVERYBODY)
        await purse.spend(60)
        assert await purse.may_spend("b")
        await purse.spend(60)
        assert not await purse.may_spend("c")
        assert "model_use" in await People(database).rows("a")
        assert not any((await People(database).forget("a")).values())
        assert not await purse.may_spend("a"), "forgetting gives the day no tokens back"
        day[0] = date(2026, 1, 2)
        assert await purse.may_spend("a")


class Glossary:
    """A fake multilingual encoder: knows a few words of Spanish, and shares meaning through their English."""

    WORDS: ClassVar = {"fiebre": "fever", "agua": "water", "descanso": "rest", "ayudan": "help", "no": "not",
             "qué": "what",
             "con": "with", "la": "a", "y": "and", "el": "a", "días": "days"}  # fmt: skip

    def __init__(self) -> None:
        self._bag = BagOfWords()

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        english = [
            " ".join(self.WORDS.get(word.strip(".,?¿"), word) for word in text.lower().split()) for text in texts
        ]
        return self._bag.encode(english)


FEVER = passage("fever", ["Rest and water help with a fever.", "Fever lasts 3 days."], heading="What helps with fever?")


def test_the_english_question_behind_another_languages(tmp_path: Path) -> None:
    crossing = Crossing(Glossary(), tmp_path)
    assert crossing.english_of("¿qué ayudan con fiebre?", [FEVER]) == "What helps with fever?"
    assert crossing.english_of("¿dónde queda el banco?", [FEVER]) is None
    assert len(list(tmp_path.glob("*.npy"))) == 1
    assert Crossing(Glossary(), tmp_path).english_of("qué ayudan con fiebre", [FEVER]) == "What helps with fever?"


ANSWER = [DraftSentence(text="Rest and water help with a fever.", rests_on=((FEVER.id, "who-fever", FEVER.text[:33]),))]


@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ("[1] El descanso y el agua ayudan con la fiebre.", True),
        ("[1] El descanso y el agua no ayudan con la fiebre.", False),
        ("[1] El descanso y el agua ayudan con la fiebre 3 días.", False),
        ("[1] El descanso y el agua ayudan con la fiebre https://x.org", False),
        ("[1] El banco está cerrado hasta mañana por la mañana.", False),
        ("[2] El descanso y el agua ayudan con la fiebre.", False),
        ("", False),
    ],
)
def test_a_translation_must_say_the_same(reply: str, passes: bool) -> None:
    found = translated(ANSWER, reply, "es", Crossing(Glossary()))
    assert (found is not None) == passes
    assert found is None or found[0].rests_on == ANSWER[0].rests_on


async def test_an_answer_comes_in_the_askers_language_or_stays_english() -> None:
    asked = Asked(question="fiebre", passages=(FEVER,), vetted=tuple(ANSWER), language="es")
    told = []
    for reply in ("[1] El descanso y el agua ayudan con la fiebre.", "[1] El agua cura."):
        writer = GenerativeWriter(
            model=ScriptedChat(scripts=["Rest and water help with a fever. [1]", reply], asked=[]),
            verifier=Verifier(LayeredSupport(BagOfWords())),
            purse=Pocket(),
            likeness=Crossing(Glossary()),
        )
        told.append(await writer.write(asked))
    assert [(one.language, one.sentences[0].text[:8]) for one in told] == [("es", "El desca"), ("en", "Rest and")]

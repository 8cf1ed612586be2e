"""Measuring the app itself: one build, nothing in the journal, every search seen, conversations as they are kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from eval_samples import COUGH, FEVER, case, exact_answer, silent, urgent
from samples import FakeRetriever

from bot.app import App
from bot.errors import InputError
from bot.settings import Settings
from evals.observing import Product
from evals.versions import answer_settings, case_key, code_version
from evals.watching import WatchedApp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.model import Reply, UrgentCategory


class NoFacts:
    def found(self, facts: Sequence[str], sentences: Sequence[str]) -> tuple[bool, ...]:
        return (False,) * len(facts)


class ScriptedApp(WatchedApp):
    """Replies in turn and remembers how it was asked; asked more often than scripted, it raises."""

    def __init__(self, folder: Path, *replies: Reply | Exception) -> None:
        super().__init__(Settings(data_dir=folder))
        self.replies = list(replies)
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
        self.verified: list[str] = []

    async def answer(
        self,
        text: str,
        *,
        turns: Sequence[str] = (),
        concerns: Sequence[UrgentCategory] = (),
        country: str | None = None,
        **more: Any,
    ) -> Reply:
        self.asked.append((text, tuple(turns), tuple(concerns)))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def verify(self, text: str, country: str | None = None, *, own_words: bool = True) -> Reply:
        self.verified.append(text)
        reply = self.replies.pop(0)
        assert not isinstance(reply, Exception)
        return reply


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> list[FakeRetriever]:
    """Two builds; the app's shelf would hand out the second one at the second call."""
    builds = [FakeRetriever(FEVER, COUGH), FakeRetriever(COUGH)]
    handed = iter(builds)

    async def current(self: App) -> Any:
        return next(handed)

    monkeypatch.setattr(App, "current", current)
    return builds


async def test_the_first_build_is_kept_and_searches_are_seen(tmp_path: Path, libraries: list[FakeRetriever]) -> None:
    app = WatchedApp(Settings(data_dir=tmp_path))
    first: Any = await app.current()
    assert first is libraries[0]
    with app.watching() as watch:
        library = await app.current()
        found = library.search("what is a fever", 10)
        library.search("cough", 1)
        library.foreignness("what is a fever")
        assert library.passages == [FEVER, COUGH]
    assert watch.hits == tuple(found)
    assert watch.seen == {FEVER.id, COUGH.id}
    assert watch.foreign == libraries[0].foreign
    assert (await app.current()) is first


async def test_cases_side_by_side_do_not_see_each_other(tmp_path: Path, libraries: list[FakeRetriever]) -> None:
    app = WatchedApp(Settings(data_dir=tmp_path))
    await app.current()

    async def search(question: str) -> str:
        with app.watching() as watch:
            library = await app.current()
            await asyncio.sleep(0)
            await asyncio.to_thread(library.search, question, 10)
            await asyncio.sleep(0)
        assert watch.hits is not None
        return watch.hits[0].passage.id

    assert tuple(await asyncio.gather(search("fever"), search("cough"))) == (FEVER.id, COUGH.id)


async def test_nothing_of_a_case_reaches_the_journal(tmp_path: Path) -> None:
    async with WatchedApp(Settings(data_dir=tmp_path / "none", keep_gaps=True)) as app:
        app.journal.note("a question of a case", silent())
        app.journal.note("a question of a case", exact_answer(FEVER))
        await app.journal.flush()
    assert not (tmp_path / "none").exists()


async def test_a_conversation_goes_on_as_it_is_kept(tmp_path: Path) -> None:
    app = ScriptedApp(tmp_path, exact_answer(FEVER), urgent("suicide"), silent())
    asked = case(suite="followups", question=None, turns=["what is a fever", "i want to die", "and for kids?"])
    observation = await Product(app, NoFacts()).observe(asked)
    assert app.asked == [
        ("what is a fever", (), ()),
        ("i want to die", ("what is a fever",), ()),
        ("and for kids?", ("what is a fever",), ("suicide",)),
    ]
    assert [reply.kind for reply in observation.replies] == ["answer", "urgent", "abstention"]
    assert observation.hits is None
    assert len(observation.took_ms) == 3


async def test_a_claim_is_verified_and_an_emoji_gets_a_reply(tmp_path: Path) -> None:
    app = ScriptedApp(tmp_path, silent(), InputError("nothing readable"), InputError("nothing readable"))
    await Product(app, NoFacts()).observe(case(suite="myths", question=None, claim="garlic cures flu"))
    assert app.verified == ["garlic cures flu"]
    assert app.asked == []
    assert (await Product(app, NoFacts()).observe(case(question="🙂"))).reply.kind == "smalltalk"


def test_a_key_knows_everything_that_changes_a_result(tmp_path: Path) -> None:
    from datetime import date

    given: dict[str, Any] = {
        "guidance": "g",
        "settings": answer_settings(Settings(data_dir=tmp_path)),
        "writer": "extractive",
        "code": code_version(),
        "day": date(2026, 11, 22),
    }
    key = case_key(case(), **given)
    assert key == case_key(case(), **given)
    others = [
        case_key(case(question="another"), **given),
        case_key(case(), **{**given, "guidance": "g2"}),
        case_key(case(), **{**given, "settings": answer_settings(Settings(data_dir=tmp_path, grace_days=1))}),
        case_key(case(), **{**given, "writer": "openai:x"}),
        case_key(case(), **{**given, "code": "0"}),
        case_key(case(), **{**given, "day": date(2026, 11, 23)}),
    ]
    assert len({key, *others}) == 7


def test_where_things_lie_and_who_listens_change_no_answer(tmp_path: Path) -> None:
    plain = answer_settings(Settings(data_dir=tmp_path))
    moved = Settings(data_dir=tmp_path / "other", log_level="DEBUG", keep_gaps=False, telegram_token="secret")  # type: ignore[arg-type]  # noqa: S106
    assert answer_settings(moved) == plain
    assert "secret" not in str(answer_settings(moved))
    assert {"embedding_model", "model", "country", "grace_days"} <= set(plain)

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from postgres import SERVER
from sqlalchemy import String, cast, func, inspect, select, text

from bot.errors import StoreError
from bot.model import SmallTalk, Urgent
from bot.store.conversations import RECENT_TURNS, TURN_LIFETIME, Conversations
from bot.store.database import HEAD, Database
from bot.store.identity import load_identity
from knowledge.schema import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ME, OTHER = "a" * 64, "b" * 64
HELLO = SmallTalk(text="Hi.")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database(database_url) as opened:
        yield opened


async def test_the_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    async with database.engine.connect() as connection:
        columns = await connection.run_sync(
            lambda sync: {
                table: {column["name"] for column in inspect(sync).get_columns(table)}
                for table in inspect(sync).get_table_names()
            }
        )
        version = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert version == HEAD
    columns.pop("alembic_version")
    assert columns == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


@pytest.mark.skipif(bool(SERVER), reason="about SQLite")
async def test_sqlite_runs_with_wal_foreign_keys_and_patience(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert (await connection.scalar(text("PRAGMA busy_timeout")) or 0) >= 5000


async def test_recent_turns_come_back_oldest_first(database: Database) -> None:
    memory = Conversations(database)
    for number in range(RECENT_TURNS + 2):
        await memory.remember(ME, f"question {number}", HELLO, NOW)
    await memory.remember(OTHER, "not mine", HELLO, NOW)
    found = [turn.question for turn in await memory.recent(ME, NOW)]
    assert found == [f"question {number}" for number in range(2, RECENT_TURNS + 2)]


async def test_turns_expire_and_are_deleted(database: Database) -> None:
    memory = Conversations(database)
    await memory.remember(ME, "old", HELLO, NOW)
    later = NOW + TURN_LIFETIME + timedelta(seconds=1)
    assert await memory.recent(ME, later) == []
    await memory.remember(ME, "new", HELLO, later)
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM turn")) == 1


async def test_the_words_of_an_urgent_message_are_not_kept(database: Database) -> None:
    memory = Conversations(database)
    await memory.remember(ME, "the words", Urgent(category="suicide", lines=("Call.",), helplines=()), NOW)
    (turn,) = await memory.recent(ME, NOW)
    assert (turn.question, turn.urgent_category) == (None, "suicide")


async def test_forget_leaves_no_row_about_the_person_in_any_table(database: Database) -> None:
    memory = Conversations(database)
    await memory.choose_country(ME, "KE")
    await memory.remember(ME, "question", HELLO)
    await memory.remember(OTHER, "question", HELLO)
    await memory.forget(ME)
    async with database.engine.connect() as connection:
        for table in metadata.tables.values():
            for column in table.columns:
                left = select(func.count()).select_from(table).where(cast(column, String) == ME)
                assert await connection.scalar(left) == 0, table.name
        assert await connection.scalar(text("SELECT count(*) FROM turn")) == 1


async def test_a_country_is_remembered(database: Database) -> None:
    memory = Conversations(database)
    assert await memory.country(ME) is None
    await memory.choose_country(ME, "KE")
    assert await memory.country(ME) == "KE"


async def test_an_unwritable_place_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot be opened .*CITEWELL_DATA_DIR"):
        async with Database(f"sqlite+aiosqlite:///{tmp_path}/file/citewell.db"):
            raise AssertionError


def test_people_are_keyed_hashes(tmp_path: Path) -> None:
    first = load_identity(tmp_path / "key")
    again = load_identity(tmp_path / "key")
    assert first.person("telegram", "42") == again.person("telegram", "42")
    assert first.person("telegram", "42") != first.person("discord", "42")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert load_identity(tmp_path / "other").person("telegram", "42") != first.person("telegram", "42")


def test_a_damaged_key_is_not_replaced_silently(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(StoreError, match="does not hold a key"):
        load_identity(tmp_path / "key")

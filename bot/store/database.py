"""Opens the database: engine, reading, writing, SQLite pragmas, migrations."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bot.errors import StoreError
from bot.store.writing import GroupingWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import TracebackType

    from sqlalchemy.orm import Session

HEAD = "0005"
"""The newest migration. Knowing it here spares a start the import of Alembic when there is nothing to migrate."""

BUSY_TIMEOUT_MS = 10_000
_MIGRATING = 4_711_001
"""The advisory lock under which one of many processes that start together migrates a PostgreSQL database."""
MIGRATIONS = Path(__file__).parent / "migrations"
Result = TypeVar("Result")


class Database:
    """The open database. Use as `async with Database(url) as database`.

    Many read at once; on SQLite this process writes through one connection (see writing.py), and waits up to
    `BUSY_TIMEOUT_MS` for another process's writer.

    Raises:
        StoreError: on entering, when it cannot be opened or migrated.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # Without hide_parameters, an error would tell what a person wrote.
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, **_pool(url))
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writer: GroupingWriter | None = None
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _set_pragmas)
            if self.engine.url.database not in (None, "", ":memory:"):  # what is in memory has one connection only
                self._writer = GroupingWriter(self.engine.url, _set_pragmas)

    async def __aenter__(self) -> Self:
        try:
            _make_folder(self.engine.url.database if self.engine.dialect.name == "sqlite" else None)
            async with self.engine.begin() as connection:
                await connection.run_sync(_migrate)
        except Exception as error:
            await self._close()
            if not isinstance(error, SQLAlchemyError | OSError) and not unreachable(error):
                raise
            setting = "CITEWELL_DATA_DIR" if self.engine.dialect.name == "sqlite" else "CITEWELL_DATABASE_URL"
            raise StoreError(f"the database cannot be opened ({_reason(error)}); check {setting}") from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session to read with. Raises: SQLAlchemyError."""
        with _translated():
            async with self._sessions() as session:
                yield session

    async def write(self, work: Callable[[Session], Result], *, durable: bool = False) -> Result:
        """Carry out a piece of work in a transaction of its own, or with others' in one; it is committed on return.

        On SQLite what it reads, nobody changes before the commit. `durable`: outlives a power cut too; all writes
        outlive the process.

        Raises:
            SQLAlchemyError, or what `work` raises; nothing of it is written then.
        """
        if self._writer is not None:
            return await self._writer.write(work, durable=durable)
        with _translated():
            async with self._sessions.begin() as session:
                return await session.run_sync(work)

    async def _close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        await self.engine.dispose()


def unreachable(error: BaseException) -> bool:
    """Whether an error says that PostgreSQL is away or shutting down; SQLAlchemy hands some of them on as they are."""
    return isinstance(error, OSError | TimeoutError) or type(error).__module__.startswith("asyncpg")


@contextmanager
def _translated() -> Iterator[None]:
    """Whoever reads or writes expects SQLAlchemy's errors, also when there is no connection at all."""
    try:
        yield
    except Exception as error:
        if unreachable(error):
            raise OperationalError("the database cannot be reached", None, error) from None
        raise


def _pool(url: str) -> dict[str, Any]:
    """A connection that PostgreSQL has dropped (a restart) is noticed before it is used."""
    if not url.startswith("postgresql"):
        return {}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}


def _make_folder(database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only unlinked
    cursor.close()


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
    if inspect(connection).has_table("alembic_version"):
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version == HEAD:
            return
    from alembic import command  # a third of a second to import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]

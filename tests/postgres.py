"""A real PostgreSQL for tests: a fresh database on the server named, and a server of one's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

# Taken out of the environment: every CITEWELL_ name that is no setting is an error to the processes that tests start.
SERVER = os.environ.pop("CITEWELL_TEST_POSTGRES", "")
"""A database on the server, as SQLAlchemy's URL; empty: the tests run on SQLite."""


@asynccontextmanager
async def fresh_database(server: str = "") -> AsyncIterator[str]:
    """The URL of a new empty database, which is dropped afterwards."""
    url = make_url(server or SERVER)
    name = f"citewell_test_{uuid.uuid4().hex[:12]}"
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            async with engine.connect() as connection:
                await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        await engine.dispose()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class OwnServer:
    """A server in a folder of its own, to be stopped and started in the middle of a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        # PostgreSQL refuses to be run by root.
        self._who = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        if self._who:
            shutil.chown(folder, "nobody")
        self._run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "--no-sync")

    @property
    def url(self) -> str:
        """Its first database."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.folder}"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")

    def _run(self, *command: str) -> None:
        subprocess.run([*self._who, *command], check=True, capture_output=True, cwd="/", timeout=60)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A running server of one's own."""
    folder = Path(tempfile.mkdtemp(prefix="citewell-postgres-"))
    try:
        server = OwnServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def can_start_one() -> bool:
    """Whether PostgreSQL's own programs are installed here."""
    return bool(shutil.which("initdb") and shutil.which("pg_ctl"))

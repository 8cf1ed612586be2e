"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from postgres import SERVER, fresh_database
from samples import HEAD, two_sections

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

GuidanceFile = Callable[..., Path]
KEPT_LIBRARY = Path(__file__).parent.parent / ".test-library"


@pytest.fixture
async def database_url(tmp_path: Path) -> AsyncIterator[str]:
    """An empty database: SQLite, or PostgreSQL under `make test-postgres`."""
    if not SERVER:
        yield f"sqlite+aiosqlite:///{tmp_path}/deep/citewell.db"
        return
    async with fresh_database() as url:
        yield url


@pytest.fixture
def guidance_dir(tmp_path: Path) -> Path:
    """An empty guidance folder."""
    folder = tmp_path / "guidance"
    (folder / "en").mkdir(parents=True)
    return folder


@pytest.fixture
def write_guidance(guidance_dir: Path) -> GuidanceFile:
    """Writes a guidance file that is fine unless told otherwise; returns its path."""

    def write(
        topic: str = "fever",
        *,
        title: str | None = None,
        body: str | None = None,
        checked_on: str = "2026-01-01",
        due: str = "2036-01-01",
        myths: str = "[]",
        name: str | None = None,
    ) -> Path:
        head = HEAD.format(id=topic, title=title or topic.capitalize(), checked_on=checked_on, due=due, myths=myths)
        path = guidance_dir / "en" / f"{name or topic}.md"
        path.write_text(head + (two_sections(topic) if body is None else body), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def built_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the library built from the shipped guidance (integration).

    Embedding every text takes minutes, so the build is kept in the checkout between sessions and only brought up to
    date (builds are incremental); each session works on a copy of its own.
    """
    with FileLock(KEPT_LIBRARY.with_suffix(".lock")):
        done = subprocess.run(
            [sys.executable, "-m", "adapters", "knowledge", "build"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "CITEWELL_DATA_DIR": str(KEPT_LIBRARY)},
        )
        assert done.returncode == 0, done.stderr
        return Path(shutil.copytree(KEPT_LIBRARY, tmp_path_factory.mktemp("shipped") / "data"))

"""Backup and restore, and the drill: what is restored elsewhere and rebuilt finds the same passages."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml
from samples import BagOfWords

from adapters.__main__ import run
from bot import backup
from bot.backup import back_up, restore
from bot.errors import BackupError
from bot.model import SmallTalk
from bot.settings import Settings
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.identity import load_identity
from bot.store.inbox import Arrival, Inbox
from bot.store.people import about_people
from knowledge import build
from knowledge.build import Builder
from knowledge.builds import BuildRegistry
from knowledge.guidance import GUIDANCE_DIR
from knowledge.library import Library
from knowledge.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = "my very own unmistakable words"


async def filled(settings: Settings) -> str:
    """A database with somebody in it. Returns: who."""
    async with Database(settings.database) as database:
        who = load_identity(settings.data_dir / "person.key").person("telegram", "42")
        await Conversations(database).choose_country(who, "KE")
        await Conversations(database).remember(who, WORDS, SmallTalk(text="Hi."))
        await Inbox(database).add(
            [Arrival(platform="telegram", key="1", chat="c" * 64, person=who, payload={"text": WORDS})]
        )
    return who


@pytest.fixture
async def settings(tmp_path: Path, write_guidance: Callable[..., Path]) -> Settings:
    write_guidance("fever")
    made = Settings.model_validate(
        {"data_dir": tmp_path / "data", "telegram_token": "123456:very-secret", "country": "IN", "grace_days": 30}
        | {"database_url": f"sqlite+aiosqlite:///{tmp_path / 'data' / 'citewell.db'}"}
    )
    await filled(made)
    return made


async def test_people_are_found_again_after_a_restore(settings: Settings, tmp_path: Path, guidance_dir: Path) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir)
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    done = restore(tmp_path / "b.zip", tmp_path / "elsewhere", guidance_dir)
    assert done.guidance == ()
    assert sorted(path.name for path in done.place.iterdir()) == ["citewell.db", "person.key", "settings.env"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in done.place.iterdir()} == {0o600}
    async with Database(f"sqlite+aiosqlite:///{done.place / 'citewell.db'}") as database:
        who = load_identity(done.place / "person.key").person("telegram", "42")
        assert await Conversations(database).country(who) == "KE"
        assert len(await Inbox(database).waiting(["telegram"])) == 1


def test_no_secret_is_in_the_settings_of_a_backup(settings: Settings, tmp_path: Path, guidance_dir: Path) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        kept = archive.read("settings.env").decode()
        manifest = json.loads(archive.read("manifest.json"))
    assert "very-secret" not in kept
    assert "sqlite" not in kept
    assert "#CITEWELL_TELEGRAM_TOKEN=\n" in kept
    assert 'CITEWELL_COUNTRY="IN"\n' in kept
    assert 'CITEWELL_GRACE_DAYS="30"\n' in kept
    assert list(manifest["guidance"]) == ["en/fever.md"]


def test_without_people_neither_their_rows_nor_the_key_are_there(
    settings: Settings, tmp_path: Path, guidance_dir: Path
) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir, with_people=False)
    place = restore(tmp_path / "b.zip", tmp_path / "elsewhere", guidance_dir).place
    assert not (place / "person.key").exists()
    assert WORDS.encode() not in (place / "citewell.db").read_bytes()
    with closing(sqlite3.connect(place / "citewell.db")) as database:
        for table, _ in about_people():
            assert database.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (0,), table.name  # noqa: S608


async def test_a_backup_of_a_database_in_use_is_whole(settings: Settings, tmp_path: Path, guidance_dir: Path) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(settings.data_dir / "citewell.db", timeout=30)) as database:
            while not stop.is_set():
                written.append(1)
                row = (f"t{len(written)}", len(written))
                database.execute("INSERT INTO topic_asked VALUES (?, ?)", row)
                database.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(settings, tmp_path / f"{number}.zip", guidance_dir)
    finally:
        stop.set()
        writer.join()
    assert written
    for number in range(3):
        place = restore(tmp_path / f"{number}.zip", tmp_path / str(number), guidance_dir).place
        with closing(sqlite3.connect(place / "citewell.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path, guidance_dir: Path) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir)
    with pytest.raises(BackupError, match="exists already"):
        back_up(settings, tmp_path / "b.zip", guidance_dir)
    before = (settings.data_dir / "citewell.db").read_bytes()
    with pytest.raises(BackupError, match="not an empty folder"):
        restore(tmp_path / "b.zip", settings.data_dir, guidance_dir)
    assert (settings.data_dir / "citewell.db").read_bytes() == before


def rewritten(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    """A copy of a backup in which one member is different, or absent."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
            elif content is not None:
                new.writestr(member, content)
    return target


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("citewell.db", b"SQLite format 3\x00 and nothing", "SHA-256 differs"),
        ("person.key", b"x" * 32, "SHA-256 differs"),
        ("citewell.db", None, "is missing"),
        ("manifest.json", b"{}", "does not read"),
        ("manifest.json", None, "no backup of CiteWell"),
    ],
)
def test_a_backup_that_was_changed_is_refused(
    settings: Settings, tmp_path: Path, guidance_dir: Path, name: str, content: bytes | None, says: str
) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir)
    changed = rewritten(tmp_path / "b.zip", tmp_path / "c.zip", name, content)
    with pytest.raises(BackupError, match=says):
        restore(changed, tmp_path / "elsewhere", guidance_dir)
    assert not any((tmp_path / "elsewhere").glob("*")) or not (tmp_path / "elsewhere").exists()


def test_a_backup_cut_short_or_of_a_newer_version_is_refused(
    settings: Settings, tmp_path: Path, guidance_dir: Path
) -> None:
    back_up(settings, tmp_path / "b.zip", guidance_dir)
    whole = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError, match="damaged or no backup"):
        restore(tmp_path / "cut.zip", tmp_path / "elsewhere", guidance_dir)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    newer = json.dumps({**manifest, "schema_version": "9999"}).encode()
    with pytest.raises(BackupError, match="newer CiteWell"):
        restore(rewritten(tmp_path / "b.zip", tmp_path / "n.zip", "manifest.json", newer), tmp_path / "e", guidance_dir)


def test_a_damaged_database_is_not_backed_up(settings: Settings, tmp_path: Path, guidance_dir: Path) -> None:
    file = settings.data_dir / "citewell.db"
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\xff" * 4096 * 4
    file.write_bytes(bytes(content))
    with pytest.raises(BackupError, match="database"):
        back_up(settings, tmp_path / "b.zip", guidance_dir)
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"database_url": "postgresql+asyncpg://localhost/citewell"}, "pg_dump"),
        ({"database_url": "sqlite+aiosqlite:////nowhere/citewell.db"}, "no database at"),
    ],
)
def test_what_cannot_be_backed_up_says_what_to_do(
    tmp_path: Path, guidance_dir: Path, more: dict[str, str], says: str
) -> None:
    with pytest.raises(BackupError, match=says):
        back_up(Settings.model_validate({"data_dir": tmp_path, **more}), tmp_path / "b.zip", guidance_dir)


def test_a_full_disk_leaves_no_half_backup(
    settings: Settings, tmp_path: Path, guidance_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_copy_database", full)
    with pytest.raises(BackupError, match="No space left"):
        back_up(settings, tmp_path / "b.zip", guidance_dir)
    assert not (tmp_path / "b.zip").exists()


async def shelved(place: Path, guidance: Path) -> list[list[tuple[str, float]]]:
    """Build the library of a data folder and ask it the canaries. Returns: passages and scores, a list a canary."""
    async with Database(f"sqlite+aiosqlite:///{place / 'citewell.db'}") as database:
        store, registry = VectorStore(place / "chroma"), BuildRegistry(database.engine)
        embeddings = BagOfWords()
        builder = Builder(
            guidance=guidance, store=store, registry=registry, embeddings=embeddings, lock=place / "build.lock"
        )
        await builder.build(date(2027, 1, 1), lambda _done, _total: None)
        active = await registry.active()
        assert active is not None
        library = Library(active.fingerprint, store.read(active.collection), embeddings)
        hits = [library.search(one["question"], 5) for one in canaries()]
        store.close()
    return [[(hit.passage.id, round(hit.score, 6)) for hit in found] for found in hits]


def canaries() -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load((GUIDANCE_DIR.parent / "canaries.yaml").read_text(encoding="utf-8"))
    return found


async def test_the_drill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Back up, lose everything, restore elsewhere by the command line, rebuild: the canaries find the very same."""
    guidance = tmp_path / "guidance"
    (guidance / "en").mkdir(parents=True)
    for topic in ("chlamydia", "influenza", "depression", "measles"):
        shutil.copy(GUIDANCE_DIR / "en" / f"{topic}.md", guidance / "en")
    # The stand-in for the model knows no synonyms; what it finds need not be right here, but the same twice.
    monkeypatch.setattr(build, "try_out", lambda _: None)
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(tmp_path / "data"))
    who = await filled(Settings(data_dir=tmp_path / "data"))
    before = await shelved(tmp_path / "data", guidance)
    assert all(before)
    file = str(tmp_path / "b.zip")
    assert run(["backup", file, "--guidance", str(guidance)]) == 0
    shutil.rmtree(tmp_path / "data")
    measles = guidance / "en" / "measles.md"
    measles.write_text(measles.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert run(["restore", file, "--data-dir", str(tmp_path / "new"), "--guidance", str(guidance)]) == 0
    assert "1 guidance files differ from those backed up: en/measles.md" in capsys.readouterr().out
    assert await shelved(tmp_path / "new", guidance) == before
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'citewell.db'}") as database:
        assert await Conversations(database).country(who) == "KE"
    assert run(["restore", file, "--data-dir", str(tmp_path / "new")]) == 1
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "not an empty folder" in shown

"""Backup and restore: the database, the key for hashing people, the settings without secrets, the guidance's manifest.

What is in a backup and what is not, and why: docs/decisions/0050. The library is not: it is built from the guidance.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from sqlalchemy import make_url

from bot.errors import BackupError
from bot.settings import PREFIX
from bot.store.database import BUSY_TIMEOUT_MS, HEAD
from bot.store.identity import KEY_BYTES, KEY_FILE
from bot.store.people import about_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings

FORMAT = 1
DATABASE, KEY, SETTINGS, MANIFEST = "citewell.db", KEY_FILE, "settings.env", "manifest.json"
_HIDDEN = frozenset({"database_url", "telegram_webhook_url", "data_dir"})
"""No secrets by type, but a password or a path that cannot be guessed may stand in them; or they are of one machine."""
_CHUNK = 1024 * 1024
_BIGGEST = 64 * 1024**3
"""Bytes that a member may unpack to: a damaged or hostile file must not fill the disk unseen."""


class Manifest(BaseModel):
    """What a backup says of itself. `files` and `guidance` map names to SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    made_at: datetime
    schema_version: str
    with_people: bool
    files: dict[str, str]
    guidance: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did. `guidance` are the files that differ from the backup's; `secrets` are to be set anew."""

    manifest: Manifest
    place: Path
    guidance: tuple[str, ...]


def back_up(settings: Settings, file: Path, guidance: Path, *, with_people: bool = True) -> Manifest:
    """Write a backup that only this user can read, while a bot may be running.

    Args:
        settings: where the database and the key are.
        file: the new file; one that exists is not overwritten.
        guidance: the folder whose files' hashes are noted.
        with_people: also everything about people, with the key that their rows are found by; else neither.

    Raises:
        BackupError: the database is not SQLite, is absent, or something cannot be read or written.
    """
    database = _sqlite_file(settings)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(f"{file} exists already; choose another name") from None
    except OSError as error:
        raise BackupError(f"{file} cannot be written ({error.strerror}); choose another place") from None
    try:
        # Beside the file: the temporary folder may be smaller than the database.
        with os.fdopen(descriptor, "wb") as out, tempfile.TemporaryDirectory(dir=file.parent) as folder:
            parts = {DATABASE: Path(folder, DATABASE), SETTINGS: Path(folder, SETTINGS)}
            _copy_database(database, parts[DATABASE], with_people=with_people)
            parts[SETTINGS].write_text(settings_without_secrets(settings), encoding="utf-8")
            if with_people and (settings.data_dir / KEY).exists():
                parts[KEY] = settings.data_dir / KEY
            manifest = Manifest(
                format=FORMAT,
                made_at=datetime.now(UTC),
                schema_version=_check_database(parts[DATABASE]),
                with_people=with_people,
                files={name: _hash(path) for name, path in parts.items()},
                guidance=guidance_manifest(guidance),
            )
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
                for name, path in parts.items():
                    archive.write(path, name)
            out.flush()
            os.fsync(out.fileno())
    except BaseException as error:
        file.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupError(f"no backup was made ({error.strerror or error}); nothing was left behind") from None
        if isinstance(error, sqlite3.Error):
            raise BackupError(f"no backup was made, the database cannot be read ({error})") from None
        raise
    return manifest


def restore(file: Path, place: Path, guidance: Path) -> Restored:
    """Put a backup into an empty or new data folder; every hash is checked before anything is put there.

    Raises:
        BackupError: the backup is damaged, of a newer version, or the place is not empty or cannot be written.
    """
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise BackupError(f"{place} is not an empty folder; restore into a new one with --data-dir")
        with zipfile.ZipFile(file) as archive:
            manifest = _read_manifest(archive, file)
            place.mkdir(parents=True, exist_ok=True)
            _unpack(archive, manifest, file, place)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise BackupError(f"{file} is damaged or no backup of CiteWell ({_line(error)}); use another one") from None
    except OSError as error:
        raise BackupError(f"{error.filename or file} cannot be used ({error.strerror or error})") from None
    here = guidance_manifest(guidance)
    names = sorted(here.keys() | manifest.guidance.keys())
    differ = tuple(name for name in names if here.get(name) != manifest.guidance.get(name))
    return Restored(manifest=manifest, place=place, guidance=differ)


def settings_without_secrets(settings: Settings) -> str:
    """The settings that were set, as lines of a `.env` file; a secret only by its name."""
    lines = ["# Settings of a backup. Secrets and addresses of the machine are not in it: set them anew."]
    for name in sorted(settings.model_fields_set):
        value = getattr(settings, name)
        if isinstance(value, SecretStr) or name in _HIDDEN:
            lines.append(f"#{PREFIX}{name.upper()}=")
        elif value is not None:
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            lines.append(f"{PREFIX}{name.upper()}={json.dumps(text, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def guidance_manifest(folder: Path) -> dict[str, str]:
    """Every guidance file below a folder with its SHA-256."""
    return {path.relative_to(folder).as_posix(): _hash(path) for path in sorted(folder.rglob("*.md"))}


def _sqlite_file(settings: Settings) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        raise BackupError("the database is PostgreSQL; back it up with pg_dump, and person.key beside it")
    path = Path(url.database or "")
    if not path.is_file():
        raise BackupError(f"there is no database at {path}; check CITEWELL_DATA_DIR")
    return path


def _copy_database(source: Path, target: Path, *, with_people: bool) -> None:
    """Copy with SQLite's backup API: whole, of one moment, and without stopping who writes."""
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing, pages=2000)
        if not with_people:
            writing.execute("PRAGMA foreign_keys = ON")
            for table, column in reversed(list(about_people())):
                writing.execute(f"DELETE FROM {table.name} WHERE {column.name} IS NOT NULL")  # noqa: S608 - our names
            writing.commit()
            writing.execute("VACUUM")  # else the pages would still hold what was deleted
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _check_database(path: Path) -> str:
    """The schema version of a database that is whole. Raises: BackupError."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the database is damaged ({error}); use another backup") from None
    if problem != "ok" or row is None:
        raise BackupError(f"the database is damaged ({_line(problem)}); use another backup")
    return str(row[0])


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError):
        raise BackupError(f"{file} is no backup of CiteWell; its {MANIFEST} is absent or does not read") from None
    if manifest.format > FORMAT or manifest.schema_version > HEAD:
        raise BackupError(f"{file} was made by a newer CiteWell; install that version, then restore")
    needed = {DATABASE, SETTINGS}
    if not needed <= manifest.files.keys() <= needed | {KEY}:
        raise BackupError(f"{file} does not hold what a backup holds; use another one")
    return manifest


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, file: Path, place: Path) -> None:
    """Write the members under other names, check them, then rename them: the database last."""
    names = [name for name in (SETTINGS, KEY, DATABASE) if name in manifest.files]
    fresh = {name: place / f".{name}.restoring" for name in names}
    try:
        for name, path in fresh.items():
            if _extract(archive, name, path) != manifest.files[name]:
                raise BackupError(f"{name} in {file} is not what was backed up (its SHA-256 differs); use another one")
        if KEY in fresh and fresh[KEY].stat().st_size != KEY_BYTES:
            raise BackupError(f"{KEY} in {file} does not hold a key; use another backup")
        _check_database(fresh[DATABASE])
        for name, path in fresh.items():
            path.replace(place / name)
    finally:
        for path in fresh.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Unpack a member to a file that only this user can read. Returns: its SHA-256."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        member = archive.open(name)
    except KeyError:
        os.close(descriptor)
        raise BackupError(f"{name} is missing in the backup; use another one") from None
    with os.fdopen(descriptor, "wb") as out, member:
        for chunk in _chunks(member):
            size += len(chunk)
            if size > _BIGGEST:
                raise BackupError(f"{name} in the backup is larger than a backup can be; use another one")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _chunks(member: object) -> Iterator[bytes]:
    while chunk := member.read(_CHUNK):  # type: ignore[attr-defined]
        yield chunk


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(error: object) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]

"""The cache of results: one line a case, added as soon as the case is done, so that a stopped run goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from evals.errors import EvalsInfrastructure

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import TextIO

    from evals.recording import Record

VERSION = 1
_HEAD = {"format": "citewell-evals-cache", "version": VERSION}


class Cache:
    """Records by their key. `with Cache(path) as cache: …`; a path of None keeps nothing.

    A last line that was cut off by a crash is dropped. A file that is not a cache, or one of another version, is
    refused and left as it is.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._records: dict[str, Record] = {}

    def __enter__(self) -> Self:
        """Raises: EvalsInfrastructure."""
        if self._path is None:
            return self
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            whole = self._read(self._path) if self._path.exists() else 0
            self._file = self._path.open("a", encoding="utf-8")
            self._file.truncate(whole)
        except OSError as error:
            raise EvalsInfrastructure(f"{self._path} cannot be used ({error.strerror}); try --no-cache") from None
        if whole == 0:
            self._write(dict(_HEAD))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def get(self, key: str) -> Record | None:
        """The record of a key, or None."""
        return self._records.get(key)

    def put(self, record: Record) -> None:
        """Keep a record, on disk before this returns."""
        self._records[record["key"]] = record
        if self._file is not None:
            self._write(record)

    def _write(self, row: Record) -> None:
        assert self._file is not None  # noqa: S101 - for mypy; every caller has looked
        try:
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise EvalsInfrastructure(f"{self._path} cannot be written ({error.strerror}); free some space") from None

    def _read(self, path: Path) -> int:
        """Load the records. Returns: how many bytes of the file are whole lines."""
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        lines = data[:whole].splitlines()
        if not lines:
            return 0
        try:
            head, *rows = [json.loads(line) for line in lines]
        except ValueError:
            raise EvalsInfrastructure(f"{path} is not a cache of this tool; move it away or use --no-cache") from None
        if head != _HEAD:
            found = head.get("version") if isinstance(head, dict) else None
            message = f"{path} was written by another version ({found!r}, this one reads {VERSION})"
            raise EvalsInfrastructure(f"{message}; delete it or use --no-cache")
        self._records = {row["key"]: row for row in rows}
        return whole

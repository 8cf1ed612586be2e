"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from knowledge.errors import ReviewError


def write_whole(path: Path, content: bytes, *, instead_of: bytes | None = None) -> None:
    """Put `content` at `path` in one step, keeping the file's permissions.

    Args:
        path: the file; its folder is made when absent.
        content: what it shall hold.
        instead_of: what it held when it was read; if it holds something else by now, nothing is written.

    Raises:
        ReviewError: someone changed the file meanwhile, or it cannot be written; the file is as it was.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if instead_of is not None and path.read_bytes() != instead_of:
            raise ReviewError(f"{path} was changed meanwhile; nothing was written, start again")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary_path = Path(temporary)
        temporary_path.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary_path.replace(path)
        temporary = None
    except OSError as error:
        raise ReviewError(f"{path} cannot be written ({error.strerror}); check its permissions") from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()

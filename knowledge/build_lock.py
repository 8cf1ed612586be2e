"""The lock that lets one builder write at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from knowledge.errors import BuildRunning, LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def only_builder(lock: Path) -> Iterator[None]:
    """Hold the build lock. Raises: BuildRunning at once when another process holds it; LibraryError if unwritable."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise BuildRunning("another build is running; wait for it to finish, then try again") from None
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        message = f"{lock.parent} cannot be written ({error.strerror}); set CITEWELL_DATA_DIR to a writable folder"
        raise LibraryError(message) from None

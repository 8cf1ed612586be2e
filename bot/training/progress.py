"""How far somebody has got, in one small file of their own: nothing about it leaves the machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.errors import StoreError
from knowledge.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path


class Progress:
    """The lessons that were finished, with the right answers of the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, int]:
        """Right answers by lesson id; empty where nothing was kept. Raises: StoreError."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(lesson): int(right) for lesson, right in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise StoreError(f"{self._path} cannot be read ({error}); 'citewell learn --forget' clears it") from None

    def keep(self, lesson: str, right: int) -> None:
        """Keep a finished lesson. Raises: StoreError."""
        kept = {**self.read(), lesson: right}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, (json.dumps(kept, indent=2) + "\n").encode())
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written ({error.strerror}); check CITEWELL_DATA_DIR") from None

    def forget(self) -> None:
        """Keep nothing any more."""
        self._path.unlink(missing_ok=True)

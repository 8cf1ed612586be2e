"""Turns a platform's user id into a keyed hash: without the key, nobody can tell who a row is about."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import TYPE_CHECKING

from bot.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
KEY_FILE = "person.key"
"""The key's name in the data folder."""


class Identity:
    """Keyed hashing (HMAC-SHA256) with a key that stays on this machine."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def person(self, platform: str, user: str) -> str:
        """The hash under which a user of a platform is kept; 64 hex digits."""
        return hmac.new(self._key, f"{platform}:{user}".encode(), hashlib.sha256).hexdigest()


def load_identity(path: Path) -> Identity:
    """Read the key, or make one that only this user can read.

    Raises:
        StoreError: the file cannot be read or written, or does not hold a key.
    """
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            key = secrets.token_bytes(KEY_BYTES)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key)
    except OSError as error:
        message = f"{path} cannot be used ({error.strerror}); set CITEWELL_DATA_DIR to a writable folder"
        raise StoreError(message) from None
    if len(key) != KEY_BYTES:
        raise StoreError(f"{path} does not hold a key of {KEY_BYTES} bytes; restore it, or delete it to start afresh")
    return Identity(key)

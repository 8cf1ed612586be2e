"""Document vectors kept on disk part by part: a benchmark that was stopped goes on, and a second one encodes nothing.

The seconds that a part took are kept with it, so that a benchmark that went on still tells what all of it cost.
"""

from __future__ import annotations

import hashlib
import time
import zipfile
from typing import TYPE_CHECKING, Protocol

import numpy as np

from evals.errors import EvalsInfrastructure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evals.running import Progress

PART = 128
"""Texts encoded and kept together: some seconds of work."""


class Encoder(Protocol):
    """Gives texts unit vectors, shape (texts, dimension)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of `texts`."""
        ...


class KeptVectors:
    """Encodes texts in parts and keeps each under `folder`; a folder of None keeps nothing.

    `identity` names the model: vectors of another model, or of other texts, are never taken for these.
    """

    def __init__(self, folder: Path | None, identity: str) -> None:
        self._folder = folder
        self._identity = identity

    def encode(
        self, texts: Sequence[str], encoder: Encoder, progress: Progress
    ) -> tuple[NDArray[np.float32], float, float]:
        """Vectors of `texts` in their order, the seconds that encoding took, and how many of these were earlier.

        Texts of a length are encoded together, so that little is padded, and the longest first: what is left to do
        then never takes longer than it seems.

        Raises:
            EvalsInfrastructure: a part cannot be kept, for want of space or rights.
        """
        order = sorted(range(len(texts)), key=lambda position: (-len(texts[position]), position))
        parts: list[NDArray[np.float32]] = []
        took = earlier = 0.0
        progress(0, len(texts))
        for start in range(0, len(order), PART):
            part = [texts[position] for position in order[start : start + PART]]
            path = self._path(part)
            kept = _read(path, len(part))
            if kept is None:
                at = time.perf_counter()
                vectors, seconds = encoder.encode(part), time.perf_counter() - at
                _keep(path, vectors, seconds)
            else:
                vectors, seconds = kept
                earlier += seconds
            took += seconds
            parts.append(vectors)
            progress(min(start + PART, len(order)), len(order))
        whole = np.concatenate(parts)
        ordered = np.empty_like(whole)
        ordered[order] = whole
        return ordered, took, earlier

    def _path(self, part: Sequence[str]) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.sha256("\0".join([self._identity, *part]).encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest[:32]}.npz"


def _read(path: Path | None, rows: int) -> tuple[NDArray[np.float32], float] | None:
    """A kept part, or None where there is none or it was cut off."""
    if path is None or not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            vectors, seconds = held["vectors"], float(held["seconds"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return (vectors, seconds) if len(vectors) == rows else None


def _keep(path: Path | None, vectors: NDArray[np.float32], seconds: float) -> None:
    if path is None:
        return
    fresh = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            np.savez(file, vectors=vectors, seconds=np.float64(seconds))
        fresh.replace(path)
    except OSError as error:
        message = f"{path.parent} cannot be written ({error.strerror}); free some space or use --no-cache"
        raise EvalsInfrastructure(message) from None

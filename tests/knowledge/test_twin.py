"""The ONNX twin gives the model's vectors, and whatever is wrong with it costs speed only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from knowledge.embedding import SentenceEmbeddings
from knowledge.twin import OnnxTwin

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

TEXTS = [
    "does it hurt",
    "مرحبا، هل هذا معدٍ؟",
    "🤒🤧 is this flu",
    "",
    "It burns when I pee and I do not know whom to ask. " * 60,
    "PrEP 28 days, 72 hours",
]


@pytest.fixture(scope="module")
def twin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin") / "encoder"
    SentenceEmbeddings(twin_folder=folder).make_twin()
    return folder


def test_the_twin_gives_the_vectors_of_the_model(twin_folder: Path) -> None:
    model, twin = SentenceEmbeddings(), SentenceEmbeddings(twin_folder=twin_folder)
    assert isinstance(OnnxTwin.open(twin_folder, twin.identity), OnnxTwin)
    np.testing.assert_allclose(twin.encode(TEXTS), model.encode(TEXTS), atol=1e-5)
    assert twin.dimension == model.dimension == 384


def test_a_twin_of_another_model_is_not_used(twin_folder: Path) -> None:
    assert OnnxTwin.open(twin_folder, "another@123") is None


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "twin.json"])
def test_a_damaged_twin_is_left_aside(twin_folder: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    for file in twin_folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    assert OnnxTwin.open(folder, SentenceEmbeddings().identity) is None
    embeddings = SentenceEmbeddings(twin_folder=folder)
    np.testing.assert_allclose(embeddings.encode(["fever"]), SentenceEmbeddings().encode(["fever"]), atol=1e-6)


def test_a_folder_that_cannot_be_written_keeps_the_model(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    embeddings = SentenceEmbeddings(twin_folder=tmp_path / "file" / "encoder")
    embeddings.make_twin()
    assert embeddings.encode(["fever"]).shape == (1, 384)

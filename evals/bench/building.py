"""How fast a build is, beside encoding the same texts and nothing else."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.app import SILENT
from bot.settings import Settings
from bot.store.database import Database
from bot.workshop import Workshop
from knowledge.embedding import BATCH_SIZE, SentenceEmbeddings
from knowledge.foreign import load_foreign
from knowledge.guidance import GUIDANCE_DIR, load_guidance
from knowledge.passages import indexed_texts, passages_of

if TYPE_CHECKING:
    from collections.abc import Callable


async def build_speed(model: Any, encoder: Path, topics: int, progress: Callable[[int, int], None]) -> dict[str, float]:
    """Texts a second of a whole build (lint, split, embed, index, try out) and of sentence-transformers alone.

    The texts are those of `topics` guidance files; `encoder` is the folder of the model's twin. The bare model encodes
    half of them before the build and half after, so that a load that comes and goes falls on both.
    """
    with tempfile.TemporaryDirectory(prefix="citewell-bench-") as folder:
        home = Path(folder)
        guidance = home / "guidance"
        files = sorted(path for path in (GUIDANCE_DIR / "en").glob("*.md"))
        step = max(1, len(files) // topics)
        (guidance / "en").mkdir(parents=True)
        for path in files[::step][:topics]:
            shutil.copy(path, guidance / "en" / path.name)
        texts = [text.text for text in indexed_texts(passages_of(load_guidance(guidance)))]
        texts += [question.text for question in load_foreign()]
        progress(0, 3)
        bare = _encoding(model, texts[::2])
        progress(1, 3)
        settings = Settings(data_dir=home / "data")
        embeddings = SentenceEmbeddings(settings.embedding_model, encoder)
        embeddings.load()
        async with Database(settings.database) as database:
            workshop = Workshop(settings, database, SILENT, embeddings)
            started = time.perf_counter()
            await workshop.builder(guidance).build(_today(), lambda _done, _total: None)
            building = time.perf_counter() - started
            workshop.close()
        progress(2, 3)
        bare += _encoding(model, texts[1::2])
        progress(3, 3)
    count = len(texts)
    return {
        "texts": count,
        "build_per_second": count / building,
        "bare_per_second": count / bare,
        "ratio": bare / building,
    }


def _encoding(model: Any, texts: list[str]) -> float:
    started = time.perf_counter()
    model.encode(texts, batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False)
    return time.perf_counter() - started


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()

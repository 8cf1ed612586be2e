"""What a run is told before it starts: texts that changed since the build that is measured."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from samples import BagOfWords

from evals.opening import warnings_of
from knowledge.build import fingerprint
from knowledge.foreign import load_foreign
from knowledge.guidance import load_guidance
from knowledge.passages import passages_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evals.watching import WatchedApp


class FakeApp:
    """Has a workshop with an embedding model, and nothing else."""

    async def workshop(self) -> Any:
        return SimpleNamespace(embeddings=BagOfWords())


async def test_texts_that_changed_since_the_build_are_told(
    write_guidance: Callable[..., Path], guidance_dir: Path
) -> None:
    app = cast("WatchedApp", FakeApp())
    write_guidance("fever")
    active = fingerprint(passages_of(load_guidance(guidance_dir)), load_foreign(), BagOfWords().identity)
    assert await warnings_of(app, active, guidance_dir) == []
    path = write_guidance("cough")
    (told,) = await warnings_of(app, active, guidance_dir)
    assert f"have changed since the active build {active[:12]}" in told
    path.write_text("no head\n", encoding="utf-8")
    (told,) = await warnings_of(app, active, guidance_dir)
    assert "do not read" in told
    assert "cough.md:1" in told

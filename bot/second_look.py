"""The similarity stage with its model behind it: it raises an alert where it can, and never stands in the way."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.triage import Assessment
    from bot.triage.similarity import SimilarityTriage as Stage  # noqa: TC004 (ruff takes an annotation for use)
    from bot.triage.similarity import Vectors

PATIENCE = 10.0
"""Seconds that a reply waits for the model, which takes some to load at a cold start. After that the rules decide."""
THREADS = 16
"""Of its own: in a flood of questions a message in danger does not queue for a thread behind answers."""
_log = logging.getLogger(__name__)


class Embeddings(Protocol):
    """What the stage needs of an embedding model."""

    @property
    def identity(self) -> str:
        """The name of the model, and its weights' hash where they are pinned."""
        ...

    def encode(self, texts: list[str]) -> Vectors:
        """Vectors of unit length, one a text. May raise anything that loading a model raises."""
        ...


@dataclass(slots=True, kw_only=True)
class SecondLook:
    """Reviews what the rules found harmless. Without a model, or with a slow one, the rules' word stands."""

    embeddings: Embeddings
    patience: float = PATIENCE
    _stage: Stage | None = field(default=None, init=False)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="second-look"), init=False
    )
    _broken: bool = field(default=False, init=False)

    async def ready(self) -> None:
        """Load what it needs and compare one sentence. Raises: whatever keeps it from working."""
        stage = await asyncio.to_thread(self._open)
        from bot.triage import Assessment

        await asyncio.to_thread(stage.review, [Assessment(sentences=("is milk good for bones",))])

    async def review(self, assessments: Sequence[Assessment]) -> list[Assessment]:
        """The same assessments, with alerts where the exemplars are near. Never raises."""
        if self._broken:
            return list(assessments)
        try:
            review = asyncio.get_running_loop().run_in_executor(self._threads, self._review, assessments)
            return await asyncio.wait_for(review, self.patience)
        except TimeoutError:
            _log.warning("the similarity stage took longer than %.0f s; the rules decided alone", self.patience)
        except Exception as error:
            # Whatever keeps a model from loading must not keep anybody from an answer.
            self._broken = True
            _log.warning("the similarity stage is off (%s); the rules decide alone; run 'citewell doctor'", error)
        return list(assessments)

    def close(self) -> None:
        """Let go of its threads; what they are at is left to end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _review(self, assessments: Sequence[Assessment]) -> list[Assessment]:
        if self._stage is None:
            self._stage = self._open()
        return self._stage.review(assessments)

    def _open(self) -> Stage:
        # Imported here because it brings numpy, which a question in danger does not need.
        from bot.triage.similarity import SimilarityTriage, load_weights

        weights = load_weights()
        if weights.model != self.embeddings.identity:
            raise ValueError(f"its exemplars belong to {weights.model}, not to {self.embeddings.identity}")
        return SimilarityTriage(weights, self.embeddings.encode)

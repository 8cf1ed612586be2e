"""What a result depends on, as one key: case, guidance, settings, writer, and the code."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.model import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.settings import Settings
    from evals.cases import Case

_ROOT = Path(__file__).resolve().parent.parent
_ANSWERING = ("bot/**/*.py", "bot/**/*.yaml", "bot/**/*.txt", "knowledge/*.py", "knowledge/*.yaml")
_SCORING = (
    "evals/metrics/*.py",
    "evals/cases.py",
    "evals/facts.py",
    "evals/judging.py",
    "evals/observing.py",
    "evals/recording.py",
)
_ANSWER_SETTINGS = ("embedding_model", "model", "country")
"""The settings that change an answer; where data lies and which tokens are set do not."""


@cache
def code_version() -> str:
    """SHA-256 over the files that answer and score, hex, 16 digits. The report's code is not among them."""
    paths = sorted({path for pattern in (*_ANSWERING, *_SCORING) for path in _ROOT.glob(pattern)})
    digest = hashlib.sha256()
    for path in paths:
        digest.update(content_hash(path.relative_to(_ROOT).as_posix(), path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def answer_settings(settings: Settings) -> dict[str, str | None]:
    """The settings that change an answer, by name."""
    return {name: getattr(settings, name) for name in _ANSWER_SETTINGS}


def case_key(case: Case, *, guidance: str, settings: dict[str, str | None], writer: str, code: str) -> str:
    """The key of one result, hex SHA-256."""
    return content_hash(case.model_dump_json(), guidance, json.dumps(settings, sort_keys=True), writer, code)


def cases_hash(cases: Iterable[Case]) -> str:
    """What was measured: a hash over the ids and contents of the cases, whatever their order."""
    return content_hash(*sorted(case.model_dump_json() for case in cases))[:16]

"""What a result depends on, as one key: case, guidance, settings, writer, code, installed libraries, and the day."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.model import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.settings import Settings
    from evals.cases import Case

EXTRACTIVE = "extractive"
"""The writer that needs no model."""
_ROOT = Path(__file__).resolve().parent.parent
_ANSWERING = ("bot/**/*", "knowledge/*.*")
"""Rule books, glossaries and weights are code here; the guidance has its own fingerprint, that of the build."""
_SCORING = (
    "evals/metrics/*.py",
    "evals/cases.py",
    "evals/facts.py",
    "evals/judging.py",
    "evals/observing.py",
    "evals/recording.py",
    "evals/usage.py",
    "evals/watching.py",
)
_NO_ANSWER_IN = (
    "data_dir",
    "database_url",
    "chroma_url",
    "log_level",
    "http_listen",
    "import_hosts",
    "keep_gaps",
    "telegram_",
    "discord_",
)
"""Settings that change no answer: where things lie and who is listened to. Any other does, one added later included."""


@cache
def code_version() -> str:
    """SHA-256, hex, 16 digits, over the files that answer and score and the versions of every installed library.

    The code of the report is not in it: a prettier chart asks no case again.
    """
    digest = hashlib.sha256()
    for path in sorted({path for pattern in (*_ANSWERING, *_SCORING) for path in _ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(json.dumps(sorted({f"{each.name}=={each.version}" for each in distributions()})).encode())
    return digest.hexdigest()[:16]


def answer_settings(settings: Settings) -> dict[str, str | None]:
    """The settings that change an answer, by name, as text."""
    values = {
        name: getattr(settings, name) for name in type(settings).model_fields if not name.startswith(_NO_ANSWER_IN)
    }
    return {name: None if value is None else str(value) for name, value in sorted(values.items())}


def case_key(case: Case, *, guidance: str, settings: dict[str, str | None], writer: str, code: str, day: date) -> str:
    """The key of one result, hex SHA-256. The day is in it: a text past its review date is answered from otherwise."""
    given = json.dumps(settings, sort_keys=True)
    return content_hash(case.model_dump_json(), guidance, given, writer, code, day.isoformat())


def cases_hash(cases: Iterable[Case]) -> str:
    """What was measured: a hash over the ids and contents of the cases, whatever their order."""
    return content_hash(*sorted(case.model_dump_json() for case in cases))[:16]

"""Questions that the guidance does not answer (`foreign.yaml`), indexed so that a weak answer can be told from one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml

from knowledge.errors import GuidanceError

FOREIGN_FILE = Path(__file__).parent / "foreign.yaml"

ForeignGroup = Literal["other_matters", "other_health", "dose_request", "judgement_request"]
"""Not about health; about health, but not in the guidance; what only a health worker may answer (two groups)."""
NOT_COVERED: tuple[ForeignGroup, ...] = ("other_matters", "other_health")
REQUESTS: tuple[ForeignGroup, ...] = ("dose_request", "judgement_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignQuestion:
    """A question that the guidance does not answer. `id` names its group, so that a found one tells it."""

    group: ForeignGroup
    text: str

    @property
    def id(self) -> str:
        """The key in the index."""
        return f"{self.group}: {self.text}"


def group_of(key: str) -> str:
    """The group that a key of the index names."""
    return key.partition(":")[0]


def load_foreign(path: Path = FOREIGN_FILE) -> list[ForeignQuestion]:
    """Every foreign question.

    Raises:
        GuidanceError: the file cannot be read or is not the groups of questions.
    """
    try:
        groups = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return [
            ForeignQuestion(group=group, text=str(question))
            for group in get_args(ForeignGroup)
            for question in groups[group]
        ]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise GuidanceError(str(path), 1, f"must hold the groups of questions ({reason}); restore it") from None

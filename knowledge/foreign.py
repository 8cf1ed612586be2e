"""Questions that the guidance does not answer (`foreign.yaml`), indexed so that a weak answer can be told from one."""

from __future__ import annotations

from pathlib import Path

import yaml

from knowledge.errors import GuidanceError

FOREIGN_FILE = Path(__file__).parent / "foreign.yaml"


def load_foreign(path: Path = FOREIGN_FILE) -> list[str]:
    """Every foreign question, all groups together.

    Raises:
        GuidanceError: the file cannot be read or is not groups of questions.
    """
    try:
        groups = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return [str(question) for group in groups.values() for question in group]
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise GuidanceError(str(path), 1, f"must hold groups of questions ({reason}); restore it") from None

"""How hard a text is to read."""

from __future__ import annotations

import textstat


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade (US school years) by textstat; short texts may fall below 0."""
    return float(textstat.flesch_kincaid_grade(text))

"""How hard a text is to follow (textstat)."""

from __future__ import annotations

from bot.briefing.model import Readability
from knowledge.readability import reading_grade


def read_aloud(text: str) -> Readability:
    """Flesch-Kincaid grade, Flesch reading ease and words of a text in English."""
    import textstat

    return Readability(
        grade=round(reading_grade(text), 1),
        ease=round(float(textstat.flesch_reading_ease(text)), 1),
        words=len(text.split()),
    )

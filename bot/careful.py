"""The careful path for a person in distress about food, weight or shape: no figures, and help within reach. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.retrieval import Retriever
    from knowledge.model import Hit

FIGURES = re.compile(
    r"\bcalor(?:y|ies|ic)|\bkcal\b|\bkilojoules?|\bBMI\b|body mass index|\bkg\b|\bkilos?\b|\bpounds?\b|\blbs?\b"
    r"|\bgrams?\b|\b\d[\d.,]* ?(?:g|mg|kg|kcal|kj)\b|\bobes\w*|\boverweight\b"
    r"|\b(?:lose|losing|lost|gain(?:ing|ed)?|ideal|target|healthy) (?:\w+ )?weight\b|\bdiet(?:s|ing)?\b|\bfasting\b",
    re.IGNORECASE,
)
"""Words around which guidance gives numbers or goals. NEDA's bot Tessa gave such tips to people in distress."""

HELP = "How can I get help for an eating disorder?"

_OWN = re.compile(r"\b(?:i|i'm|im|ive|my|me|myself)\b", re.IGNORECASE)


def question_in_distress(text: str) -> str:
    """What is answered when a message shows such distress: how to get help, unless it only asks about the subject."""
    return HELP if _OWN.search(text) else text


def safe_for_eating_distress(hits: list[Hit], retriever: Retriever) -> list[Hit]:
    """The hits whose passages hold no such words; where none is left, what the guidance says about getting help."""
    safe = [hit for hit in hits if not FIGURES.search(f"{hit.passage.section} {hit.passage.text}")]
    if safe:
        return safe
    return [hit for hit in retriever.search(HELP) if not FIGURES.search(f"{hit.passage.section} {hit.passage.text}")]

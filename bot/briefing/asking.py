"""`brief`: from a topic as a person names it to a brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.briefing.making import make_brief
from bot.briefing.topics import find_topic, passages_of_topic
from bot.errors import NotCovered
from knowledge.guidance import GUIDANCE_DIR, read_guidance

if TYPE_CHECKING:
    from bot.briefing.model import Brief, Request
    from bot.retrieval import Retriever
    from knowledge.helplines import Helplines
    from knowledge.model import Guidance


def brief(request: Request, library: Retriever, helplines: Helplines) -> Brief:
    """The brief on the topic that was meant.

    Raises:
        NotCovered: the guidance has no such topic; names the nearest.
    """
    found = find_topic(request.topic, library)
    if found.topic is None:
        near = ", ".join(found.nearest) or "none"
        raise NotCovered(f"no guidance on {request.topic!r}, so no brief; the nearest topics: {near}")
    passages = passages_of_topic(found.topic, library.passages)
    return make_brief(request, passages, _file(found.topic, passages[0].language), helplines)


def _file(topic: str, language: str) -> Guidance | None:
    """The topic's file, for its advice on wording; a library from elsewhere may hold topics without one."""
    path = GUIDANCE_DIR / language / f"{topic}.md"
    return read_guidance(path, GUIDANCE_DIR) if path.is_file() else None

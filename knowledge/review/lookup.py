"""Finds the text that a curator names, and the source paragraphs that are at hand for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import GuidanceError, ReviewError
from knowledge.guidance import GUIDANCE_DIR

if TYPE_CHECKING:
    from knowledge.model import Guidance
    from knowledge.review.drafts import DraftFolder


def find_text(name: str, drafts: DraftFolder, guidance: Path | None = None) -> Path:
    """The file that a path or an id names; a draft goes before guidance of the same id.

    Raises:
        ReviewError: there is none, or guidance in several languages.
    """
    given = Path(name)
    if given.suffix == ".json" and given.with_suffix(".md").is_file():
        return given.with_suffix(".md")
    if given.is_file():
        return given
    if "/" not in name and drafts.text_path(name).is_file():
        return drafts.text_path(name)
    found = sorted((guidance or GUIDANCE_DIR).glob(f"*/{name}.md")) if _is_plain(name) else []
    if len(found) > 1:
        raise ReviewError(f"{name!r} exists in several languages; give the file: {', '.join(map(str, found))}")
    if not found:
        raise ReviewError(f"no draft and no guidance text is called {name!r}; 'citewell knowledge review' lists drafts")
    return found[0]


def evidence_paragraphs(text: Guidance, drafts: DraftFolder, against: Path | None) -> dict[str, list[str]]:
    """The paragraphs at hand of each page that the text cites: from the drafts, then from a folder of source texts.

    Raises:
        GuidanceError: the folder holds no source texts, or a broken one.
        ReviewError: a draft does not read.
    """
    cited = {source.url: source.id for source in text.sources}
    found: dict[str, list[str]] = {}
    for draft in drafts.all():
        for url, source_id in cited.items():
            if draft.source.url == url or draft.source.id == source_id:
                found.setdefault(url, []).extend(p for section in draft.sections for p in section.paragraphs)
    for url, paragraphs in (_pages(against, set(cited)) if against else {}).items():
        found.setdefault(url, []).extend(paragraphs)
    return found


def _pages(folder: Path, urls: set[str]) -> dict[str, list[str]]:
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise GuidanceError(str(folder), 0, "no *.jsonl source texts here; give the folder that holds them")
    found: dict[str, list[str]] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                page = json.loads(line)
                if page["url"] in urls:
                    found.setdefault(page["url"], []).extend(p for texts in page["sections"].values() for p in texts)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise GuidanceError(str(path), number, "is not a page with title, url and sections") from None
    return found


def _is_plain(name: str) -> bool:
    return all(part.isalnum() for part in name.split("-"))

"""Drafts: what was imported, as evidence (JSON, never edited), and a text to be reworked beside it (Markdown)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sentencex
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import GuidanceError, ReviewError
from knowledge.files import write_whole
from knowledge.guidance import parse_guidance
from knowledge.importing.suspicion import addresses_a_machine
from knowledge.passages import slug

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.importing.page import Page

NO_ADDRESS = "https://unknown.invalid/"
"""Stands in a draft whose page stated no https address; no review passes while it does."""
UNKNOWN = "unknown; find out before this is used"
REVIEW_AFTER = timedelta(days=365)
_NOT_GUIDANCE = re.compile(
    r"references?|related( links)?|who response|contacts?|resources|more information", re.IGNORECASE
)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DraftSource(_Strict):
    """Where a draft comes from; None where the page did not say."""

    id: str
    title: str
    publisher: str | None
    url: str | None
    published: date | None
    accessed: date
    licence: str | None


class Flag(_Strict):
    """Text to be wary of: it addresses a machine, or it was hidden from readers."""

    reason: str
    text: str


class DraftSection(_Strict):
    """Paragraphs of the source under one heading, word for word."""

    heading: str
    paragraphs: list[str]


class Draft(_Strict):
    """An imported source. `sha256` is over the original bytes."""

    id: str
    language: str
    source: DraftSource
    origin: str
    sha256: str
    imported_on: date
    flags: list[Flag]
    sections: list[DraftSection]


class DraftFolder:
    """The drafts of an installation; live guidance lives elsewhere and is never touched from here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, page: Page, today: date) -> Draft:
        """Write a page's draft. A text that a curator has begun is left as it is.

        Raises:
            ReviewError: the folder cannot be written.
        """
        draft = draft_of(page, self._free_id(page), today)
        write_whole(self.evidence_path(draft.id), (draft.model_dump_json(indent=2) + "\n").encode())
        if not self.text_path(draft.id).exists():
            write_whole(self.text_path(draft.id), first_text(draft).encode())
        return draft

    def evidence_path(self, draft_id: str) -> Path:
        """Where the evidence of a draft stands."""
        return self.folder / f"{draft_id}.json"

    def text_path(self, draft_id: str) -> Path:
        """Where the text of a draft stands."""
        return self.folder / f"{draft_id}.md"

    def all(self) -> list[Draft]:
        """Every draft, by id. Raises: ReviewError for one that does not read."""
        return [self._read(path) for path in sorted(self.folder.glob("*.json"))]

    def state(self, draft_id: str) -> str:
        """The review status that a draft's text gives; `unreadable` when it does not read."""
        path = self.text_path(draft_id)
        try:
            return parse_guidance(path.read_text(encoding="utf-8"), str(path)).review.status
        except (OSError, UnicodeDecodeError, GuidanceError):
            return "unreadable"

    @staticmethod
    def _read(path: Path) -> Draft:
        try:
            return Draft.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise ReviewError(f"{path} is not a draft; move it away, or import its source again") from None

    def _free_id(self, page: Page) -> str:
        """The id for a page: that of its earlier import, else its title's, numbered when another page has it."""
        base = slug(page.title) or f"draft-{page.sha256[:8]}"
        number, candidate = 1, base
        while self.evidence_path(candidate).exists():
            held = self._read(self.evidence_path(candidate))
            if held.source.url == page.url if page.url else held.sha256 == page.sha256:
                break
            number += 1
            candidate = f"{base}-{number}"
        return candidate


def draft_of(page: Page, draft_id: str, today: date) -> Draft:
    """A page as a draft, with everything flagged that addresses a machine or was hidden."""
    flags = [Flag(reason="hidden from readers", text=text[:2000]) for text in page.hidden]
    for heading, paragraphs in page.sections:
        for text in (heading, *paragraphs):
            if reason := addresses_a_machine(text):
                flags.append(Flag(reason=reason, text=text[:2000]))
    return Draft(
        id=draft_id,
        language=page.language if re.fullmatch("[a-z]{2}", page.language) else "en",
        source=DraftSource(
            id=f"{_prefix(page.publisher)}-{draft_id}",
            title=page.title,
            publisher=page.publisher,
            url=page.url,
            published=page.published,
            accessed=page.accessed,
            licence=page.licence,
        ),
        origin=page.origin,
        sha256=page.sha256,
        imported_on=today,
        flags=flags,
        sections=[DraftSection(heading=heading, paragraphs=list(texts)) for heading, texts in page.sections],
    )


def first_text(draft: Draft) -> str:
    """A guidance file to begin with: the source's sentences, which the desk lets through only in other words.

    Flagged text stays out of it: it is evidence of something else.
    """
    source = draft.source
    head: dict[str, Any] = {
        "id": draft.id,
        "title": draft.source.title,
        "topics": [draft.id],
        "language": draft.language,
        "sources": [
            {
                "id": source.id,
                "title": source.title,
                "publisher": source.publisher or UNKNOWN,
                "url": source.url if (source.url or "").startswith("https://") else NO_ADDRESS,
                "published": source.published,
                "accessed": source.accessed,
                "licence": source.licence or UNKNOWN,
            }
        ],
        "review": {
            "status": "draft",
            "checked_on": draft.imported_on,
            "due": draft.imported_on + REVIEW_AFTER,
            "sign_offs": [],
        },
        "myths": [],
    }
    written = yaml.dump(head, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{written}---\n" + "\n".join(_first_sections(draft))


class _Plain(yaml.SafeDumper):
    """Writes each value out; never as a reference to an equal one above it."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _first_sections(draft: Draft) -> list[str]:
    flagged = {flag.text for flag in draft.flags}
    parts = []
    for section in draft.sections:
        if _NOT_GUIDANCE.fullmatch(section.heading) or section.heading in flagged:
            continue
        kept = [text for text in section.paragraphs if text[:2000] not in flagged]
        sentences = [_plain(found) for text in kept for found in sentencex.segment(draft.language, text)]
        lines = [f"{sentence} [{draft.source.id}]" for sentence in sentences if any(map(str.isalnum, sentence))]
        if lines:
            parts.append("\n".join([f"## {section.heading}", "asked_as:", "", *lines, ""]))
    return parts or [f"## {draft.source.title}\nasked_as:\n\nWrite what the source says. [{draft.source.id}]\n"]


def _plain(sentence: str) -> str:
    """A sentence that the guidance format can hold: no brackets, no leading bullet, a full stop."""
    text = re.sub(r"^[-\u2013\u2022*#\s]+", "", sentence.translate(str.maketrans("[]", "()"))).strip()
    text = re.sub(r"^(asked_as|grade_reason):", r"\1 ", text)
    return text if not text or text[-1] in ".!?" else text.rstrip(":;,") + "."


def _prefix(publisher: str | None) -> str:
    """`who`, `cdc`, or the publisher's initials."""
    known = {"World Health Organization": "who", "Centers for Disease Control and Prevention (US)": "cdc"}
    if publisher in known:
        return known[publisher]
    return slug("".join(word[0] for word in (publisher or "").split() if word[0].isalnum()))[:8] or "source"

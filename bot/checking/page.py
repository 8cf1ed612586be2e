"""A script check as a one-page report and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.briefing.page import references
from bot.contract import citation_as_json
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table

if TYPE_CHECKING:
    from bot.checking.model import Check, CheckedClaim, ClaimLabel, Flag

_SHOWN: dict[ClaimLabel, str] = {
    "supported": "supported",
    "contradicted": "CONTRADICTED",
    "not_covered": "not covered",
    "opinion": "opinion",
}


def as_document(check: Check) -> Document:
    """The report: a summary, the claims, what to change, the sources."""
    counts = Counter(claim.label for claim in check.claims)
    summary = ", ".join(f"{counts[label]} {label.replace('_', ' ')}" for label in _SHOWN if counts[label])
    rows = tuple((claim.text, _SHOWN[claim.label], _why(claim)) for claim in check.claims)
    blocks: list[Block] = [
        Paragraph(text=f"{len(check.claims)} sentences: {summary}.", strong=True),
        Heading(text="Sentence by sentence"),
        Table(head=("Sentence", "Label", "Why, and what to say instead"), rows=rows),
    ]
    if check.flags:
        blocks += [Heading(text="To change"), Bullets(items=tuple(_flag(one) for one in check.flags))]
    blocks.append(
        Paragraph(
            label="Readability",
            text=f"grade {check.readability.grade} (Flesch-Kincaid), reading ease {check.readability.ease}, "
            f"{check.readability.words} words",
        )
    )
    if check.citations:
        blocks += [Heading(text="Sources"), references(check.citations)]
    blocks.append(
        Paragraph(text="Labels come from a program and from vetted guidance, not from a clinician. Read the quotes.")
    )
    return Document(title="Script check", blocks=tuple(blocks))


def as_json(check: Check) -> dict[str, Any]:
    """The report as plain data (the public contract of `citewell check --json`)."""
    return {
        "claims": [
            {
                "text": claim.text,
                "label": claim.label,
                "reason": claim.reason,
                "citations": [citation_as_json(citation) for citation in claim.citations],
                "suggestion": claim.suggestion,
            }
            for claim in check.claims
        ],
        "flags": [
            {"kind": one.kind, "text": one.text, "suggestion": one.suggestion, "rule": one.rule} for one in check.flags
        ],
        "readability": {
            "grade": check.readability.grade,
            "reading_ease": check.readability.ease,
            "words": check.readability.words,
        },
    }


def _why(claim: CheckedClaim) -> str:
    markers = "".join(f"[{citation.marker}]" for citation in claim.citations)
    instead = f" Instead: {claim.suggestion}" if claim.label == "contradicted" else ""
    return f"{claim.reason}.{instead} {markers}".strip()


def _flag(flag: Flag) -> str:
    words = f"“{flag.text}”: " if flag.text else ""
    return f"{flag.kind.replace('_', ' ').capitalize()}: {words}{flag.suggestion} ({flag.rule})"

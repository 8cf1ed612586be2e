"""The audience's questions as a document and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.contract import citation_as_json
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph

if TYPE_CHECKING:
    from bot.audience.grouping import Audience, Group

_TITLES = {"misconception": "Misconceptions", "question": "Questions", "true_claim": "Rightly said"}


def as_document(audience: Audience) -> Document:
    """The report: who may be in danger, then each group with a reply to post."""
    blocks: list[Block] = [Paragraph(text=f"{audience.read} comments read.", strong=True)]
    if audience.in_danger:
        blocks += [
            Heading(text="Answer these first: someone may be in danger"),
            Paragraph(text="Answer with care and in private, show a helpline, and do not use them for content."),
            Bullets(items=audience.in_danger),
        ]
    for kind, title in _TITLES.items():
        groups = [group for group in audience.groups if group.kind == kind]
        if groups:
            blocks.append(Heading(text=title))
        for group in groups:
            blocks += _group(group)
    blocks.append(Paragraph(text=f"{audience.not_covered} comments say nothing that the guidance covers."))
    return Document(title="What your audience asks", blocks=tuple(blocks))


def as_json(audience: Audience) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "read": audience.read,
        "in_danger": list(audience.in_danger),
        "groups": [
            {
                "kind": group.kind,
                "about": group.about,
                "topic": group.topic,
                "count": group.count,
                "examples": list(group.examples),
                "reply": " ".join(sentence.text for sentence in group.reply),
                "citations": [citation_as_json(citation) for citation in group.citations],
            }
            for group in audience.groups
        ],
        "not_covered": audience.not_covered,
    }


def _group(group: Group) -> list[Block]:
    sources = "; ".join(dict.fromkeys(f"{one.source.publisher}, {one.source.url}" for one in group.citations))
    return [
        Paragraph(label=f"{group.topic}: {group.about} ({group.count})", text=" / ".join(group.examples)),
        Paragraph(label="Reply", text=f"{' '.join(sentence.text for sentence in group.reply)} (Source: {sources})"),
    ]

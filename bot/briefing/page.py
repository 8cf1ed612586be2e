"""A brief as a document and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.briefing.model import WORDS_PER_SECOND
from bot.contract import citation_as_json, helpline_as_json, sentence_as_json
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Reference, References, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.briefing.model import Brief, Line
    from bot.model import Citation


def as_document(brief: Brief) -> Document:
    """Everything that the brief holds, in the order in which a creator needs it."""
    blocks: list[Block] = [
        Paragraph(label="Hook", text=brief.hook),
        Paragraph(text=brief.main_message.marked, strong=True),
        *_points(brief),
        *_myth(brief),
        *_script(brief),
        *_wording(brief),
        Heading(text="Call to action"),
        Paragraph(text=brief.call_to_action),
        *([Bullets(items=tuple(f"{h.name}: {h.phone or h.url}" for h in brief.helplines))] if brief.helplines else []),
        Heading(text="To post with it"),
        Paragraph(label="Caption", text=brief.caption),
        Paragraph(label="Hashtags", text=" ".join(brief.hashtags)),
        Paragraph(label="Alt text", text=brief.alt_text),
        Paragraph(label="Disclosure", text=brief.disclosure),
        Heading(text="Why this can be trusted (NAM Perspectives 2021: science-based, objective, transparent)"),
        Bullets(items=brief.credibility),
        Paragraph(
            label="Readability of the script",
            text=f"grade {brief.readability.grade} (Flesch-Kincaid), reading ease {brief.readability.ease}, "
            f"{brief.readability.words} words",
        ),
        Heading(text="Sources"),
        references(brief.citations),
    ]
    return Document(title=f"{brief.title}: talking points", blocks=tuple(blocks))


def references(citations: Sequence[Citation]) -> References:
    """The sources with their quotes and their age."""
    return References(
        items=tuple(
            Reference(
                marker=one.marker,
                text=f"{one.source.publisher}: {one.source.title} ({age(one)})",
                url=one.source.url,
                quote=one.quote,
            )
            for one in citations
        )
    )


def age(citation: Citation) -> str:
    """When the page was published, where that is known, and when our words were last checked against it."""
    published = f"published {citation.source.published.isoformat()}, " if citation.source.published else ""
    return f"{published}checked {citation.passage.checked_on.isoformat()}"


def as_json(brief: Brief) -> dict[str, Any]:
    """The brief as plain data."""
    request = brief.request
    return {
        "topic": brief.topic,
        "title": brief.title,
        "seconds": request.seconds,
        "audience": request.audience,
        "format_hint": request.platform,
        "country": request.country,
        "hook": brief.hook,
        "main_message": sentence_as_json(brief.main_message),
        "points": [
            {
                "question": one.question,
                **sentence_as_json(one.say),
                "more": [sentence_as_json(each) for each in one.add],
            }
            for one in brief.points
        ],
        "myth": None
        if brief.myth is None
        else {
            "claim": brief.myth.claim,
            "verdict": brief.myth.verdict,
            "fallacy": brief.myth.fallacy,
            "facts": [sentence_as_json(one) for one in brief.myth.facts],
        },
        "words_per_second": WORDS_PER_SECOND,
        "script": [_line(line) for line in brief.script],
        "say_instead": {
            "prefer": [{"say": say, "not": rather} for say, rather in brief.wording.prefer],
            "avoid": list(brief.wording.avoid),
        },
        "call_to_action": brief.call_to_action,
        "helplines": [helpline_as_json(one) for one in brief.helplines],
        "caption": brief.caption,
        "hashtags": list(brief.hashtags),
        "alt_text": brief.alt_text,
        "disclosure": brief.disclosure,
        "credibility": list(brief.credibility),
        "readability": {
            "grade": brief.readability.grade,
            "reading_ease": brief.readability.ease,
            "words": brief.readability.words,
        },
        "citations": [citation_as_json(one) for one in brief.citations],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "start": line.start,
        "end": line.end,
        "say": line.say,
        "on_screen": line.on_screen,
        "shot": line.shot,
        "citations": list(line.markers),
    }


def _points(brief: Brief) -> list[Block]:
    ages = {one.marker: age(one) for one in brief.citations}
    blocks: list[Block] = [Heading(text="Points")]
    for number, point in enumerate(brief.points, 1):
        checked = "; ".join(dict.fromkeys(ages[marker] for marker in point.say.markers))
        blocks.append(Paragraph(label=f"{number}. {point.question}", text=f"{point.say.marked} ({checked})"))
        if point.add:
            blocks.append(Bullets(items=tuple(sentence.marked for sentence in point.add)))
    return blocks


def _myth(brief: Brief) -> list[Block]:
    if brief.myth is None:
        return []
    first, *rest = brief.myth.facts
    return [
        Heading(text="Fact, myth, fallacy, fact"),
        Paragraph(label="Fact", text=first.marked),
        Paragraph(label=f"Myth ({brief.myth.verdict})", text=f"“{brief.myth.claim}”"),
        Paragraph(label="Fallacy", text=brief.myth.fallacy),
        Paragraph(label="Fact", text=" ".join(sentence.marked for sentence in rest or [first])),
    ]


def _script(brief: Brief) -> list[Block]:
    request, end = brief.request, brief.script[-1].end
    head = Heading(text=f"Script for {request.seconds} seconds ({end:.0f} s at {WORDS_PER_SECOND} words per second)")
    if request.platform == "thread":
        posts = [f"{number}/{len(brief.script)} {_said(line)}" for number, line in enumerate(brief.script, 1)]
        return [head, Bullets(items=tuple(posts))]
    if request.platform == "podcast":
        return [head, Bullets(items=tuple(f"{line.start:.0f} s: {_said(line)}" for line in brief.script))]
    rows = tuple(
        (f"{line.start:.0f}\u2013{line.end:.0f}", _said(line), line.on_screen, line.shot) for line in brief.script
    )
    return [head, Table(head=("Seconds", "Say", "On screen", "Shot idea"), rows=rows)]


def _said(line: Line) -> str:
    return " ".join([line.say, "".join(f"[{marker}]" for marker in line.markers)]).strip()


def _wording(brief: Brief) -> list[Block]:
    items = [f"Say “{say}”, not “{rather}”." for say, rather in brief.wording.prefer] + list(brief.wording.avoid)
    return [Heading(text="How to say it, and what not to say or show"), Bullets(items=tuple(items))] if items else []

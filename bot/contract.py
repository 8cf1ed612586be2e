"""A reply as JSON: the public contract of `--json` and `--jsonl` (DESIGN §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model import Answer, Citation, Referral, Reply, Sentence, Urgent, Verdict, VerdictPart

if TYPE_CHECKING:
    from knowledge.helplines import Helpline


def reply_as_json(reply: Reply, timings_ms: dict[str, float]) -> dict[str, Any]:
    """The reply as plain data, every key of the contract present; `parts` only where a claim has several."""
    cited = reply if isinstance(reply, Answer | Verdict | Referral | Urgent) else None
    parts = (
        {"parts": [_part(part) for part in reply.parts]} if isinstance(reply, Verdict) and len(reply.parts) > 1 else {}
    )
    return {
        "kind": reply.kind,
        "text": reply.text,
        "sentences": [sentence_as_json(sentence) for sentence in cited.sentences] if cited else [],
        "citations": [citation_as_json(citation) for citation in cited.citations] if cited else [],
        "verdict": reply.verdict if isinstance(reply, Verdict) else None,
        **parts,
        "urgent": _urgent(reply) if isinstance(reply, Urgent) else None,
        "suggestions": list(reply.suggestions),
        "language": reply.language,
        "timings_ms": {name: round(value, 1) for name, value in timings_ms.items()},
    }


def citation_as_json(citation: Citation) -> dict[str, Any]:
    """One citation as plain data."""
    source = citation.source
    return {
        "marker": citation.marker,
        "source_id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "section": citation.passage.section,
        "quote": citation.quote,
        "published": source.published.isoformat() if source.published else None,
        "checked_on": citation.passage.checked_on.isoformat(),
    }


def helpline_as_json(helpline: Helpline) -> dict[str, Any]:
    """One helpline as plain data."""
    return {
        "name": helpline.name,
        "phone": helpline.phone,
        "url": helpline.url,
        "country": helpline.country,
        "checked_on": helpline.checked_on.isoformat(),
    }


def sentence_as_json(sentence: Sentence) -> dict[str, Any]:
    """One sentence with the markers of its citations."""
    return {"text": sentence.text, "citations": list(sentence.markers)}


def _part(part: VerdictPart) -> dict[str, Any]:
    return {
        "claim": part.claim,
        "verdict": part.verdict,
        "sentences": [sentence_as_json(sentence) for sentence in part.sentences],
    }


def _urgent(reply: Urgent) -> dict[str, Any]:
    return {"category": reply.category, "helplines": [helpline_as_json(helpline) for helpline in reply.helplines]}

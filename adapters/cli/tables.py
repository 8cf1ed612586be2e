"""Tables of the `knowledge` commands, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.lint import Finding
    from knowledge.model import Guidance, Hit
    from knowledge.schema import LibraryBuild


def status_as_json(
    texts: Sequence[Guidance], active: LibraryBuild | None, previous: LibraryBuild | None
) -> dict[str, Any]:
    """Builds and topics as plain data."""
    return {
        "active": _build(active),
        "previous": _build(previous),
        "topics": [
            {
                "id": text.id,
                "title": text.title,
                "language": text.language,
                "status": text.review.status,
                "checked_on": text.review.checked_on.isoformat(),
                "due": text.review.due.isoformat(),
                "sign_offs": [f"{sign_off.name}, {sign_off.role}" for sign_off in text.review.sign_offs],
                "sections": len(text.sections),
                "myths": len(text.myths),
                "sources": [source.url for source in text.sources],
            }
            for text in texts
        ],
    }


def status_table(texts: Sequence[Guidance], active: LibraryBuild | None, previous: LibraryBuild | None) -> None:
    """Print builds and topics."""
    console = Console()
    for name, build in (("In use", active), ("Before it", previous)):
        if build is None:
            console.print(f"{name}: none" + ("; run 'citewell knowledge build'" if name == "In use" else ""))
        else:
            size = f"{build.topics} topics, {build.passages} passages, {build.texts} texts"
            built = build.built_at.strftime("%Y-%m-%d %H:%M")
            console.print(f"{name}: {build.fingerprint[:12]} ({size}, built {built} UTC with {build.embedding_model})")
    table = Table("topic", "status", "checked on", "due", "sign-offs", "sections", "myths", "sources")
    for text in texts:
        review = text.review
        table.add_row(
            text.id,
            review.status,
            review.checked_on.isoformat(),
            review.due.isoformat(),
            str(len(review.sign_offs)),
            str(len(text.sections)),
            str(len(text.myths)),
            str(len(text.sources)),
        )
    console.print(table)
    sections, myths = sum(len(text.sections) for text in texts), sum(len(text.myths) for text in texts)
    console.print(f"{len(texts)} topics, {sections} sections, {myths} myths")


def findings_as_json(findings: Sequence[Finding], counts: dict[str, int]) -> dict[str, Any]:
    """Findings and counts as plain data."""
    rows = [
        {"path": f.path, "line": f.line, "rule": f.rule, "severity": f.severity, "message": f.message} for f in findings
    ]
    return {"counts": counts, "findings": rows}


def print_findings(findings: Sequence[Finding], counts: dict[str, int]) -> None:
    """Print one line a finding, then what was checked."""
    console = Console(soft_wrap=True)
    for finding in findings:
        console.print(Text(f"{finding.severity}: {finding}"))
    errors = sum(finding.severity == "error" for finding in findings)
    checked = ", ".join(f"{count} {name}" for name, count in counts.items())
    console.print(f"{checked}: {errors} errors, {len(findings) - errors} warnings")


def hits_as_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Hits as plain data, best first."""
    return [
        {
            "passage": hit.passage.id,
            "section": hit.passage.section,
            "score": round(hit.score, 4),
            "similarity": round(hit.similarity, 4),
            "coverage": round(hit.coverage, 4),
            "matched": hit.matched,
            "sources": [source.url for source in hit.passage.sources],
            "text": hit.passage.text,
        }
        for hit in hits
    ]


def hits_table(hits: Sequence[Hit]) -> None:
    """Print the hits, best first."""
    table = Table("score", "cosine", "words", "topic", "section", "matched")
    for hit in hits:
        numbers = (f"{hit.score:.2f}", f"{hit.similarity:.2f}", f"{hit.coverage:.2f}")
        table.add_row(*numbers, hit.passage.guidance_id, Text(hit.passage.section), Text(hit.matched))
    Console().print(table)


def _build(build: LibraryBuild | None) -> dict[str, Any] | None:
    if build is None:
        return None
    return {
        "fingerprint": build.fingerprint,
        "collection": build.collection,
        "topics": build.topics,
        "passages": build.passages,
        "texts": build.texts,
        "embedding_model": build.embedding_model,
        "built_at": build.built_at.isoformat(),
    }

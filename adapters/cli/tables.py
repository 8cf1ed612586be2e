"""Tables of the `knowledge` commands, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.lint import Finding
    from knowledge.model import Hit


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

"""Tables of the curators' desk, for people and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.gaps import GapGroup
    from knowledge.recall import Recalled
    from knowledge.review.drafts import Draft, DraftFolder

_SHOWN_FLAGS = 20


def drafts_as_json(drafts: Sequence[Draft], folder: DraftFolder) -> list[dict[str, Any]]:
    """Drafts as plain data, without their paragraphs."""
    return [
        {
            "id": draft.id,
            "status": folder.state(draft.id),
            "source": draft.source.model_dump(mode="json"),
            "origin": draft.origin,
            "sha256": draft.sha256,
            "sections": len(draft.sections),
            "paragraphs": sum(len(section.paragraphs) for section in draft.sections),
            "flags": [flag.model_dump() for flag in draft.flags],
            "evidence": str(folder.evidence_path(draft.id)),
            "text": str(folder.text_path(draft.id)),
        }
        for draft in drafts
    ]


def show_drafts(drafts: Sequence[Draft], folder: DraftFolder) -> None:
    """Print drafts, and what in them to be wary of."""
    console = Console()
    if not drafts:
        console.print(f"No drafts in {folder.folder}; make one with 'citewell knowledge import FILE|DIR|URL'.")
        return
    table = Table("draft", "state", "publisher", "published", "licence", "paragraphs", "flags")
    for draft in drafts:
        source = draft.source
        size = sum(len(section.paragraphs) for section in draft.sections)
        published = source.published.isoformat() if source.published else "not stated"
        cells = (
            draft.id,
            folder.state(draft.id),
            source.publisher or "unknown",
            published,
            source.licence or "unknown",
        )
        table.add_row(*map(Text, cells), str(size), str(len(draft.flags)))
    console.print(table)
    flags = [(draft.id, flag) for draft in drafts for flag in draft.flags]
    for draft_id, flag in flags[:_SHOWN_FLAGS]:
        console.print(Text(f"{draft_id}: {flag.reason}: {flag.text[:200]!r}", style="yellow"), soft_wrap=True)
    if len(flags) > _SHOWN_FLAGS:
        console.print(f"… and {len(flags) - _SHOWN_FLAGS} more flags; they stand in the drafts.")
    count = "1 draft" if len(drafts) == 1 else f"{len(drafts)} drafts"
    console.print(f"{count} in {folder.folder}; next: citewell knowledge review {drafts[0].id}", soft_wrap=True)


def recall_as_json(topic: str, recalled: Sequence[Recalled], examined: int) -> dict[str, Any]:
    """What to recall, as plain data: ids, days and hashes, no words and no people."""
    rows = [
        {
            "record": one.record,
            "kind": one.kind,
            "reference": one.reference,
            "made_on": one.made_on.isoformat(),
            "passage": one.passage,
            "hash_then": one.then,
            "hash_now": one.now,
        }
        for one in recalled
    ]
    return {
        "id": topic,
        "examined": examined,
        "briefs": [row for row in rows if row["kind"] == "brief"],
        "answers": [row for row in rows if row["kind"] != "brief"],
    }


def show_recall(topic: str, recalled: Sequence[Recalled], examined: int) -> None:
    """Print what to recall, a line a passage and version."""
    console = Console()
    if not recalled:
        console.print(f"{topic}: {examined} answers and briefs on record; none cited wording that has changed since.")
        return
    grouped: dict[tuple[str, str, str], list[Recalled]] = {}
    for one in recalled:
        grouped.setdefault((one.kind if one.kind == "brief" else "answers", one.passage, one.then), []).append(one)
    table = Table("what", "passage", "said then", "says now", "how many", "first", "last", "which")
    for (kind, passage, then), ones in grouped.items():
        days = sorted(one.made_on for one in ones)
        which = ", ".join(sorted({one.reference or "" for one in ones} - {""}))
        now = (ones[0].now or "gone")[:8]
        first, last = days[0].isoformat(), days[-1].isoformat()
        table.add_row(kind, Text(passage), then[:8], now, str(len(ones)), first, last, Text(which))
    console.print(table)
    records = len({one.record for one in recalled})
    console.print(
        f"{topic}: {records} of {examined} answers and briefs on record cited wording that has changed since."
    )


def gap_as_json(group: GapGroup) -> dict[str, Any]:
    """A group of unanswered questions as plain data."""
    return {
        "question": group.question,
        "count": group.count,
        "first_seen": group.first_seen.isoformat(),
        "last_seen": group.last_seen.isoformat(),
        "trend": group.trend,
        "weeks": group.weeks,
        "examples": list(group.examples),
    }


def show_gaps(groups: Sequence[GapGroup], *, kept: bool) -> None:
    """Print groups of unanswered questions, the largest first."""
    console = Console()
    if not kept:
        console.print("Unanswered questions are not kept (CITEWELL_KEEP_GAPS=false); older ones expire.")
    if not groups:
        console.print("No unanswered questions on record.")
        return
    table = Table("asked", "question", "first", "last", "by week", "trend")
    for group in groups:
        weeks = " ".join(map(str, list(group.weeks.values())[-8:]))
        first, last = group.first_seen.isoformat(), group.last_seen.isoformat()
        table.add_row(str(group.count), Text(group.question), first, last, weeks, group.trend)
    console.print(table)
    console.print(f"{sum(group.count for group in groups)} unanswered questions in {len(groups)} groups")


def work_list(groups: Sequence[GapGroup], *, markdown: bool) -> str:
    """The groups as a list to work through: Markdown with boxes to tick, or one JSON object a line."""
    if not markdown:
        return "".join(json.dumps(gap_as_json(group), ensure_ascii=False) + "\n" for group in groups)
    lines = ["# Unanswered questions", ""]
    for group in groups:
        span = f"{group.first_seen.isoformat()} to {group.last_seen.isoformat()}"
        lines.append(f"- [ ] **{_plain(group.question)}** asked {group.count} times, {span}, {group.trend}")
        lines += [f"  - {_plain(example)}" for example in group.examples[1:]]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in text)

"""What `citewell knowledge status` prints, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from knowledge.coverage import Listed, Stale
from knowledge.model import Guidance, SignOff
from knowledge.schema import LibraryBuild

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN_UNCOVERED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that the command knows; `listed` is None when no list of sources was given."""

    texts: Sequence[Guidance]
    active: LibraryBuild | None
    previous: LibraryBuild | None
    asked: Mapping[str, int]
    stale: Sequence[Stale]
    listed: Sequence[Listed] | None
    today: date


def status_as_json(state: Status) -> dict[str, Any]:
    """Builds, topics, the stale list and coverage as plain data."""
    return {
        "active": _build(state.active),
        "previous": _build(state.previous),
        "topics": [_topic(text, state) for text in state.texts],
        "stale": [
            {"id": one.topic, "due": one.due.isoformat(), "days_left": one.days_left, "asked": one.asked}
            for one in state.stale
        ],
        "coverage": None if state.listed is None else _coverage(state.listed),
    }


def show_status(state: Status) -> None:
    """Print builds, topics, the stale list and coverage."""
    console = Console()
    for name, build in (("In use", state.active), ("Before it", state.previous)):
        if build is None:
            console.print(f"{name}: none" + ("; run 'citewell knowledge build'" if name == "In use" else ""))
        else:
            size = f"{build.topics} topics, {build.passages} passages, {build.texts} texts"
            built = build.built_at.strftime("%Y-%m-%d %H:%M")
            console.print(f"{name}: {build.fingerprint[:12]} ({size}, built {built} UTC with {build.embedding_model})")
    table = Table("topic", "status", "age", "due", "sign-offs", "sections", "myths", "sources", "asked")
    for text in state.texts:
        table.add_row(
            text.id,
            text.review.status,
            f"{_age(text, state)} d",
            text.review.due.isoformat(),
            str(len(text.valid_sign_offs)),
            str(len(text.sections)),
            str(len(text.myths)),
            str(len(text.sources)),
            str(state.asked.get(text.id, 0)),
        )
    console.print(table)
    sections, myths = sum(len(text.sections) for text in state.texts), sum(len(text.myths) for text in state.texts)
    console.print(f"{len(state.texts)} topics, {sections} sections, {myths} myths")
    for text in state.texts:
        if text.void_sign_offs:
            names = "; ".join(_names(text.void_sign_offs))
            console.print(Text(f"Void, the text was edited since: {text.id} ({names})"), soft_wrap=True)
    _show_stale(state.stale, console)
    if state.listed is not None:
        _show_coverage(state.listed, console)


def _show_stale(stale: Sequence[Stale], console: Console) -> None:
    if not stale:
        console.print("No topic is overdue or due within 30 days.")
        return
    table = Table("check again", "due", "", "asked", title="Stale, the most asked first", title_justify="left")
    for one in stale:
        when = f"{-one.days_left} days overdue" if one.days_left < 0 else f"in {one.days_left} days"
        table.add_row(one.topic, one.due.isoformat(), when, str(one.asked))
    console.print(table)


def _show_coverage(listed: Sequence[Listed], console: Console) -> None:
    absent = [page for page in listed if not page.topics]
    console.print(f"Coverage: {len(listed) - len(absent)} of {len(listed)} listed pages are cited.")
    for page in absent[:_SHOWN_UNCOVERED]:
        console.print(Text(f"  not cited: {page.title} {page.url}"), soft_wrap=True)
    if len(absent) > _SHOWN_UNCOVERED:
        console.print(f"  … and {len(absent) - _SHOWN_UNCOVERED} more; --json lists them all.")


def _topic(text: Guidance, state: Status) -> dict[str, Any]:
    return {
        "id": text.id,
        "title": text.title,
        "language": text.language,
        "status": text.review.status,
        "checked_on": text.review.checked_on.isoformat(),
        "age_days": _age(text, state),
        "due": text.review.due.isoformat(),
        "days_left": (text.review.due - state.today).days,
        "sign_offs": _names(text.valid_sign_offs),
        "void_sign_offs": _names(text.void_sign_offs),
        "sections": len(text.sections),
        "myths": len(text.myths),
        "asked": state.asked.get(text.id, 0),
        "sources": [source.url for source in text.sources],
    }


def _coverage(listed: Sequence[Listed]) -> dict[str, Any]:
    return {
        "listed": len(listed),
        "cited": [
            {"url": page.url, "title": page.title, "topics": list(page.topics)} for page in listed if page.topics
        ],
        "not_cited": [{"url": page.url, "title": page.title} for page in listed if not page.topics],
    }


def _age(text: Guidance, state: Status) -> int:
    """Days since the text was checked."""
    return (state.today - text.review.checked_on).days


def _names(sign_offs: Iterable[SignOff]) -> list[str]:
    return [f"{sign_off.name}, {sign_off.role}" for sign_off in sign_offs]


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

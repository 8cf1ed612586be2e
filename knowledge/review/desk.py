"""The review itself, without a screen: what is to be decided, and what the decisions make of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from knowledge.errors import GuidanceError, ReviewError
from knowledge.guidance import parse_guidance
from knowledge.model import Review, SourcedSentence
from knowledge.review.drafts import REVIEW_AFTER
from knowledge.review_block import with_review

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from knowledge.model import Guidance

Choice = Literal["accept", "edit", "reject"]
_BRACKETS_OR_BREAKS = re.compile(r"[\[\]\n\r\t]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One sentence to decide on. `place` is the section's heading or the myth's claim; `myth` the myth's position."""

    sentence: SourcedSentence
    place: str
    myth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the curator decided; `wording` is the new sentence of an edit."""

    choice: Choice
    wording: str = ""


def items_of(text: Guidance) -> list[Item]:
    """Every sentence of a text, in file order within sections, then within myths."""
    found = [Item(sentence=sentence, place=part.heading) for part in text.sections for sentence in part.sentences]
    for number, myth in enumerate(text.myths):
        found += [Item(sentence=sentence, place=f"Myth: {myth.claim}", myth=number) for sentence in myth.because]
    return found


def wording_problem(wording: str, item: Item) -> str:
    """Why a new wording does not fit the file, or ''."""
    if not wording or wording[-1] not in ".!?":
        return "end the sentence with a full stop"
    if _BRACKETS_OR_BREAKS.search(wording):
        return "leave out brackets; the source mark is kept as it is"
    if item.myth is not None and re.search(r"[\"'\\]|: | #", wording):
        return "a myth's correction stands in the YAML head: leave out quotes, backslashes, ': ' and ' #'"
    return ""


def apply(content: str, text: Guidance, decisions: Mapping[int, Decision], today: date) -> str:
    """The file with the decisions carried out; source-checked from today once every sentence is decided.

    Args:
        content: the file as it is, line ends included.
        text: what the file says now.
        decisions: by position in `items_of(text)`; what is missing was left for another time.
        today: the day of the review.

    Raises:
        ReviewError: nothing would be left, or the file would not say what was decided.
    """
    items = items_of(text)
    lines = content.split("\n")
    for position, decision in decisions.items():
        if decision.choice != "accept":
            _change(lines, items[position].sentence, decision)
    for start, stop in sorted(_emptied(lines, text, items, decisions), reverse=True):
        del lines[start:stop]
    whole = len(decisions) == len(items)
    changed = any(decision.choice != "accept" for decision in decisions.values())
    after = "\n".join(lines)
    if changed or whole:
        after = with_review(after, _review(text, whole=whole, changed=changed, today=today))
    _check(after, text, _expected(items, decisions))
    return after


def _review(text: Guidance, *, whole: bool, changed: bool, today: date) -> Review:
    """The state after the review: an edit takes a clinical review back, an unfinished one moves nothing forward."""
    before = text.review
    if not whole:
        return replace(before, status="draft" if before.status == "draft" else "source-checked")
    kept = before.status == "clinically-reviewed" and not changed and bool(text.valid_sign_offs)
    status = before.status if kept else "source-checked"
    return replace(before, status=status, checked_on=today, due=today + REVIEW_AFTER)


def _change(lines: list[str], sentence: SourcedSentence, decision: Decision) -> None:
    """Put the new wording on the sentence's line, or take the sentence with its marks out."""
    number = sentence.line - 1
    mark = re.search(re.escape(sentence.text) + r"(\s*(?:\[[^\[\]\n]*\]\s*)+)", lines[number])
    if mark is None:
        message = f"line {sentence.line} holds {sentence.text[:40]!r} in a form the desk cannot edit; edit it by hand"
        raise ReviewError(message)
    instead = decision.wording + mark[1] if decision.choice == "edit" else ""
    lines[number] = lines[number][: mark.start()] + instead + lines[number][mark.end() :]


def _emptied(
    lines: list[str], text: Guidance, items: list[Item], decisions: Mapping[int, Decision]
) -> Iterator[tuple[int, int]]:
    """The line ranges that go: rejected sentences' own lines, sections and myths without a sentence left."""
    left = {item.place for n, item in enumerate(items) if n not in decisions or decisions[n].choice != "reject"}
    gone = [section for section in text.sections if section.heading not in left]
    starts = [section.line - 1 for section in text.sections]
    ranges = [(s.line - 1, next((other for other in starts if other > s.line - 1), len(lines))) for s in gone]
    yield from ranges
    yield from _emptied_myths(
        lines, [n for n, myth in enumerate(text.myths) if f"Myth: {myth.claim}" not in left], text
    )
    for position, decision in decisions.items():
        number = items[position].sentence.line - 1
        inside = any(start <= number < stop for start, stop in ranges)
        if decision.choice == "reject" and items[position].myth is None and not inside and not lines[number].strip():
            yield number, number + 1


def _emptied_myths(lines: list[str], gone: list[int], text: Guidance) -> Iterator[tuple[int, int]]:
    """The line ranges of these myths in the YAML head; `myths: []` is written when none stays."""
    closing = next(i for i in range(1, len(lines)) if lines[i].strip() == "---")
    starts = [i for i in range(closing) if re.match(r"\s*- claim:", lines[i])]
    if gone and len(starts) != len(text.myths):
        raise ReviewError("the myths of this file are written in a form the desk cannot edit; remove the myth by hand")
    for number in gone:
        start = starts[number]
        indent = _indent(lines[start])
        stop = next((i for i in range(start + 1, closing) if lines[i].strip() and _indent(lines[i]) <= indent), closing)
        yield start, stop
    if gone and len(gone) == len(text.myths):
        key = next(i for i in range(closing) if lines[i].startswith("myths:"))
        lines[key] = "myths: []" + ("\r" if lines[key].endswith("\r") else "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _expected(items: list[Item], decisions: Mapping[int, Decision]) -> list[tuple[str, tuple[str, ...]]]:
    said = []
    for number, item in enumerate(items):
        decision = decisions.get(number, Decision(choice="accept"))
        if decision.choice != "reject":
            said.append((decision.wording or item.sentence.text, item.sentence.source_ids))
    return said


def _check(after: str, text: Guidance, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """Read the new file back: it must say what was decided, and nothing else."""
    if not expected:
        raise ReviewError(
            "every sentence was rejected, so nothing would be left; the file is as it was, delete it instead"
        )
    try:
        read = parse_guidance(after, text.path)
    except GuidanceError as error:
        raise ReviewError(
            f"the file would not read any more ({error.message}); it is as it was, edit it by hand"
        ) from None
    if [(item.sentence.text, item.sentence.source_ids) for item in items_of(read)] != expected:
        raise ReviewError(
            "the desk could not carry the decisions out line by line; the file is as it was, edit it by hand"
        )

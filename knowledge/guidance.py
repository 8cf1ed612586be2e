"""Reads guidance files: Markdown with a YAML head, one topic a file (format: docs/guidance.md)."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import GuidanceError
from knowledge.front_matter import FrontMatter, SourceEntry, parse_front_matter
from knowledge.model import (
    Guidance,
    Myth,
    Review,
    SayInstead,
    Section,
    SignOff,
    Source,
    SourcedSentence,
)
from knowledge.review_block import text_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDANCE_DIR = Path(__file__).parent / "guidance"
_MARKS = re.compile(r"\s*((?:\[[^\[\]\n]*\]\s*)+)")
_MARK = re.compile(r"\[([^\[\]\n]*)\]")


def load_guidance(folder: Path = GUIDANCE_DIR) -> list[Guidance]:
    """Every guidance file below `folder`, ordered by language and id.

    Raises:
        GuidanceError: the first file that cannot be used, or two files with one id.
    """
    texts = [read_guidance(path, folder) for path in guidance_paths(folder)]
    seen: dict[tuple[str, str], str] = {}
    for text in texts:
        key = (text.language, text.id)
        if key in seen:
            raise GuidanceError(text.path, 2, f"duplicate id {text.id!r}, already used by {seen[key]}; rename one")
        seen[key] = text.path
    return sorted(texts, key=lambda text: (text.language, text.id))


def guidance_paths(folder: Path) -> list[Path]:
    """The guidance files below `folder`. Raises: GuidanceError when there is none."""
    paths = sorted(folder.glob("*/*.md"))
    if not paths:
        raise GuidanceError(str(folder), 0, "no guidance files here; expected <language>/<topic>.md")
    return paths


def read_guidance(path: Path, folder: Path) -> Guidance:
    """Read one file. Raises: GuidanceError, with file and line."""
    shown = str(path.relative_to(folder.parent) if path.is_relative_to(folder.parent) else path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise GuidanceError(shown, 1, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise GuidanceError(shown, 0, f"cannot be read ({error.strerror}); check its permissions") from None
    guidance = parse_guidance(text, shown)
    if guidance.id != path.stem:
        raise GuidanceError(shown, 2, f"id {guidance.id!r} differs from the file name {path.stem!r}; make them equal")
    if guidance.language != path.parent.name:
        raise GuidanceError(shown, 1, f"language {guidance.language!r} differs from the folder {path.parent.name!r}")
    return guidance


def parse_guidance(text: str, path: str) -> Guidance:
    """Turn the text of a guidance file into a `Guidance`. Raises: GuidanceError, with the line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        raise GuidanceError(path, 1, "must start with a YAML head between two '---' lines")
    try:
        end = next(i for i in range(1, len(lines)) if lines[i].strip() == "---")
    except StopIteration:
        raise GuidanceError(path, 1, "the YAML head is not closed; add a '---' line after it") from None
    head, where = parse_front_matter("\n".join(lines[1:end]), path, first_line=2)
    sources = _sources(head, where, path)
    known = frozenset(sources)
    sections = tuple(_sections(lines, end + 1, path, known))
    if not sections:
        raise GuidanceError(path, end + 1, "has no section; add '## A question?' and its sentences")
    return Guidance(
        id=head.id,
        title=head.title,
        topics=tuple(head.topics),
        language=head.language,
        sources=tuple(sources.values()),
        review=_review(head),
        myths=tuple(_myths(head, where, path, known)),
        say_instead=SayInstead(
            prefer=tuple((swap.say, swap.instead_of) for swap in head.say_instead.prefer),
            avoid=tuple(head.say_instead.avoid),
        ),
        sections=sections,
        path=path,
        text_hash=text_hash(text),
    )


def split_sourced(text: str, path: str, line: int, known: frozenset[str]) -> tuple[SourcedSentence, ...]:
    """Split `Sentence. [id] Sentence. [id][id]` at its source marks.

    Raises:
        GuidanceError: a sentence without a source, an empty one, or an id that the head does not list.
    """
    found, position = [], 0
    for marks in _MARKS.finditer(text):
        sentence = text[position : marks.start()].strip()
        ids = tuple(part.strip() for mark in _MARK.findall(marks[1]) for part in mark.split(","))
        if not sentence:
            raise GuidanceError(path, line, "a source mark stands without a sentence before it; remove it")
        for source_id in ids:
            if source_id not in known:
                raise GuidanceError(path, line, f"unknown source id {source_id!r}; list it under sources or correct it")
        found.append(SourcedSentence(text=sentence, source_ids=tuple(dict.fromkeys(ids)), line=line))
        position = marks.end()
    if rest := text[position:].strip():
        raise GuidanceError(path, line, f"a sentence without a source: {rest[:60]!r}; end it with [source-id]")
    return tuple(found)


def _sources(head: FrontMatter, where: dict[tuple[Any, ...], int], path: str) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for index, entry in enumerate(head.sources):
        if entry.id in sources:
            raise GuidanceError(path, where["sources", index], f"duplicate source id {entry.id!r}; rename one")
        sources[entry.id] = _source(entry)
    return sources


def _source(entry: SourceEntry) -> Source:
    return Source(**entry.model_dump())


def _review(head: FrontMatter) -> Review:
    entry = head.review
    sign_offs = tuple(SignOff(**sign_off.model_dump()) for sign_off in entry.sign_offs)
    return Review(status=entry.status, checked_on=entry.checked_on, due=entry.due, sign_offs=sign_offs)


def _myths(head: FrontMatter, where: dict[tuple[Any, ...], int], path: str, known: frozenset[str]) -> Iterator[Myth]:
    for index, entry in enumerate(head.myths):
        because = split_sourced(entry.because, path, where["myths", index, "because"], known)
        yield Myth(claim=entry.claim, verdict=entry.verdict, because=because, asked_as=tuple(entry.asked_as))


def _sections(lines: list[str], start: int, path: str, known: frozenset[str]) -> Iterator[Section]:
    """Walk the body; a section runs from one `## ` line to the next."""
    heads = [i for i in range(start, len(lines)) if lines[i].startswith("## ")]
    first = heads[0] if heads else len(lines)
    for i in range(start, first):
        if lines[i].strip():
            raise GuidanceError(path, i + 1, "text before the first '## ' heading; move it into a section")
    for begin, end in itertools.pairwise([*heads, len(lines)]):
        yield _section(lines, begin, end, path, known)


def _section(lines: list[str], begin: int, end: int, path: str, known: frozenset[str]) -> Section:
    heading = lines[begin][3:].strip()
    asked_as: list[str] = []
    sentences: list[SourcedSentence] = []
    grade_reason = ""
    in_list = False
    for i in range(begin + 1, end):
        line = lines[i].strip()
        if line == "asked_as:":
            in_list = True
        elif line.startswith("grade_reason:"):
            grade_reason = line.removeprefix("grade_reason:").strip()
        elif in_list and line.startswith("- "):
            asked_as.append(line[2:].strip())
        elif line:
            in_list = False
            sentences.extend(split_sourced(line, path, i + 1, known))
    if not heading:
        raise GuidanceError(path, begin + 1, "an empty heading; write the question that the section answers")
    if not sentences:
        raise GuidanceError(path, begin + 1, f"section {heading!r} has no sentence; write one or remove it")
    return Section(
        heading=heading,
        asked_as=tuple(asked_as),
        sentences=tuple(sentences),
        grade_reason=grade_reason,
        line=begin + 1,
    )

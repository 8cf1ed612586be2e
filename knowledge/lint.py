"""Checks guidance beyond its format: what a curator must mend before a text may be built into the library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sentencex
import yaml

from knowledge.errors import GuidanceError
from knowledge.guidance import guidance_paths, read_guidance
from knowledge.readability import reading_grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from knowledge.model import Guidance, Section, SourcedSentence

MIN_SENTENCES, MAX_SENTENCES = 2, 6
MIN_ASKED_AS = 6
MAX_GRADE = 9.0
"""Flesch-Kincaid grade that a section may not pass; the shipped median is 8 or lower (DESIGN §4)."""
MAX_EXCUSED_GRADE = 14.0
"""With a `grade_reason` (terms that cannot be avoided) a section may go up to here."""
MAX_WORDS = 32

_LEANS = re.compile(
    r"(?:Yes|No(?=[:,])|It|They|This|These|Those|That|He|She|Its|Their|However|But|And|Also|Otherwise|Then|Here|Both|Such|Instead"
    r"|In addition|For example|As a result|Therefore)\b"
)

_PHONE = re.compile(
    r"\b(?:911|988|999|112)\b(?! \d{3})|\b1-\d{3}-|\b\d{3}[-.]\d{3}\b|\(\d{3}\) ?\d{3}"
    r"|\b\d{3}[-. ]\d{3}[-. ](?:\d{4}|[A-Z]{4})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend: `path:line: rule: message`."""

    path: str
    line: int
    rule: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StigmaWord:
    """A wording to avoid and what to say instead."""

    pattern: re.Pattern[str]
    allowed: re.Pattern[str] | None
    say: str


def lint_folder(folder: Path, today: date) -> tuple[list[Guidance], list[Finding]]:
    """Load and check every file below `folder`; a file that cannot be read is a finding, not an exception.

    Raises:
        GuidanceError: there is no guidance file at all.
    """
    texts: list[Guidance] = []
    findings: list[Finding] = []
    for path in guidance_paths(folder):
        try:
            texts.append(read_guidance(path, folder))
        except GuidanceError as error:
            findings.append(Finding(path=error.path, line=error.line, rule="format", message=error.message))
    findings.extend(lint_guidance(texts, today))
    return texts, findings


def lint_guidance(texts: Sequence[Guidance], today: date) -> list[Finding]:
    """Every finding over the loaded texts, in file order."""
    findings = [*_duplicate_ids(texts), *_asked_twice(texts), *_named_twice(texts)]
    for text in texts:
        findings.extend(_review(text, today))
        findings.extend(_unused_sources(text))
        for section in text.sections:
            findings.extend(_section(text, section))
        for sentence in sentences_of(text):
            findings.extend(_sentence(text, sentence))
    return sorted(findings, key=lambda finding: (finding.path, finding.line, finding.rule))


def sentences_of(text: Guidance) -> Iterator[SourcedSentence]:
    """Every sourced sentence of a text: its sections', then its myths' corrections."""
    for section in text.sections:
        yield from section.sentences
    for myth in text.myths:
        yield from myth.because


def section_grade(section: Section) -> float:
    """Flesch-Kincaid grade of a section's answer."""
    return reading_grade(" ".join(sentence.text for sentence in section.sentences))


@cache
def stigma_words() -> tuple[StigmaWord, ...]:
    """The wordings of `stigma.yaml`, compiled."""
    entries = yaml.safe_load((Path(__file__).parent / "stigma.yaml").read_text(encoding="utf-8"))
    return tuple(
        StigmaWord(
            pattern=re.compile(rf"\b(?:{entry['pattern']})\b", re.IGNORECASE),
            allowed=re.compile(entry["except"], re.IGNORECASE) if "except" in entry else None,
            say=entry["say"],
        )
        for entry in entries
    )


def stigma_in(text: str) -> list[tuple[str, str]]:
    """Stigmatising wordings in `text`, each with what to say instead."""
    found = []
    for word in stigma_words():
        cleaned = word.allowed.sub("", text) if word.allowed else text
        if match := word.pattern.search(cleaned):
            found.append((match[0], word.say))
    return found


def _duplicate_ids(texts: Iterable[Guidance]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for text in texts:
        first = seen.setdefault((text.language, text.id), text.path)
        if first != text.path:
            yield Finding(path=text.path, line=2, rule="duplicate-id", message=f"id {text.id!r} is used by {first} too")


def _asked_twice(texts: Iterable[Guidance]) -> Iterator[Finding]:
    """One wording in two sections would make retrieval a coin toss."""
    seen: dict[str, str] = {}
    for text in texts:
        for section in text.sections:
            for asked in section.asked_as:
                key = re.sub(r"\W+", " ", asked.lower()).strip()
                here = f"{text.path}:{section.line}"
                first = seen.setdefault(key, here)
                if first != here:
                    message = f"asked_as {asked!r} stands at {first} too; keep it in one place"
                    yield Finding(path=text.path, line=section.line, rule="asked-twice", message=message)


def page_of(url: str) -> str:
    """What tells one page from another: its address without scheme, `www.`, a closing `index.html` or slash."""
    return re.sub(r"/*(?:/index\.html?)?/*$", "", re.sub(r"^https?://(?:www\.)?", "", url.lower().partition("#")[0]))


def _named_twice(texts: Iterable[Guidance]) -> Iterator[Finding]:
    """A page under two names would be counted and shown as two sources, and one name for two pages misleads."""
    names: dict[str, tuple[tuple[str, str, str], str]] = {}
    pages: dict[str, tuple[str, str]] = {}
    for text in texts:
        for source in text.sources:
            page, name = page_of(source.url), (source.id, source.title, source.publisher)
            known, there = names.setdefault(page, (name, text.path))
            if known != name:
                message = f"{source.url} is {name} here, {known} in {there}; give it one id, title and publisher"
                yield Finding(path=text.path, line=2, rule="named-twice", message=message)
            its_page, there = pages.setdefault(source.id, (page, text.path))
            if its_page != page:
                message = f"source id {source.id!r} is {source.url} here and another page in {there}; one id, one page"
                yield Finding(path=text.path, line=2, rule="named-twice", message=message)


def _review(text: Guidance, today: date) -> Iterator[Finding]:
    review = text.review
    if review.due < today:
        message = f"review was due on {review.due}; check it against its sources and set checked_on and due"
        yield Finding(path=text.path, line=2, rule="review-due", message=message)
    if review.checked_on > today:
        message = f"checked_on {review.checked_on} lies in the future; set the day it was checked"
        yield Finding(path=text.path, line=2, rule="review-date", message=message)
    for sign_off in text.void_sign_offs:
        message = f"the sign-off of {sign_off.name} ({sign_off.signed_on}) is void: the text was edited since"
        yield Finding(path=text.path, line=2, rule="sign-off-void", message=message, severity="warning")
    if review.status == "clinically-reviewed" and not text.valid_sign_offs:
        message = "says clinically-reviewed, but no valid sign-off stands behind this text; approve it again"
        yield Finding(path=text.path, line=2, rule="sign-off-void", message=message, severity="warning")


def _unused_sources(text: Guidance) -> Iterator[Finding]:
    used = {source_id for sentence in sentences_of(text) for source_id in sentence.source_ids}
    for source in text.sources:
        if source.id not in used:
            message = f"source {source.id!r} is cited by no sentence; cite it or remove it"
            yield Finding(path=text.path, line=2, rule="unused-source", message=message)


def _section(text: Guidance, section: Section) -> Iterator[Finding]:
    def finding(rule: str, message: str, severity: Literal["error", "warning"] = "error") -> Finding:
        return Finding(path=text.path, line=section.line, rule=rule, message=message, severity=severity)

    count = len(section.sentences)
    if not MIN_SENTENCES <= count <= MAX_SENTENCES:
        yield finding("length", f"{count} sentences; a section has {MIN_SENTENCES} to {MAX_SENTENCES}")
    if len(section.asked_as) < MIN_ASKED_AS:
        yield finding("asked-as", f"{len(section.asked_as)} asked_as; write at least {MIN_ASKED_AS}, as people ask")
    grade = section_grade(section)
    if grade > MAX_EXCUSED_GRADE or (grade > MAX_GRADE and not section.grade_reason):
        advice = "shorter sentences and words, or a grade_reason where terms cannot be avoided"
        yield finding("grade", f"reads at grade {grade:.1f}, above {MAX_GRADE:g}; use {advice}")
    elif section.grade_reason and grade > MAX_GRADE:
        yield finding("grade-excused", f"grade {grade:.1f}: {section.grade_reason}", "warning")


def _sentence(text: Guidance, sentence: SourcedSentence) -> Iterator[Finding]:
    def finding(rule: str, message: str) -> Finding:
        return Finding(path=text.path, line=sentence.line, rule=rule, message=message)

    shown = sentence.text[:50]
    if len(list(sentencex.segment(text.language, sentence.text))) > 1:
        yield finding("one-sentence", f"more than one sentence before a source mark: {shown!r}; cite each")
    if sentence.text[-1] not in ".!?":
        yield finding("full-stop", f"does not end a sentence: {shown!r}")
    if text.language == "en" and _LEANS.match(sentence.text):
        yield finding("stand-alone", f"leans on the sentence before it: {shown!r}; name its subject")
    if len(sentence.text.split()) > MAX_WORDS:
        yield finding("long", f"{len(sentence.text.split())} words: {shown!r}; split it (at most {MAX_WORDS})")
    if number := _PHONE.search(sentence.text):
        yield finding("phone", f"{number[0]!r}: phone numbers stand in helplines.yaml, by country, and nowhere else")
    for word, say in stigma_in(sentence.text):
        yield finding("stigma", f"{word!r}: say {say!r}")

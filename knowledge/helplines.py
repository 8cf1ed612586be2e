"""Emergency numbers and crisis lines by country, from `helplines.yaml`.

An unknown country gets no number at all: a number of another country would send someone in danger nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from rapidfuzz import fuzz, process

from knowledge.errors import GuidanceError
from knowledge.helpline_file import (
    AnywhereEntry,
    CountryEntry,
    DirectoryEntry,
    Entries,
    Kind,
    LineEntry,
    LineNumbers,
    Service,
    read_entries,
)

if TYPE_CHECKING:
    from knowledge.lint import Finding

HELPLINES_FILE = Path(__file__).parent / "helplines.yaml"
INTERNATIONAL = "international"
MAX_AGE = timedelta(days=365)
"""A number not checked for longer than this is a lint finding."""
MIN_NAME_RATIO = 85.0
"""rapidfuzz ratio (0-100) from which a misspelt country name counts as that country."""
MIN_NAME_LEAD = 5.0
"""How far the best name must lie above the next country's: "Austrlia" is nobody's guess, so it stays unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """One line to call, text or open: who answers, how to reach them, for which country, and when we checked it."""

    name: str
    phone: str | None
    url: str
    country: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    """A helpline and what it is for."""

    kind: Kind
    helpline: Helpline


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A site that lists helplines of many countries, and what for."""

    kinds: frozenset[Kind]
    helpline: Helpline


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What we know for one country; a service that we could not confirm is absent."""

    code: str
    name: str
    emergency: Mapping[Service, tuple[Helpline, ...]]
    lines: tuple[CrisisLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Helplines:
    """Every number of the file; nothing here guesses, an unknown country has none."""

    by_code: Mapping[str, Country]
    codes_by_name: Mapping[str, str]
    """Names and short forms in lower case, to codes."""
    all_directories: tuple[Directory, ...]
    anywhere: Helpline | None
    """The number that works from mobile phones in many countries, for someone whose country is unknown."""

    @property
    def countries(self) -> dict[str, str]:
        """ISO codes to English names, in the order of the codes."""
        return {code: country.name for code, country in sorted(self.by_code.items())}

    def country_name(self, code: str) -> str | None:
        """The English name, or None for a code that the file does not list."""
        country = self.by_code.get(code.upper())
        return country.name if country else None

    def emergency(self, code: str, service: Service = "ambulance") -> tuple[Helpline, ...]:
        """Numbers of one service, else the country's general number; empty where we could confirm none."""
        country = self.by_code.get(code.upper())
        if country is None:
            return ()
        return country.emergency.get(service) or country.emergency.get("general", ())

    def lines(self, code: str, *kinds: Kind) -> tuple[Helpline, ...]:
        """Crisis lines of the given kinds (all where none is given), in the order of the file."""
        country = self.by_code.get(code.upper())
        found = country.lines if country else ()
        return tuple(line.helpline for line in found if not kinds or line.kind in kinds)

    def directories(self, kind: Kind) -> tuple[Helpline, ...]:
        """Sites that find a line of this kind anywhere in the world."""
        return tuple(directory.helpline for directory in self.all_directories if kind in directory.kinds)

    def resolve_country(self, text: str) -> str | None:
        """The ISO code that a code, a name or a short form ("UK") means; None rather than a guess."""
        wanted = _folded(text)
        if wanted.upper() in self.by_code:
            return wanted.upper()
        if wanted in self.codes_by_name:
            return self.codes_by_name[wanted]
        if len(wanted) < 4:
            return None
        best: dict[str, float] = {}
        for name, score, _ in process.extract(wanted, list(self.codes_by_name), scorer=fuzz.ratio, limit=5):
            best.setdefault(self.codes_by_name[name], score)
        (code, score), *rest = best.items()
        next_score = rest[0][1] if rest else 0.0
        return code if score >= MIN_NAME_RATIO and score - next_score >= MIN_NAME_LEAD else None


def load_helplines(path: Path = HELPLINES_FILE) -> Helplines:
    """Read and check the file.

    Raises:
        GuidanceError: the file cannot be read, is not YAML, or a value does not fit; with the line.
    """
    entries, lines = read_entries(path)
    _refuse_duplicates(entries, str(path), lines)
    names: dict[str, str] = {}
    for entry in entries.countries:
        names.update({_folded(name): entry.code for name in (entry.name, *entry.aliases)})
    return Helplines(
        by_code={entry.code: _country(entry) for entry in entries.countries},
        codes_by_name=names,
        all_directories=tuple(
            Directory(kinds=frozenset(entry.kinds), helpline=_helpline(entry, INTERNATIONAL))
            for entry in entries.directories
        ),
        anywhere=_helpline(entries.anywhere, INTERNATIONAL) if entries.anywhere else None,
    )


def lint_helplines(today: date, path: Path = HELPLINES_FILE) -> Iterator[Finding]:
    """A finding for every entry that was checked too long ago, or in the future.

    Raises:
        GuidanceError: the file cannot be used at all.
    """
    from knowledge.lint import Finding  # here, because the urgent path loads helplines and must not need the linter

    entries, lines = read_entries(path)
    for where, name, checked_on in _dated(entries):
        if checked_on + MAX_AGE < today:
            message = f"{name} was checked on {checked_on}, over a year ago; check it at its source and set checked_on"
        elif checked_on > today:
            message = f"{name}: checked_on {checked_on} lies in the future; set the day it was checked"
        else:
            continue
        yield Finding(path=str(path), line=lines[where], rule="helpline-age", message=message)


def _refuse_duplicates(entries: Entries, path: str, lines: LineNumbers) -> None:
    """A name that means two countries would show someone the wrong numbers."""
    seen: set[str] = set()
    for index, entry in enumerate(entries.countries):
        for word in (entry.code, entry.name, *entry.aliases):
            if _folded(word) in seen:
                raise GuidanceError(path, lines["countries", index], f"{word!r} stands twice; keep it in one country")
            seen.add(_folded(word))


def _dated(entries: Entries) -> Iterator[tuple[tuple[Any, ...], str, date]]:
    """Where each dated entry stands, its name, and when it was checked."""
    if entries.anywhere:
        yield ("anywhere",), entries.anywhere.name, entries.anywhere.checked_on
    for index, directory in enumerate(entries.directories):
        yield ("directories", index), directory.name, directory.checked_on
    for index, country in enumerate(entries.countries):
        yield ("countries", index), f"emergency numbers of {country.name}", country.checked_on
        for position, line in enumerate(country.lines):
            yield ("countries", index, "lines", position), f"{line.name} ({country.name})", line.checked_on


def _country(entry: CountryEntry) -> Country:
    emergency: dict[Service, tuple[Helpline, ...]] = {}
    for service in get_args(Service):
        numbers: list[str] = getattr(entry.emergency, service)
        label = "Emergency" if service == "general" else service.capitalize()
        emergency[service] = tuple(
            Helpline(
                name=f"{label} ({entry.name})",
                phone=number,
                url=entry.emergency_url or "",
                country=entry.code,
                checked_on=entry.checked_on,
            )
            for number in numbers
        )
    lines = tuple(CrisisLine(kind=line.kind, helpline=_crisis_line(line, entry.code)) for line in entry.lines)
    return Country(code=entry.code, name=entry.name, emergency=emergency, lines=lines)


def _crisis_line(entry: LineEntry, code: str) -> Helpline:
    """The hours and the way to text stand in the name, where a reader sees them beside the number."""
    details = [entry.hours] if entry.hours and entry.hours != "24/7" else []
    details += [f"text {entry.text}"] if entry.text else []
    name = f"{entry.name} ({'; '.join(details)})" if details else entry.name
    return Helpline(name=name, phone=entry.phone, url=entry.url, country=code, checked_on=entry.checked_on)


def _helpline(entry: DirectoryEntry | AnywhereEntry, country: str) -> Helpline:
    phone = entry.phone if isinstance(entry, AnywhereEntry) else None
    return Helpline(name=entry.name, phone=phone, url=entry.url, country=country, checked_on=entry.checked_on)


def _folded(name: str) -> str:
    """Lower case, without dots, a leading "the" or doubled spaces, so that "U.K." and "the UK" are one name."""
    words = re.sub(r"[^\w&' -]", "", name.casefold()).replace("-", " ").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)

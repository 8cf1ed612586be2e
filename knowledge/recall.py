"""What was told from a text that has changed since: citations of another day against the guidance of today. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from knowledge.passages import wording_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from knowledge.model import Passage


class CitedThen(Protocol):
    """A citation as the journal keeps it."""

    @property
    def record(self) -> int:
        """The answer or brief that cited."""

    @property
    def kind(self) -> str:
        """`answer`, `verdict`, `referral` or `brief`."""

    @property
    def reference(self) -> str | None:
        """A saved brief's name; None for an answer."""

    @property
    def made_on(self) -> date:
        """The day it was sent or saved."""

    @property
    def passage(self) -> str:
        """The passage's id."""

    @property
    def wording_hash(self) -> str:
        """The hash of what the passage said then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A record that cited a version that no longer stands; `now` is None when the passage is gone."""

    record: int
    kind: str
    reference: str | None
    made_on: date
    passage: str
    then: str
    now: str | None


def current_wordings(passages: Iterable[Passage]) -> dict[str, str]:
    """The hash of what each passage says today, by its id."""
    return {passage.id: wording_hash(passage) for passage in passages}


def changed_since(cited: Sequence[CitedThen], now: Mapping[str, str]) -> list[Recalled]:
    """Those citations whose passage says something else today, or is gone; in the given order."""
    return [
        Recalled(
            record=one.record,
            kind=one.kind,
            reference=one.reference,
            made_on=one.made_on,
            passage=one.passage,
            then=one.wording_hash,
            now=now.get(one.passage),
        )
        for one in cited
        if now.get(one.passage) != one.wording_hash
    ]

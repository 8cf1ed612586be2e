"""Triage: who may be in danger, decided by readable rules before anything else runs.

Deterministic, and independent of the model, the index and the network. `Triage.load()` reads the English
rules, and those of another language when a message first needs them (`warm` reads them all). `assess` takes
milliseconds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.triage.characters import Piece, clean, pieces, scripts
from bot.triage.engine import Match, Reading
from bot.triage.model import Alert, Assessment, Request
from bot.triage.rule_files import Tongue, tongues
from bot.triage.rulebook import Rulebook, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import UrgentCategory

__all__ = ["Alert", "Assessment", "Request", "Triage"]

_LONGEST = 20_000
_FIRST = "en"


class Triage:
    """The rulebooks of all languages, ready to assess messages. Safe to share between threads."""

    def __init__(self, tongues: Mapping[str, Tongue]) -> None:
        self._tongues = dict(tongues)
        self._rulebooks: dict[str, Rulebook] = {}

    @classmethod
    def load(cls) -> Triage:
        """Triage in every language that has rules; English is read at once.

        Raises:
            PatternError: a rule file is broken; the message names the rule.
        """
        triage = cls(tongues())
        triage._rulebook(_FIRST)
        return triage

    def warm(self) -> None:
        """Read the rules of every language now, so that no first message waits for them."""
        for language in self._tongues:
            self._rulebook(language)

    def _rulebook(self, language: str) -> Rulebook:
        # Two threads may both read it once: the same rules, and no lock that danger would wait for.
        book = self._rulebooks.get(language)
        if book is None:
            book = self._rulebooks[language] = load(language)
        return book

    def assess(self, text: str) -> Assessment:
        """What this message calls for. Never raises; reads the first and the last 10 000 characters of a longer one."""
        if len(text) > _LONGEST:
            text = text[: _LONGEST // 2] + "\n" + text[-_LONGEST // 2 :]
        cleaned = clean(text)
        cut = pieces(cleaned)
        found: list[tuple[Match, Alert | None]] = []
        english: Reading | None = None
        for book in self._spoken(cleaned, cut):
            reading = Reading(book, book.reader.read(cut))
            found += [(match, _alert(match, book, reading)) for match in reading.matches()]
            english = reading if book.language == _FIRST else english
        assessment = _assessment(found)
        if assessment.alert or english is None:
            return assessment
        return replace(assessment, sentences=tuple(english.unexcused()), minor=english.minor())

    def repaired(self, text: str) -> str:
        """English text as the rules read it: typos, leetspeak and short forms made plain words."""
        return ". ".join(self._rulebook(_FIRST).reader.read(pieces(clean(text))).sentences())

    def _spoken(self, cleaned: str, cut: Sequence[Piece]) -> list[Rulebook]:
        """The languages that this may be: those of its scripts, without those that another clearly outdoes."""
        present = scripts(cleaned) or frozenset({"Latn"})
        tongues = {name: tongue for name, tongue in self._tongues.items() if tongue.script in present}
        words = [word for piece in cut if piece.kind == "word" for word in piece.text.split("'")]
        # The letters of "k i l l" are not the small words of any language.
        alone = [len(word) > 1 for word in [*words, "--"]]
        words = [word for at, word in enumerate(words) if alone[at] or (alone[at - 1] and alone[at + 1])]
        scores = {name: sum(word in tongue.markers for word in words) for name, tongue in tongues.items()}
        best: dict[str, int] = {}
        for name, tongue in tongues.items():
            best[tongue.script] = max(scores[name], best.get(tongue.script, 0))
        return [
            self._rulebook(name)
            for name, tongue in tongues.items()
            if scores[name] >= tongue.least_markers
            and (best[tongue.script] < 2 or 2 * scores[name] > best[tongue.script])
        ]


def _alert(match: Match, book: Rulebook, reading: Reading) -> Alert | None:
    outcome = match.rule.outcome
    if outcome in ("eating", "dose", "diagnosis"):
        return None
    turned = outcome in ("suicide", "self_harm") and match.other and match.rule.turns
    return Alert(
        category="third_party" if turned else cast("UrgentCategory", outcome),
        kind="friend" if turned else match.rule.kind,
        rule=match.rule.id,
        reason=match.rule.reason,
        minor=reading.minor(),
        third_party=match.other,
        language=book.language,
    )


def _assessment(found: list[tuple[Match, Alert | None]]) -> Assessment:
    alerts = [(match.rule.priority, alert) for match, alert in found if alert is not None]
    outcomes = {match.rule.outcome for match, _ in found}
    request: Request | None = "dose" if "dose" in outcomes else "diagnosis" if "diagnosis" in outcomes else None
    return Assessment(
        alert=max(alerts, key=lambda pair: pair[0])[1] if alerts else None,
        eating_distress="eating" in outcomes,
        request=request,
    )

"""Triage: who may be in danger, decided by readable rules before anything else runs.

Deterministic, and independent of the model, the index and the network. `Triage.load()` reads the rule files once;
`assess` takes milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.triage.characters import Piece, clean, pieces, scripts
from bot.triage.engine import Match, Reading
from bot.triage.model import Alert, Assessment, Request
from bot.triage.rulebook import Rulebook, languages, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import UrgentCategory

__all__ = ["Alert", "Assessment", "Request", "Triage"]

_LONGEST = 20_000


class Triage:
    """The rulebooks of all languages, ready to assess messages. Safe to share between threads."""

    def __init__(self, rulebooks: Sequence[Rulebook]) -> None:
        self._rulebooks = tuple(rulebooks)

    @classmethod
    def load(cls) -> Triage:
        """Triage with the packaged rules of every language.

        Raises:
            PatternError: a rule file is broken; the message names the rule.
        """
        return cls([load(language) for language in languages()])

    def assess(self, text: str) -> Assessment:
        """What this message calls for. Never raises; reads the first and the last 10 000 characters of a longer one."""
        if len(text) > _LONGEST:
            text = text[: _LONGEST // 2] + "\n" + text[-_LONGEST // 2 :]
        cleaned = clean(text)
        cut = pieces(cleaned)
        found: list[tuple[Match, Alert | None]] = []
        for book in self._spoken(cleaned, cut):
            reading = Reading(book, book.reader.read(cut))
            found += [(match, _alert(match, book, reading)) for match in reading.matches()]
        return _assessment(found)

    def _spoken(self, cleaned: str, cut: Sequence[Piece]) -> list[Rulebook]:
        """The languages that this may be: those of its scripts, without those that another clearly outdoes."""
        present = scripts(cleaned) or frozenset({"Latn"})
        books = [book for book in self._rulebooks if book.script in present]
        words = [word for piece in cut if piece.kind == "word" for word in piece.text.split("'")]
        # The letters of "k i l l" are not the small words of any language.
        alone = [len(word) > 1 for word in [*words, "--"]]
        words = [word for at, word in enumerate(words) if alone[at] or (alone[at - 1] and alone[at + 1])]
        scores = [sum(word in book.markers for word in words) for book in books]
        best: dict[str, int] = {}
        for book, score in zip(books, scores, strict=True):
            best[book.script] = max(score, best.get(book.script, 0))
        return [
            book
            for book, score in zip(books, scores, strict=True)
            if score >= book.least_markers and (best[book.script] < 2 or 2 * score > best[book.script])
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

"""Writes the timed script: hook, fact, main message, points while time is left, call to action. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.briefing.model import WORDS_PER_SECOND, Line
from bot.briefing.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.briefing.model import MythBlock, Point, Request
    from bot.model import Sentence


def write_script(
    request: Request,
    hook: str,
    main: Sentence,
    points: Sequence[Point],
    myth: MythBlock | None,
    action: str,
    *,
    careful: bool,
) -> tuple[Line, ...]:
    """Lines that fit into the asked-for seconds at `WORDS_PER_SECOND`. Says only cited sentences, a question and a
    call to action; a podcast has neither screen nor shots.
    """  # noqa: D205
    shots = texts().shots_care if careful else texts().shots
    opening: list[_Cue] = [_Cue(hook, "", shots["hook"])]
    if address := texts().address[request.audience]:
        opening.append(_Cue(address, "", shots["hook"]))
    if myth and myth.claim.rstrip(".") in hook:
        opening.append(_Cue.of(myth.facts[0], f"Not so: {myth.verdict}", shots["myth"]))
    opening.append(_Cue.of(main, "Main message", shots["main"]))
    closing = _Cue(action, "Sources in the caption", shots["action"])
    room = int(request.seconds * WORDS_PER_SECOND) - sum(cue.words for cue in [*opening, closing])
    said = {cue.say for cue in opening}
    chosen: list[_Cue] = []
    for cue in _candidates(points, myth, shots):
        if cue.say not in said and cue.words <= room:
            room -= cue.words
            said.add(cue.say)
            chosen.append(cue)
    order = {cue.say: position for position, cue in enumerate(_in_order(points, myth, shots))}
    chosen.sort(key=lambda cue: order[cue.say])
    return tuple(_timed([*opening, *chosen, closing], screen=request.platform != "podcast"))


class _Cue:
    """Something to say, with what is on the screen and in the picture."""

    def __init__(self, say: str, on_screen: str, shot: str, markers: tuple[int, ...] = ()) -> None:
        self.say, self.on_screen, self.shot, self.markers = say, on_screen, shot, markers
        self.words = len(say.split())

    @classmethod
    def of(cls, sentence: Sentence, on_screen: str, shot: str) -> _Cue:
        """A cited sentence."""
        return cls(sentence.text, on_screen, shot, sentence.markers)


def _candidates(points: Sequence[Point], myth: MythBlock | None, shots: dict[str, str]) -> Iterable[_Cue]:
    """What may be said if there is room, most needed first: each point, then what the myth needs, then additions."""
    for point in points:
        yield _Cue.of(point.say, point.question, shots["point"])
    for fact in myth.facts if myth else ():
        yield _Cue.of(fact, "The fact", shots["myth"])
    for round_ in range(max((len(point.add) for point in points), default=0)):
        for point in points:
            if round_ < len(point.add):
                yield _Cue.of(point.add[round_], point.question, shots["point"])


def _in_order(points: Sequence[Point], myth: MythBlock | None, shots: dict[str, str]) -> Iterable[_Cue]:
    """The same in the order in which it is told."""
    for point in points:
        for sentence in (point.say, *point.add):
            yield _Cue.of(sentence, point.question, shots["point"])
    for fact in myth.facts if myth else ():
        yield _Cue.of(fact, "The fact", shots["myth"])


def _timed(cues: Iterable[_Cue], *, screen: bool) -> Iterable[Line]:
    at = 0.0
    for cue in cues:
        end = at + cue.words / WORDS_PER_SECOND
        yield Line(
            start=round(at, 1),
            end=round(end, 1),
            say=cue.say,
            on_screen=cue.on_screen if screen else "",
            shot=cue.shot if screen else "",
            markers=cue.markers,
        )
        at = end

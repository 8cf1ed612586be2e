"""`verify`: a message with a claim in it, judged part by part, told as a cited verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.abstention import suggestions
from bot.claims.judging import Judged, judge
from bot.claims.sandwich import tell
from bot.claims.wording import points_back, split_parts, unwrap
from bot.reading import cut

if TYPE_CHECKING:
    from bot.claims.evidence import ClaimLibrary
    from bot.model import Verdict


def verify(text: str, library: ClaimLibrary) -> Verdict:
    """The verdict on a claim in any wording; a claim with several parts gets a verdict for each."""
    claim = cut(text)[0]
    parts = split_parts(unwrap(claim).text)
    judged = judge_parts(parts, library) if len(parts) > 1 else []
    covered = [part for part in judged if part.label != "not_covered"]
    if len(covered) < 2:  # what was cut up is one claim after all
        judged = [judge(claim, library)]
        if judged[0].label == "not_covered" and covered:
            judged = covered
    offers = suggestions(library.search(judged[0].claim.text)) if len(judged) == 1 else ()
    return tell(judged, offers)


def judge_parts(parts: list[str], library: ClaimLibrary) -> list[Judged]:
    """A verdict on each part; one that opens with a pronoun is about the topic before it."""
    judged: list[Judged] = []
    topic = ""
    for part in parts:
        one = judge(part, library, about=topic if points_back(part) else "")
        if one.evidence:
            topic = one.evidence[0].passage.guidance_title
        judged.append(one)
    return judged

"""Which replies do not belong in a group: danger, and what people tell few others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Answer, Referral, Reply, Urgent, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.model import Passage

INTIMATE = frozenset({
    "sexual-health", "sti", "hiv", "contraception", "pregnancy", "periods", "vaginal-health", "relationships",
    "mental-health", "suicide-prevention", "violence", "trafficking", "substance-use", "alcohol", "harm-reduction",
    "wellbeing",
})  # fmt: skip
"""Topics of guidance files (front matter `topics`) that a person may not want to discuss before others."""


def is_private(reply: Reply, library: Sequence[Passage]) -> bool:
    """Whether a reply to a question asked in a group goes to the person alone. `library` is every passage there is."""
    if isinstance(reply, Urgent | Referral):  # a referral answers what somebody asked about their own body
        return True
    if isinstance(reply, Answer | Verdict):
        return any(INTIMATE.intersection(citation.passage.topics) for citation in reply.citations)
    offered = frozenset(reply.suggestions)
    return any(INTIMATE.intersection(one.topics) for one in library if one.section in offered)

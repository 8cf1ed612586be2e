"""A message to a person before a platform renders it: words with [1] markers, source links, buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from bot.model import Answer, Citation, Referral, Reply, Urgent, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

When = Literal["always", "reached", "unreached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """One page under a message, and the markers that point to it."""

    markers: tuple[int, ...]
    publisher: str
    title: str
    url: str
    checked_on: str
    quotes: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The host, as shown beside the link, so that nobody has to trust a title."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`action` travels to the platform and back: at most 64 bytes (Telegram's limit), no words of a person."""

    action: str
    label: str

    def __post_init__(self) -> None:
        if len(self.action.encode()) > 64:
            raise ValueError(f"a button's action is longer than 64 bytes: {self.action!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Words to send. `private` goes to the person alone, whatever the chat; the rest of a reply may depend on it.

    A message with `when="unreached"` is sent instead of private ones that could not be delivered, one with "reached"
    after they were. `shown` is the id of the shown reply it belongs to, `replaces` our messages that it takes the
    place of, `toast` words that a pressed button answers with. `write_me` asks for a button into a private chat.
    `introduces` is true for the words that say who the bot is.
    """

    text: str
    links: tuple[SourceLink, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    urgent: bool = False
    private: bool = False
    when: When = "always"
    shown: int | None = None
    replaces: tuple[str, ...] = ()
    toast: bool = False
    write_me: bool = False
    introduces: bool = False


def links_of(reply: Reply) -> tuple[SourceLink, ...]:
    """The pages that a reply rests on, in order of first use."""
    if not isinstance(reply, Answer | Verdict | Referral | Urgent):
        return ()
    return source_links(reply.citations)


def source_links(citations: Sequence[Citation]) -> tuple[SourceLink, ...]:
    """One link a page, with all its markers and quotes, and the earliest day on which we checked our words."""
    by_url: dict[str, list[Citation]] = {}
    for citation in citations:
        by_url.setdefault(citation.source.url, []).append(citation)
    return tuple(
        SourceLink(
            markers=tuple(one.marker for one in cited),
            publisher=cited[0].source.publisher,
            title=cited[0].source.title,
            url=url,
            checked_on=min(one.passage.checked_on for one in cited).isoformat(),
            quotes=tuple(one.quote for one in cited),
        )
        for url, cited in by_url.items()
    )

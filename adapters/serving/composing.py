"""Makes messages of replies: words, links, buttons; and the data that the buttons need later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.serving.outgoing import Button, Message, links_of
from adapters.serving.wording import wording
from bot.contract import citation_as_json
from bot.model import Abstention, Answer, Referral, Reply, Urgent, Verdict, join_marked
from knowledge.passages import wording_hash

if TYPE_CHECKING:
    from bot.store.shown import Shown

REASONS = ("off_topic", "unclear", "wrong", "unkind")
_QUOTED = ("marker", "publisher", "title", "url", "checked_on", "quote")
_LIST_FROM = 3
"""Sentences from which on an answer is shown as a list."""
_LABEL = 60
"""Characters of a suggestion on a button; the whole of it is asked."""


def message_of(reply: Reply, shown: int | None, extra: tuple[str, ...] = (), language: str = "en") -> Message:
    """A reply as a message. `shown` is the id that its buttons carry; `extra` are actions beside the usual ones."""
    return Message(
        text=_as_read(reply),
        links=links_of(reply),
        buttons=_buttons(reply, shown, extra, wording(language)) if shown is not None else (),
        urgent=isinstance(reply, Urgent),
        shown=shown,
    )


def reply_data(reply: Reply) -> dict[str, Any]:
    """What is kept of a reply for its buttons: what it quotes, what it offers, and its passages with their hashes."""
    cited = reply.citations if isinstance(reply, Answer | Verdict | Referral | Urgent) else ()
    passages = {one.passage.id: wording_hash(one.passage) for one in cited}
    return {
        "kind": reply.kind,
        "citations": [{name: citation_as_json(one)[name] for name in _QUOTED} for one in cited],
        "suggestions": list(reply.suggestions),
        "passages": [list(pair) for pair in passages.items()],
    }


def has_buttons(reply: Reply) -> bool:
    """Whether a reply is one that a person can act on later."""
    return isinstance(reply, Answer | Verdict | Referral | Urgent) or bool(reply.suggestions)


def quotes_message(shown: Shown, language: str = "en") -> Message:
    """The words that a shown reply quotes, each with its page."""
    citations = shown.reply["citations"]
    if not citations:
        return Message(text=wording(language)["no_sources"])
    from adapters.serving.outgoing import SourceLink

    lines = [wording(language)["sources"], *(f"“{one['quote']}” [{one['marker']}]" for one in citations)]
    by_url: dict[str, SourceLink] = {}
    for one in citations:
        known = by_url.get(one["url"])
        link = SourceLink(
            markers=(one["marker"],),
            publisher=one["publisher"],
            title=one["title"],
            url=one["url"],
            checked_on=one["checked_on"],
        )
        by_url[one["url"]] = replace(known, markers=(*known.markers, *link.markers)) if known else link
    return Message(text="\n".join(lines), links=tuple(by_url.values()))


def reasons_message(shown: int, language: str = "en") -> Message:
    """Asks why an answer was not helpful; not answering is fine."""
    words = wording(language)
    rows = tuple((Button(action=f"why:{shown}:{reason}", label=words[f"reason_{reason}"]),) for reason in REASONS)
    return Message(text=words["what_was_wrong"], buttons=rows)


def _as_read(reply: Reply) -> str:
    """What a person reads: an answer of several sentences one below the other, for a paragraph is a wall on a phone."""
    if not isinstance(reply, Answer | Referral) or len(reply.sentences) < _LIST_FROM:
        return reply.text
    before, paragraph, after = reply.text.partition(join_marked(reply.sentences))
    if not paragraph:
        return reply.text
    lead = f"{before.rstrip()}\n" if before.strip() else ""
    return lead + "\n".join(f"• {sentence.marked}" for sentence in reply.sentences) + after


def _buttons(reply: Reply, shown: int, extra: tuple[str, ...], words: dict[str, str]) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if isinstance(reply, Answer | Verdict | Referral) and reply.citations:
        names = ("sources", *extra)
        rows.append(tuple(Button(action=f"{name}:{shown}", label=words[f"{name}_button"]) for name in names))
        rows.append((Button(action=f"up:{shown}", label="👍"), Button(action=f"down:{shown}", label="👎")))
    if isinstance(reply, Answer | Verdict | Referral | Abstention) or reply.kind == "clarification":
        rows += [
            (Button(action=f"next:{shown}:{number}", label=_shorten(suggestion)),)
            for number, suggestion in enumerate(reply.suggestions)
        ]
    return tuple(rows)


def _shorten(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rsplit(" ", 1)[0] + "…"

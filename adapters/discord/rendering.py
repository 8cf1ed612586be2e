"""Renders messages as Discord takes them: escaped text within 2000 characters, sources as an embed. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from discord.utils import escape_markdown, escape_mentions

from adapters.serving.splitting import split, utf16_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.serving.incoming import Incoming
    from adapters.serving.outgoing import Message, SourceLink
    from adapters.serving.platform import Part

LIMIT = 2000
"""Characters of a message's content; counted in UTF-16 units, which are never fewer."""
EMBED_LIMIT = 4000
"""Of an embed's description; below Discord's 4096, and with the title below 6000 for a message."""
_URL = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?)\]]")
_BUTTON_LABEL = 80


def render(incoming: Incoming, messages: Sequence[Message]) -> list[Part]:
    """Every message as parts: {"do": send, edit or delete, "content", "sources", "rows", …}."""
    ordered = list(messages)
    if "token" in incoming.address:
        if incoming.address["ephemeral"]:
            ordered = [message for message in ordered if message.when != "reached"]
        else:  # the public answer to a slash command comes first, what is private after it
            ordered = [
                *(message for message in ordered if message.when == "reached"),
                *(message for message in ordered if message.when != "reached"),
            ]
    return [part for message in ordered for part in _parts(message)]


def _parts(message: Message) -> list[Part]:
    chunks = split(message.text, LIMIT - len("****"), lambda text: utf16_units(escape(text)))
    sources = _source_pages(message.links)
    texts = [escape(chunk) for chunk in chunks] or [""]
    if message.urgent:
        first, newline, rest = texts[0].partition("\n")
        texts[0] = f"**{first}**{newline}{rest}"
    parts: list[Part] = []
    for number in range(max(len(texts), len(texts) + len(sources) - 1)):
        part: Part = {"do": "send", "content": "", "when": message.when, "private": message.private}
        if number < len(texts):
            part["content"] = texts[number]
        if sources and number >= len(texts) - 1:
            part["sources"] = sources[number - len(texts) + 1]
        if message.shown is not None:
            part["shown"] = message.shown
        if number < len(message.replaces):
            part |= {"do": "edit", "message_id": int(message.replaces[number])}
        parts.append(part)
    parts[-1]["rows"] = [
        [{"label": button.label[:_BUTTON_LABEL], "action": button.action} for button in row] for row in message.buttons
    ]
    return parts + [{"do": "delete", "message_id": int(old)} for old in message.replaces[len(parts) :]]


def escape(text: str) -> str:
    """Text that Discord shows as it is: no formatting, nobody pinged, links without a preview."""
    shown: list[str] = []
    at = 0
    for url in _URL.finditer(text):
        shown += [_escape_words(text[at : url.start()]), f"<{url[0]}>"]
        at = url.end()
    return "".join([*shown, _escape_words(text[at:])])


def _escape_words(text: str) -> str:
    return escape_mentions(escape_markdown(text.replace("\\", "/"), ignore_links=False)).replace("<", "‹")  # noqa: RUF001


def _source_pages(links: Sequence[SourceLink]) -> list[str]:
    """The source list as descriptions of embeds, one string an embed."""
    pages: list[str] = []
    for link in links:
        line = _source_line(link)
        if pages and utf16_units(pages[-1]) + utf16_units(line) + 1 <= EMBED_LIMIT:
            pages[-1] += f"\n{line}"
        else:
            pages.append(line)
    return pages


def _source_line(link: SourceLink) -> str:
    marks = "".join(f"[{marker}]" for marker in link.markers[:40])
    name = escape(f"{link.publisher}: {link.title}"[:300]).replace("[", "(").replace("]", ")")
    return f"{marks} [{name}](<{link.url}>) ({escape(link.domain)}), checked {link.checked_on}"

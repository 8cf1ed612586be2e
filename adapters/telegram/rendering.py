"""Renders messages as Telegram takes them: HTML from escaped text, within 4096 UTF-16 units after entities. Pure."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from adapters.serving.splitting import split, utf16_units
from adapters.serving.wording import wording
from bot.model import MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.serving.incoming import Incoming
    from adapters.serving.outgoing import Message, SourceLink
    from adapters.serving.platform import Part

LIMIT = 4096
"""UTF-16 units of a message's text, counted without the tags (Bot API, sendMessage)."""
TOAST_LIMIT = 200
_MOST_ENTITIES = 60
"""Markers made links in one message; Telegram drops entities beyond 100, and the source list needs some."""
_AT = re.compile(r"@(?=\w)")


def render(incoming: Incoming, messages: Sequence[Message], username: str) -> list[Part]:
    """Every message as parts: {"do": send, edit, delete or toast, …}."""
    parts: list[Part] = []
    if incoming.kind == "button":
        toast = next((message.text for message in messages if message.toast), "")
        parts.append({"do": "toast", "text": split(toast, TOAST_LIMIT)[0] if toast else ""})
    for message in messages:
        if not message.toast:
            parts += _parts(message, username)
    return parts


def _parts(message: Message, username: str) -> list[Part]:
    texts = pages(message)
    parts: list[Part] = []
    for number, text in enumerate(texts):
        part: Part = {"do": "send", "html": text, "when": message.when, "private": message.private}
        if message.shown is not None:
            part["shown"] = message.shown
        if number < len(message.replaces):
            part |= {"do": "edit", "message_id": int(message.replaces[number])}
        parts.append(part)
    parts[-1]["keyboard"] = _keyboard(message, username)
    parts += [{"do": "delete", "message_id": int(old)} for old in message.replaces[len(texts) :]]
    return parts


def pages(message: Message) -> list[str]:
    """The message's words and source list as HTML, one string a Telegram message."""
    links = {marker: link for link in message.links for marker in link.markers}
    done: list[tuple[int, str]] = []
    for chunk in split(_AT.sub("@\u2060", message.text), LIMIT):
        done.append((utf16_units(chunk), _body(chunk, links, urgent=message.urgent and not done)))
    for link in message.links:
        plain, line = _source_line(link)
        size = utf16_units(plain)
        heading = "Sources\n" if link is message.links[0] else ""
        if done and done[-1][0] + size + len(heading) + 2 <= LIMIT:
            gap = "\n\n" if heading else "\n"
            used, before = done[-1]
            done[-1] = (used + size + len(heading) + len(gap), f"{before}{gap}{_bold(heading)}{line}")
        else:
            done.append((size + len(heading), _bold(heading) + line))
    return [text for _, text in done]


def _bold(heading: str) -> str:
    return f"<b>{heading.strip()}</b>\n" if heading else ""


def _body(text: str, links: Mapping[int, SourceLink], *, urgent: bool) -> str:
    """Escaped text, its markers made links to the pages they stand for."""
    made = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal made
        link = links.get(int(match[1]))
        made += 1
        if link is None or made > _MOST_ENTITIES:
            return match[0]
        return f'<a href="{html.escape(link.url)}">{match[0]}</a>'

    escaped = MARKER.sub(mark, html.escape(text, quote=False))
    if urgent:
        first, newline, rest = escaped.partition("\n")
        return f"<b>{first}</b>{newline}{rest}"
    return escaped


def _source_line(link: SourceLink) -> tuple[str, str]:
    """The line as it is counted and as it is sent: markers, page, domain, and when we checked our words."""
    marks = "".join(f"[{marker}]" for marker in link.markers)
    name = _AT.sub("@\u2060", f"{link.publisher}: {link.title}")
    name = name if len(name) <= 300 else name[:299] + "…"
    tail = f" ({link.domain}), checked {link.checked_on}"
    shown = f"{marks} {name}{tail}"
    anchor = f'<a href="{html.escape(link.url)}">{html.escape(name, quote=False)}</a>'
    return shown, f"{marks} {anchor}{html.escape(tail, quote=False)}"


def _keyboard(message: Message, username: str) -> list[list[dict[str, Any]]]:
    rows = [[{"text": button.label, "data": button.action} for button in row] for row in message.buttons]
    if message.write_me and username:
        rows.append([{"text": wording()["write_me_button"], "url": f"https://t.me/{username}?start=private"}])
    return rows

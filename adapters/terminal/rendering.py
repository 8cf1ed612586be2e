"""Shows a reply in a terminal: the text, then the pages it rests on, as links where the terminal has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.model import MARKER, Answer, Citation, Referral, Reply, Urgent, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rich.console import Console

    from knowledge.model import Source

_QUIET = Style(dim=True)
_MARK = Style(color="cyan")
_ALERT = Style(bold=True)


def show(reply: Reply, console: Console) -> None:
    """Print a reply."""
    body = Text(reply.text, style=_ALERT if isinstance(reply, Urgent) else Style())
    if not isinstance(reply, Urgent):
        body.highlight_regex(MARKER.pattern, style=_MARK)
    console.print(body, soft_wrap=not console.is_terminal)
    if isinstance(reply, Answer | Verdict | Referral | Urgent) and reply.citations:
        console.print(Text("\nSources", style=Style(bold=True)))
        for source, markers in by_source(reply.citations):
            checked = min(one.passage.checked_on for one in reply.citations if one.source.url == source.url)
            console.print(_source_line(source, markers, checked), soft_wrap=not console.is_terminal)
    if isinstance(reply, Answer | Referral) and reply.suggestions:
        console.print(Text("\nYou can also ask", style=Style(bold=True)))
        for suggestion in reply.suggestions:
            console.print(Text(f" - {suggestion}"))


def show_quotes(citations: Sequence[Citation], console: Console) -> None:
    """Print each citation with the words it quotes and when we checked them."""
    if not citations:
        console.print("The last reply had no sources.")
    for citation in citations:
        console.print(_source_line(citation.source, [citation.marker], citation.passage.checked_on))
        quote = Text(f"“{citation.quote}”", style=_QUIET)
        console.print(Padding(quote, (0, 0, 0, 4)))


def by_source(citations: Sequence[Citation]) -> list[tuple[Source, list[int]]]:
    """The sources in order of first use, each with the markers that point to it."""
    grouped: dict[str, tuple[Source, list[int]]] = {}
    for citation in citations:
        grouped.setdefault(citation.source.url, (citation.source, []))[1].append(citation.marker)
    return list(grouped.values())


def _source_line(source: Source, markers: Sequence[int], checked_on: date) -> Text:
    """The page, when it was published where that is known, and when we last checked our words against it."""
    line = Text(" ")
    line.append("".join(f"[{marker}]" for marker in markers), style=_MARK)
    line.append(f" {source.publisher}: {source.title}")
    if source.published:
        line.append(f" ({source.published.isoformat()})")
    line.append(f", checked {checked_on.isoformat()}", style=_QUIET)
    line.append("\n     ")
    line.append(source.url, style=Style(link=source.url, dim=True))
    return line

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.serving.outgoing import Button, Message, SourceLink
from adapters.serving.splitting import utf16_units
from adapters.telegram.rendering import LIMIT, pages


class Shown(HTMLParser):
    """What Telegram would show; raises at what it would refuse."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.urls: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, f"{self._open} is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b"), tag
        self._open.append(tag)
        self.urls += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


urls = st.builds(lambda path: f"https://www.who.int/{path}", st.text("abc-()&=?%\"'<>", max_size=40))
links = st.builds(
    SourceLink,
    markers=st.lists(st.integers(1, 20), min_size=1, max_size=4).map(tuple),
    publisher=st.text(max_size=60),
    title=st.text(max_size=400),
    url=urls,
    checked_on=st.just("2026-11-22"),
)
texts = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('<>&"[]12 .!?\n@#*_`👍')), min_size=1, max_size=6000
)
messages = st.builds(Message, text=texts, links=st.lists(links, max_size=6).map(tuple), urgent=st.booleans())


@given(messages)
@settings(max_examples=300, deadline=None)
def test_every_page_is_sound_short_and_links_to_its_sources_only(message: Message) -> None:
    allowed = {link.url for link in message.links}
    for page in pages(message):
        shown = Shown(page.replace("\r", " "))
        assert utf16_units(shown.text) <= LIMIT
        assert set(shown.urls) <= allowed
        assert not re.search(r"@\w", shown.text), "somebody is mentioned"


def test_markers_lead_to_their_pages_and_the_domain_is_shown() -> None:
    link = SourceLink(
        markers=(1,), publisher="WHO", title="Flu <b>", url="https://www.who.int/a?b=1&c=2", checked_on="2026-11-22"
    )
    (page,) = pages(Message(text="Rest. [1] Drink & sleep. [2]", links=(link,)))
    assert '<a href="https://www.who.int/a?b=1&amp;c=2">[1]</a> Drink &amp; sleep. [2]' in page
    assert "WHO: Flu &lt;b&gt;</a> (who.int), checked 2026-11-22" in page


def test_a_button_that_telegram_would_refuse_cannot_be_made() -> None:
    try:
        Button(action="x" * 65, label="?")
    except ValueError:
        return
    raise AssertionError

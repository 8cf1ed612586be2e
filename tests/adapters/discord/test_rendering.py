from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.rendering import EMBED_LIMIT, LIMIT, escape, render
from adapters.serving.incoming import Incoming
from adapters.serving.outgoing import Message, SourceLink

DIRECT = Incoming(
    platform="discord", key="1", kind="text", chat="c", person="p", private=True, address={"channel_id": 1}
)
links = st.builds(
    SourceLink,
    markers=st.lists(st.integers(1, 20), min_size=1, max_size=4).map(tuple),
    publisher=st.text(max_size=60),
    title=st.text(max_size=400),
    url=st.text("abc-()&=?%", max_size=60).map(lambda path: f"https://www.who.int/{path}"),
    checked_on=st.just("2026-11-22"),
)
texts = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('<>&"[]12 .!?\n@#*_`|~>-👍')), min_size=1, max_size=5000
)
messages = st.builds(Message, text=texts, links=st.lists(links, max_size=8).map(tuple), urgent=st.booleans())


@given(messages)
@settings(max_examples=300, deadline=None)
def test_no_part_exceeds_discords_limits_or_pings(message: Message) -> None:
    for part in render(DIRECT, [message]):
        assert len(part["content"]) <= LIMIT
        assert len(part.get("sources", "")) <= EMBED_LIMIT
        for shown in (part["content"], part.get("sources", "")):
            assert not re.search(r"@(everyone|here)|<[@#&:a]", shown.replace("<http", ""))


def test_formatting_is_shown_as_written_and_links_have_no_preview() -> None:
    assert escape("*a* _b_ `c` ||d||") == r"\*a\* \_b\_ \`c\` \|\|d\|\|"
    assert escape("See https://findahelpline.com, please.") == "See <https://findahelpline.com>, please."


def test_sources_are_masked_links_with_their_domain() -> None:
    link = SourceLink(
        markers=(1, 2), publisher="WHO", title="Flu", url="https://www.who.int/flu-(x)", checked_on="2026-11-22"
    )
    (part,) = render(DIRECT, [Message(text="Rest. [1]", links=(link,))])
    assert part["sources"] == "[1][2] [WHO: Flu](<https://www.who.int/flu-(x)>) (who.int), checked 2026-11-22"


def test_the_first_line_of_an_urgent_reply_stands_out() -> None:
    (part,) = render(DIRECT, [Message(text="Are *you* safe?\nCall 999.", urgent=True)])
    assert part["content"] == "**Are \\*you\\* safe?**\nCall 999."


def test_a_private_answer_follows_the_public_word_on_it() -> None:
    address = {"channel_id": 1, "token": "t", "ephemeral": False}
    slash = Incoming(platform="discord", key="1", kind="command", chat="c", person="p", private=False, address=address)
    said = [
        Message(text="the answer", private=True),
        Message(text="in private", when="reached"),
        Message(text="write to me", when="unreached"),
    ]
    parts = render(slash, said)
    assert [part["content"] for part in parts] == ["in private", "the answer", "write to me"]
    assert [part["when"] for part in parts] == ["reached", "always", "unreached"], "the last is sent only if need be"

"""Hostile input: what loaders, importer and renderers make of mutated samples. `make fuzz` runs it for longer.

With FUZZ_MINUTES set, each target goes on with fresh examples for its share of that time.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from contextlib import suppress
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from samples import HEAD, two_sections

from adapters.cli.jsonl import read_claims, read_jobs
from adapters.discord.rendering import render as render_discord
from adapters.serving.incoming import Incoming
from adapters.serving.outgoing import Button, Message, SourceLink
from adapters.serving.splitting import utf16_units
from adapters.telegram.rendering import LIMIT
from adapters.telegram.rendering import render as render_telegram
from bot.documents.faces import render as render_document
from bot.documents.model import Bullets, Document, Heading, Paragraph, Reference, References, Table
from bot.errors import InputError
from bot.reading import clean
from knowledge.errors import GuidanceError, ImportRefused
from knowledge.guidance import parse_guidance
from knowledge.helpline_file import read_entries
from knowledge.importing.sources import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

SECONDS = 60 * float(os.environ.get("FUZZ_MINUTES", "0"))
SHORT = 25
"""Examples a target in `make test`."""
TODAY = date(2026, 6, 1)
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Fever</title>
<link rel="canonical" href="https://www.who.int/x"></head><body><h1>Fever</h1><article><h2>Key facts</h2>
<ul><li>Fever is <em>common</em>.</li></ul><p style="display:none">Ignore this.</p><table><tr><td>a</td></tr></table>
</article></body></html>"""
TOKENS = [
    *("\x00", "\ufeff", "\u202e", "\ud7ff", "👍🏽", "---\n", "## ", "- ", "[who-fever]", "!!python/object:os.system "),
    *("<", "</", "<script>", "<!--", "]]>", "<![CDATA[", "&#x", "&#99999999;", "<table>", "<svg/onload=1>", "style='"),
    *("{", "}", "[", '"', "\\u", "1e999", "-0", "null", "\\", "\r", "\n\n", "\t", "::", "%s", "{0}", "../", "9" * 30),
    "2026-02-30", "&a ", "*a",
]  # fmt: skip


def pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": "A leaflet"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@st.composite
def mutated(draw: Any, samples: list[str]) -> str:
    """A sample with pieces cut out, doubled, or put in."""
    text: str = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 40)))
        put = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=8), st.just(text[at:end] * 3)))
        text = text[:at] + put + text[end:]
    return text


@st.composite
def mutated_bytes(draw: Any, samples: list[bytes]) -> bytes:
    """The same for bytes."""
    content: bytes = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 40)))
        put = draw(st.one_of(st.binary(max_size=8), st.sampled_from(TOKENS).map(str.encode)))
        content = content[:at] + put + content[end:]
    return content


def fuzzed(strategy: SearchStrategy[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Run a target on a few examples, or on fresh ones until its share of the time is over."""

    def decorate(target: Callable[[Any], None]) -> Callable[[], None]:
        def run() -> None:
            end = time.monotonic() + SECONDS / TARGETS
            examples = 500 if SECONDS else SHORT
            number = 0
            while True:
                checked = given(strategy)(lambda value: target(value))
                checked = settings(
                    max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
                )(seed(number if not SECONDS else time.time_ns())(checked))
                checked()
                number += 1
                if time.monotonic() > end:
                    return

        run.__name__, run.__doc__ = target.__name__, target.__doc__
        return run

    return decorate


TARGETS = 9
GUIDANCE = HEAD.format(id="fever", title="Fever", checked_on="2026-01-01", due="2036-01-01", myths="[]") + two_sections(
    "fever"
)
HELPLINES = (Path(__file__).parents[2] / "knowledge" / "helplines.yaml").read_text(encoding="utf-8")[:3000]


@fuzzed(mutated([GUIDANCE]))
def test_guidance(text: str) -> None:
    with suppress(GuidanceError):
        assert parse_guidance(text, "fever.md").id


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def test_helplines(scratch: Path) -> None:
    file = scratch / "helplines.yaml"

    @fuzzed(mutated([HELPLINES]))
    def target(text: str) -> None:
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        with suppress(GuidanceError):
            assert read_entries(file)[0].countries

    target()


def refused_or_read(content: bytes, medium: str) -> None:
    """Whatever a file holds, it becomes pages of plain text or is refused in words."""
    try:
        pages = read_bytes(content, medium, origin=f"a.{medium}", url=None, charset=None, today=TODAY)
    except ImportRefused as error:
        said = str(error)
    else:
        said = ""
        for page in pages:
            assert "\x00" not in page.title
            assert "\u202e" not in page.title
    assert "\n" not in said


@fuzzed(mutated_bytes([HTML.encode(), HTML.encode("utf-16"), HTML.replace("utf-8", "shift_jis").encode()]))
def test_html(content: bytes) -> None:
    refused_or_read(content, "html")


@fuzzed(mutated_bytes([pdf()]))
def test_pdf(content: bytes) -> None:
    refused_or_read(content, "pdf")


@fuzzed(mutated_bytes([b"---\ntitle: Fever\n---\n# Fever\n\n## Care\n\nRest *helps*.\n\n- a\n- b\n"]))
def test_markdown(content: bytes) -> None:
    refused_or_read(content, "markdown")


JSONL = [
    json.dumps({"id": "a", "title": "Fever", "url": "https://www.who.int/x", "sections": {"Care": ["Rest helps."]}}),
    json.dumps({"id": 1, "question": "flu?"}),
    json.dumps({"id": 1, "turns": ["flu?", "and?"]}),
    json.dumps({"id": "x", "claim": "Flu is a virus."}),
]


def test_jsonl(scratch: Path) -> None:
    file = scratch / "lines.jsonl"

    @fuzzed(mutated_bytes([line.encode() + b"\n" for line in JSONL]))
    def target(content: bytes) -> None:
        refused_or_read(content, "jsonl")
        file.write_bytes(content)
        for read in (read_jobs, read_claims):
            with suppress(InputError):
                read(str(file))

    target()


@fuzzed(mutated(["hi there, is flu a virus?", "/ask 2 mg?"]))
def test_messages(text: str) -> None:
    with suppress(InputError):
        assert clean(text).strip()


words = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('<>&"[]12 .!?\n@#*_`|\\~👍')), max_size=5000)
urls = st.builds("https://www.who.int/{}".format, st.text("abc-()&=?%\"'<>*_[]|", max_size=40))
links = st.builds(
    SourceLink,
    markers=st.lists(st.integers(1, 20), min_size=1, max_size=4).map(tuple),
    publisher=st.text(max_size=60),
    title=st.text(max_size=400),
    url=urls,
    checked_on=st.just("2026-11-22"),
)
buttons = st.builds(Button, action=st.just("up:1"), label=st.text(min_size=1, max_size=60))
messages = st.builds(
    Message,
    text=words.filter(str.strip),
    links=st.lists(links, max_size=6).map(tuple),
    buttons=st.lists(st.lists(buttons, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    urgent=st.booleans(),
    private=st.booleans(),
)
INCOMING = Incoming(platform="x", key="1", kind="text", chat="c", person="p", private=True, address={"chat": 7})


@fuzzed(st.lists(messages, min_size=1, max_size=3))
def test_chat_renderers(said: list[Message]) -> None:
    for part in render_telegram(INCOMING, said, "citewell_test_bot"):
        if "html" in part:
            shown = Tags(part["html"])
            assert utf16_units(shown.text) <= LIMIT
    for part in render_discord(INCOMING, said):
        assert len(part.get("content") or "") <= 2000


class Tags(HTMLParser):
    """What Telegram shows; raises at a tag that it would refuse."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(page.replace("\r", " "))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b"), tag

    def handle_data(self, data: str) -> None:
        self.text += data


blocks = st.one_of(
    st.builds(Heading, text=words),
    st.builds(Paragraph, text=words, label=st.text(max_size=20), strong=st.booleans()),
    st.builds(Bullets, items=st.lists(words, max_size=3).map(tuple)),
    st.builds(Table, head=st.just(("a", "b")), rows=st.lists(st.tuples(words, words), max_size=3).map(tuple)),
    st.builds(
        References,
        items=st.lists(
            st.builds(Reference, marker=st.integers(1, 9), text=words, url=urls, quote=words), max_size=3
        ).map(tuple),
    ),
)


@fuzzed(st.tuples(words, st.lists(blocks, max_size=4).map(tuple)))
def test_documents(made: tuple[str, tuple[Any, ...]]) -> None:
    document = Document(title=made[0], blocks=made[1])
    page = render_document(document, {}, "html").decode()
    assert "<script" not in page.lower()
    render_document(document, {}, "markdown")
    with zipfile.ZipFile(io.BytesIO(render_document(document, {}, "docx"))) as archive:
        assert archive.testzip() is None

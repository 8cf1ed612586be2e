from __future__ import annotations

import io
from functools import cache

import pytest
from samples import FakeRetriever

from bot.briefing.asking import brief
from bot.briefing.model import WORDS_PER_SECOND, Brief, Request
from bot.briefing.page import as_document, as_json
from bot.briefing.topics import find_topic
from bot.documents.faces import render
from bot.errors import NotCovered
from knowledge.guidance import GUIDANCE_DIR, read_guidance
from knowledge.helplines import load_helplines
from knowledge.passages import passages_of


@cache
def shelf() -> FakeRetriever:
    names = ("chlamydia", "gonorrhoea", "emergency-contraception", "suicide-prevention", "eating-disorders", "burns")
    texts = [read_guidance(GUIDANCE_DIR / "en" / f"{name}.md", GUIDANCE_DIR) for name in names]
    return FakeRetriever(*passages_of(texts))


def make(topic: str, seconds: int = 60, country: str | None = None) -> Brief:
    request = Request(topic=topic, seconds=60 if seconds == 60 else 30, country=country)
    return brief(request, shelf(), load_helplines())


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("the clap", "gonorrhoea"),
        ("plan b", "emergency-contraception"),
        ("chlamidya", "chlamydia"),
        ("Burns", "burns"),
        ("suicide prevention", "suicide-prevention"),
    ],
)
def test_a_topic_is_found_by_what_people_call_it(said: str, topic: str) -> None:
    assert find_topic(said, shelf()).topic == topic


def test_what_is_not_covered_gets_no_brief_but_the_nearest_topics() -> None:
    with pytest.raises(NotCovered, match=r"no guidance on 'astrology'.*nearest topics: \w+"):
        make("astrology")


def test_nothing_in_a_brief_is_uncited() -> None:
    made = make("chlamydia")
    vetted = {sentence.text for passage in shelf().passages for sentence in passage.sentences}
    known = {citation.marker for citation in made.citations}

    assert 3 <= len(made.points) <= 5
    for sentence in (made.main_message, *(one for point in made.points for one in (point.say, *point.add))):
        assert sentence.text in vetted
        assert set(sentence.markers) <= known
        assert sentence.markers
    free = [line.say for line in made.script if not line.markers]
    assert free == [made.hook, made.call_to_action]
    assert all(line.say in vetted for line in made.script if line.markers)


@pytest.mark.parametrize("seconds", [30, 60])
def test_a_script_fits_its_time(seconds: int) -> None:
    script = make("gonorrhoea", seconds).script

    assert script[-1].end <= seconds
    words = sum(len(line.say.split()) for line in script)
    assert script[-1].end == pytest.approx(words / WORDS_PER_SECOND, abs=0.1)


def test_a_topic_that_needs_care_shows_help_and_no_method() -> None:
    made = make("suicide prevention", country="GB")

    assert any(line.phone == "116 123" for line in made.helplines)
    assert "116 123" in made.caption
    assert any("method" in rule for rule in made.wording.avoid)
    assert not made.hook.startswith("Myth or fact")


def test_an_eating_disorder_brief_names_no_figures() -> None:
    said = " ".join(line.say for line in make("eating disorders").script)

    assert "calorie" not in said.lower()
    assert "BMI" not in said


def test_the_four_formats_hold_the_same_sentences() -> None:
    from docx import Document

    made = make("chlamydia")
    markdown, page, word, data = (
        render(as_document(made), as_json(made), form) for form in ("markdown", "html", "docx", "json")
    )
    sentence = made.main_message.text

    assert sentence in markdown.decode()
    assert sentence in page.decode()
    assert b"<script" not in page
    assert any(sentence in paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs)
    assert as_json(made)["main_message"]["text"] == sentence
    assert b'"points"' in data

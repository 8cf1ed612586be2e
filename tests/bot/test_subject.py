from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FakeRetriever, passage

from bot.finding import Finder
from bot.subject import MAX_WORDS, subjects


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("what are the symptoms of gout?", "gout"),
        ("how do I treat a frozen shoulder", "frozen shoulder"),
        ("how is celiac disease diagnosed", "celiac disease"),
        ("is plantar fasciitis permanent", "plantar fasciitis"),
        ("does creatine make your hair fall out", "creatine"),
        ("can I take fluoxetine with st johns wort", "st johns wort"),
        ("can you drink on flagyl", "flagyl"),
    ],
)
def test_the_wording_says_what_a_question_is_about(question: str, subject: str) -> None:
    assert subject in subjects(question)


@pytest.mark.parametrize(
    "question", ["my hands shake before presentations", "it burns when I pee", "word " * MAX_WORDS + "is gout real"]
)
def test_a_story_names_no_subject(question: str) -> None:
    assert subjects(question) == ()


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert all(subject.strip() == subject for subject in subjects(text))


def test_what_no_topic_speaks_of_is_not_covered() -> None:
    retriever = FakeRetriever(passage("fever", ["A fever is heat."], heading="How do I treat a fever?"))
    finder = Finder(retriever, list)
    assert not finder.find("how do I treat a fever").unknown
    retriever.silent_on = ("zorbian fever",)
    found = finder.find("how do I treat a zorbian fever")
    assert found.unknown
    assert not found.covered

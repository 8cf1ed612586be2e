from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import FakeRetriever, passage

from bot.abstention import implied_request
from bot.composing import MAX_SENTENCES, ExtractiveWriter
from bot.finding import MAX_PARTS, Finder, split_parts
from knowledge.model import Hit

FEVER = passage("fever", ["A fever is heat.", "Rest helps a fever."], heading="What is a fever?")
COUGH = passage("cough", ["A cough clears the throat.", "Honey soothes a cough."], heading="What is a cough?")
LIBRARY = FakeRetriever(FEVER, COUGH)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what is a fever", ["what is a fever"]),
        ("what is a fever and how long does it last?", ["what is a fever", "how long does it last"]),
        ("is it true? what is a cough?", ["is it true", "what is a cough"]),
        ("salt and pepper on my food, is that bad", ["salt and pepper on my food, is that bad"]),
        ("why me? ok", ["why me? ok"]),
        ("a b c? d e f? g h i? j k l? m n o?", ["a b c? d e f? g h i? j k l? m n o?"]),
    ],
)
def test_questions_in_one_breath_are_told_apart(text: str, parts: list[str]) -> None:
    assert split_parts(text) == parts


@given(st.text(max_size=300))
def test_splitting_invents_nothing(text: str) -> None:
    parts = split_parts(text)
    assert 1 <= len(parts) <= MAX_PARTS
    assert all(part in text for part in parts)


def test_each_part_gets_its_own_passage() -> None:
    finder = Finder(LIBRARY, keep=lambda hits: hits)
    found = finder.find_parts(finder.find("what is a fever and what is a cough?"))
    assert [finding.hits[0].passage.guidance_id for finding in found] == ["fever", "cough"]
    draft = ExtractiveWriter(LIBRARY).write_parts([(finding.query, finding.hits) for finding in found])
    assert draft[0].text == "A fever is heat."
    assert "A cough clears the throat." in [sentence.text for sentence in draft]
    assert len(draft) <= MAX_SENTENCES


class TwoHits(FakeRetriever):
    """Finds the cough first and the fever second, with a given score."""

    def __init__(self, second: float) -> None:
        super().__init__(FEVER, COUGH)
        self._second = second

    def search(self, question: str, count: int = 10) -> list[Hit]:
        return [Hit(passage=COUGH, score=1.0, similarity=0.8), Hit(passage=FEVER, score=self._second, similarity=0.7)]


@pytest.mark.parametrize(("score", "first"), [(0.85, "fever"), (0.7, "cough")])
def test_a_topic_carried_over_goes_first_only_when_near(score: float, first: str) -> None:
    finder = Finder(TwoHits(score), keep=lambda hits: hits)
    assert finder.find("is it serious", topic="Fever").hits[0].passage.guidance_id == first
    assert finder.find("is it serious").hits[0].passage.guidance_id == "cough"


@pytest.mark.parametrize(
    ("nearest", "similarity", "request_"),
    [
        (("dose_request", 0.7), 0.6, "dose"),
        (("judgement_request", 0.5), 0.55, "diagnosis"),
        (("dose_request", 0.5), 0.8, None),
        (("judgement_request", 0.3), 0.2, None),
    ],
)
def test_a_request_worded_like_known_ones_is_noticed(
    nearest: tuple[str, float], similarity: float, request_: str | None
) -> None:
    assert implied_request([Hit(passage=FEVER, score=1.0, similarity=similarity)], nearest) == request_

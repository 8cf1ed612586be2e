from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import passage

from bot.contract import reply_as_json
from bot.model import MARKER, Abstention, Answer, Citation, Sentence

PASSAGE = passage("fever", ["Fevers pass.", "Rest helps."])


def citation(marker: int = 1, quote: str = "Fevers pass.") -> Citation:
    return Citation(marker=marker, passage=PASSAGE, source=PASSAGE.sources[0], quote=quote)


def test_an_answer_without_citations_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="and one citation"):
        Answer(sentences=(Sentence(text="Fevers pass.", markers=(1,)),), citations=())


def test_an_answer_with_an_uncited_sentence_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="without a citation"):
        Answer(sentences=(Sentence(text="Fevers pass.", markers=()),), citations=(citation(),))


def test_a_marker_that_resolves_to_nothing_cannot_be_built() -> None:
    with pytest.raises(ValueError, match=r"\[2\] resolve to nothing"):
        Answer(sentences=(Sentence(text="Fevers pass.", markers=(1, 2)),), citations=(citation(),))


def test_a_citation_that_supports_nothing_cannot_be_built() -> None:
    sentence = Sentence(text="Fevers pass.", markers=(1,))
    with pytest.raises(ValueError, match="support no sentence"):
        Answer(sentences=(sentence,), citations=(citation(), citation(2, "Rest helps.")))


@pytest.mark.parametrize("quote", ["Fevers last.", "fevers pass."])
def test_a_quote_that_is_not_verbatim_cannot_be_built(quote: str) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        citation(quote=quote)


def test_a_source_that_the_passage_does_not_have_cannot_be_cited() -> None:
    other = replace(PASSAGE.sources[0], id="who-other")
    with pytest.raises(ValueError, match="names a source"):
        Citation(marker=1, passage=PASSAGE, source=other, quote="Fevers pass.")


@given(st.lists(st.integers(min_value=1, max_value=999), min_size=1, max_size=5, unique=True))
def test_the_markers_in_the_text_are_those_of_the_sentence(markers: list[int]) -> None:
    sentence = Sentence(text="Fevers pass.", markers=tuple(markers))
    assert [int(found) for found in MARKER.findall(sentence.marked)] == markers


def test_every_reply_has_every_key_of_the_contract() -> None:
    answer = Answer(sentences=(Sentence(text="Fevers pass.", markers=(1,)),), citations=(citation(),))
    keys = {"kind", "text", "sentences", "citations", "verdict", "urgent", "suggestions", "language", "timings_ms"}
    for reply in (answer, Abstention(text="I do not know.")):
        data = reply_as_json(reply, {"total": 1.26})
        assert set(data) == keys
        json.dumps(data)
    data = reply_as_json(answer, {"total": 1.26})
    assert data["text"] == "Fevers pass. [1]"
    assert data["sentences"] == [{"text": "Fevers pass.", "citations": [1]}]
    assert set(data["citations"][0]) == {
        "marker", "source_id", "title", "publisher", "url", "section", "quote", "published", "checked_on",
    }  # fmt: skip

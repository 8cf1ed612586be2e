from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from samples import passage

from bot.grounding import DraftSentence, ground
from bot.support.model import Support
from bot.support.verbatim import VerbatimSupport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FEVER = passage("fever", ["A fever lasts 3 days.", "Rest helps with a fever."])
COUGH = passage("cough", ["A cough lasts 3 weeks."])


class AnythingGoes:
    """A checker that lets everything through, to see what the other layers stop."""

    def judge(self, claim: str, passage: str) -> Support:
        return Support(label="supported", score=1.0, contradiction=0.0, reason="anything goes")

    def judge_all(
        self, pairs: Sequence[tuple[str, str]], progress: Callable[[int, int], None] | None = None
    ) -> list[Support]:
        return [self.judge(*pair) for pair in pairs]


def draft(text: str, quote: str, source: str = "who-fever", where: str = FEVER.id) -> DraftSentence:
    return DraftSentence(text=text, rests_on=((where, source, quote),))


def reasons(*sentences: DraftSentence) -> list[str]:
    return [reason for _, reason in ground(sentences, [FEVER], AnythingGoes()).dropped]


def test_vetted_sentences_pass_and_are_numbered_in_order() -> None:
    found = ground(
        [
            draft("A fever lasts 3 days.", "A fever lasts 3 days."),
            draft("Rest helps with a fever.", "Rest helps with a fever."),
        ],
        [FEVER],
        VerbatimSupport(),
    )
    assert [sentence.marked for sentence in found.sentences] == [
        "A fever lasts 3 days. [1]",
        "Rest helps with a fever. [2]",
    ]
    assert [citation.marker for citation in found.citations] == [1, 2]


def test_what_cites_nothing_is_dropped() -> None:
    assert reasons(DraftSentence(text="Drink water.", rests_on=())) == ["cites nothing"]


def test_a_passage_that_was_not_retrieved_is_no_evidence() -> None:
    assert "was not retrieved" in reasons(draft("A cough.", "A cough", "who-cough", COUGH.id))[0]


def test_a_quote_that_the_passage_does_not_hold_is_dropped() -> None:
    assert "does not hold" in reasons(draft("Fever.", "A fever lasts 4 days."))[0]


def test_a_number_from_nowhere_is_dropped() -> None:
    assert reasons(draft("A fever lasts 5 days.", "A fever lasts 3 days.")) == [
        "states 5, which no cited passage holds"
    ]


def test_a_link_in_a_sentence_is_dropped() -> None:
    assert "link" in reasons(draft("See https://example.org.", "Rest helps with a fever."))[0]


def test_an_unknown_source_is_dropped() -> None:
    assert "does not have" in reasons(draft("Rest.", "Rest helps with a fever.", source="who-cough"))[0]


def test_the_verbatim_checker_refuses_a_paraphrase() -> None:
    found = ground([draft("Resting may help.", "Rest helps with a fever.")], [FEVER], VerbatimSupport())
    assert found.sentences == ()
    assert found.dropped == (
        ("Resting may help.", "is not supported by what it cites: it does not stand there word for word"),
    )


@given(st.text(min_size=1, max_size=80))
def test_no_invented_sentence_ever_passes_the_verbatim_checker(text: str) -> None:
    found = ground([draft(text, "Rest helps with a fever.")], [FEVER], VerbatimSupport())
    assert all(sentence.text in {s.text for s in FEVER.sentences} for sentence in found.sentences)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from samples import FakeRetriever, passage

from bot.composing import MAX_SENTENCES, MAX_WORDS, SIMPLE_SENTENCES, ExtractiveWriter
from knowledge.model import Hit

WORDS = ["fever", "cough", "rest", "water", "sleep", "heat", "cold", "child"]
SENTENCES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=3, max_size=25).map(lambda words: " ".join(words).capitalize() + "."),
    min_size=1,
    max_size=9,
    unique=True,
)


@given(st.lists(SENTENCES, min_size=1, max_size=4))
def test_a_draft_is_short_vetted_and_says_nothing_twice(bodies: list[list[str]]) -> None:
    passages = [passage("fever", body, heading=f"Question {n}?") for n, body in enumerate(bodies)]
    hits = [Hit(passage=found, score=1 - n / 10, similarity=0.8) for n, found in enumerate(passages)]
    draft = ExtractiveWriter(FakeRetriever(*passages)).write("how long does a fever last", hits)
    texts = [sentence.text for sentence in draft]
    assert 1 <= len(texts) <= MAX_SENTENCES
    assert len(set(texts)) == len(texts)
    assert set(texts) <= {text for body in bodies for text in body}
    assert len(" ".join(texts).split()) <= max(MAX_WORDS, len(texts[0].split()))


def test_nothing_found_is_nothing_said() -> None:
    assert ExtractiveWriter(FakeRetriever()).write("anything", []) == []


def test_asked_yes_or_no_the_myths_correction_leads() -> None:
    fact = passage("fever", ["Fevers come from germs."], heading="What causes a fever?")
    myth = passage("fever", ["Teething does not cause a high fever."], heading="Teething causes fever.", myth="false")
    hits = [Hit(passage=fact, score=1.0, similarity=0.8), Hit(passage=myth, score=0.95, similarity=0.78)]
    draft = ExtractiveWriter(FakeRetriever(fact, myth)).write("does teething cause a fever?", hits)
    assert draft[0].text == "Teething does not cause a high fever."


def test_another_topic_adds_nothing() -> None:
    fever, cough = passage("fever", ["A fever is heat."]), passage("cough", ["A cough clears the throat."])
    hits = [Hit(passage=fever, score=1.0, similarity=0.8), Hit(passage=cough, score=0.99, similarity=0.79)]
    draft = ExtractiveWriter(FakeRetriever(fever, cough)).write("what is a fever", hits)
    assert [sentence.text for sentence in draft] == ["A fever is heat."]


def test_what_is_said_of_one_named_thing_is_not_said_of_another() -> None:
    one = passage("zeta", ["Zeta virus spreads through blood."], heading="How does zeta spread?")
    other = passage("beta", ["Zeta and beta virus spread through water."], heading="How does beta spread?")
    hits = [Hit(passage=one, score=1.0, similarity=0.9), Hit(passage=other, score=0.99, similarity=0.9)]
    writer = ExtractiveWriter(FakeRetriever(one, other))
    named = writer.write("zeta virus spread through water", hits)
    unnamed = writer.write("virus spread through water", hits)
    assert [each.text for each in named] == ["Zeta virus spreads through blood."]
    assert len(unnamed) == 2


def test_more_is_what_the_answer_left_out_and_simpler_is_shorter() -> None:
    facts = [
        "A fever is heat.",
        "Rest helps most people.",
        "Drink water often.",
        "Wear light clothes.",
        "See a nurse after three days.",
        "Sleep in a cool room.",
    ]
    hard = "Pharmacological antipyretic administration necessitates professional consultation."
    fever = passage("fever", [hard, *facts])
    writer = ExtractiveWriter(FakeRetriever(fever))
    parts = [("what is a fever", [Hit(passage=fever, score=1.0, similarity=0.8)])]
    answer, more, simpler = (
        [sentence.text for sentence in writer.write_parts(parts, wish)] for wish in ("answer", "more", "simpler")
    )
    assert not set(answer) & set(more)
    assert set(answer) | set(more) <= {hard, *facts}
    assert hard not in simpler
    assert len(simpler) == SIMPLE_SENTENCES

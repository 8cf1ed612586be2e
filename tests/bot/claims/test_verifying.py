"""Verdicts over a small library of near texts, scripted: what is tested is the judging and the telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from samples import BagOfWords, FakeRetriever, passage

from bot.claims.sandwich import overall
from bot.claims.verifying import verify
from bot.contract import reply_as_json
from knowledge.library import NearText
from knowledge.model import Passage


@dataclass
class ClaimShelf(FakeRetriever):
    """The fake retriever, with near texts by words in common."""

    held: Sequence[Passage] = field(default_factory=list)

    def __post_init__(self) -> None:
        FakeRetriever.__init__(self, *self.held)
        self._bag = BagOfWords()

    def near_texts(self, wordings: Sequence[str]) -> list[NearText]:
        near = []
        for one in self.passages:
            texts = [("sentence", sentence.text) for sentence in one.sentences]
            texts += [("heading", one.section)] if one.myth else []
            for name, text in texts:
                vectors = self._bag.encode([text, *wordings])
                similarity = float(max(vectors[1:] @ vectors[0]))
                near.append(NearText(passage=one, field=name, text=text, similarity=similarity))  # type: ignore[arg-type]
        return sorted(near, key=lambda one: -one.similarity)


CURE = passage("chlamydia", ["Chlamydia is cured with antibiotic tablets."], heading="How is chlamydia treated?")
NOTICE = passage(
    "chlamydia",
    ["Many people with chlamydia have no symptoms.", "A test is how you find out."],
    heading="You would notice if you had chlamydia.",
    myth="false",
)
SHELF = ClaimShelf(held=[CURE, NOTICE])


def test_a_myth_in_other_words_is_false_and_cites_its_correction() -> None:
    verdict = verify("my aunt swears you would notice if you had chlamydia", SHELF)

    assert verdict.verdict == "false"
    assert verdict.citations[0].quote == "Many people with chlamydia have no symptoms."


def test_a_verdict_is_told_as_a_sandwich() -> None:
    text = verify("you would notice if you had chlamydia", SHELF).text

    fact, flag, close = (
        text.index("Many people"),
        text.index("The claim “you would notice"),
        text.index("A test is how"),
    )
    assert fact < flag < close
    assert text.startswith("False.")


def test_what_a_sentence_says_is_true() -> None:
    verdict = verify("is it true that chlamydia is cured with antibiotic tablets?", SHELF)

    assert verdict.verdict == "true"
    assert {citation.passage.id for citation in verdict.citations} >= {CURE.id}


def test_a_denial_of_a_myth_is_not_called_false() -> None:
    assert verify("it's a myth that you would notice if you had chlamydia", SHELF).verdict != "false"


def test_silence_is_said_and_nothing_is_cited() -> None:
    verdict = verify("magnets straighten your teeth overnight", SHELF)

    assert verdict.verdict == "not_covered"
    assert not verdict.citations
    assert "no vetted guidance" in verdict.text


def test_parts_get_verdicts_of_their_own_in_the_contract() -> None:
    reply = verify("Chlamydia is cured with antibiotic tablets. You would notice if you had chlamydia.", SHELF)
    data = reply_as_json(reply, {})

    assert [part["verdict"] for part in data["parts"]] == ["true", "false"]
    assert data["verdict"] == "misleading"
    assert all(sentence["citations"] for sentence in data["sentences"])


def test_one_label_for_several_parts() -> None:
    assert overall(["true", "true"]) == "true"
    assert overall(["true", "false"]) == "misleading"
    assert overall(["false", "not_covered"]) == "false"
    assert overall(["not_covered", "not_covered"]) == "not_covered"

from __future__ import annotations

from samples import passage

from knowledge.lexical import OFTEN, LexicalIndex

PASSAGES = [
    *(passage(f"topic-{n}", ["Doctors treat many people."], heading="Who helps?") for n in range(OFTEN)),
    passage("epilepsy", ["Epilepsy causes seizures."], heading="What is epilepsy?"),
]


def test_everyday_words_are_no_subject() -> None:
    index = LexicalIndex(PASSAGES)
    assert set(index.rare_words("doctors treat Zorbian fever 12")) == {"zorbian", "fever"}


def test_forms_of_a_word_are_held_and_other_words_are_not() -> None:
    index = LexicalIndex(PASSAGES)
    stems = set(index.rare_words("epileptic zorbian seizures"))
    assert stems - index.held([len(PASSAGES) - 1], stems) == {"zorbian"}
    assert index.held([0], stems) == set()


def test_a_subject_may_name_its_topic() -> None:
    index = LexicalIndex(PASSAGES)
    assert index.share_a_word("epilepsy guaranteed", "Epilepsy")
    assert not index.share_a_word("people", "Doctors and people")
    assert not index.share_a_word("asthma guaranteed", "Epilepsy")

from __future__ import annotations

import pytest

from bot.claims.wording import points_back, split_parts, unwrap
from bot.support.polarity import denies, opposed, read
from bot.support.quantities import number_agrees, number_differs


@pytest.mark.parametrize(
    ("wrapped", "claim"),
    [
        ("tiktok says the pill makes you infertile", "the pill makes you infertile"),
        ("My aunt swears that garlic cures flu", "garlic cures flu"),
        ("is it true that chlamydia can be cured?", "chlamydia can be cured"),
        ("Fact check please: HIV and AIDS are the same", "HIV and AIDS are the same"),
        ("You can't get gonorrhoea from oral sex, right?", "You can't get gonorrhoea from oral sex"),
        ("going to the gym helps anxiety. legit?", "going to the gym helps anxiety"),
        ("some guy on reddit: you get herpes from a toilet seat", "you get herpes from a toilet seat"),
    ],
)
def test_a_claim_is_taken_out_of_its_wrapping(wrapped: str, claim: str) -> None:
    assert unwrap(wrapped).text == claim
    assert not unwrap(wrapped).denied


def test_a_denial_around_a_claim_is_remembered() -> None:
    unwrapped = unwrap("It's a myth that vaccines cause autism")

    assert unwrapped.text == "vaccines cause autism"
    assert unwrapped.denied


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vaccines do not cause autism.", True),
        ("Vaccines cause autism.", False),
        ("It is not impossible.", False),
        ("Isn't syphilis just an old disease?", False),
        ("Alcohol can cause cancer, not only cigarettes.", False),
        ("You can't get HIV from a kiss.", True),
    ],
)
def test_an_odd_number_of_negations_denies(text: str, expected: bool) -> None:
    assert denies(text) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Chlamydia can be cured.", "Chlamydia cannot be cured.", 1.0),
        ("Chlamydia can be cured.", "You can cure chlamydia.", 0.0),
        ("Vaping is safe.", "Vaping is harmful.", 1.0),
        ("It increases the risk.", "It lowers the risk.", 1.0),
        ("Chlamydia cannot be cured.", "There is no cure for chlamydia.", 0.0),
    ],
)
def test_statements_that_point_opposite_ways(one: str, other: str, expected: float) -> None:
    assert opposed(read(one), read(other)) == expected


def test_a_denial_around_a_claim_turns_it() -> None:
    assert opposed(read("Vaccines cause autism.", flipped=True), read("Vaccines do not cause autism.")) == 0.0


def test_numbers_are_compared_within_a_unit() -> None:
    assert number_differs("adults may eat 15 grams of salt", "Adults should eat less than 5 g of salt.")
    assert not number_differs("15 grams of salt", "People over 18 years should eat less.")
    assert number_agrees("take it within 5 days", "Emergency pills work up to 5 days after sex.")
    assert not number_agrees("take it within 9 days", "Emergency pills work up to 5 days after sex.")


def test_parts_that_could_stand_alone_are_judged_alone() -> None:
    parts = split_parts("Plan B is basically an abortion and it makes you infertile")

    assert parts == ["Plan B is basically an abortion", "it makes you infertile"]
    assert points_back(parts[1])
    assert split_parts("Condoms and lube are safe together") == ["Condoms and lube are safe together"]

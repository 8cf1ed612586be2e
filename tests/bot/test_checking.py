from __future__ import annotations

from bot.briefing.model import Readability
from bot.checking.flagging import flag
from bot.checking.judging import sentences_of_script
from bot.checking.model import CheckedClaim
from bot.checking.opinion import is_opinion

EASY = Readability(grade=5.0, ease=80.0, words=40)


def kinds(*sentences: str, readability: Readability = EASY) -> set[str]:
    claims = [CheckedClaim(text=sentence, label="not_covered", reason="") for sentence in sentences]
    return {one.kind for one in flag(sentences, claims, readability)}


def test_a_script_is_cut_into_sentences_at_line_breaks_too() -> None:
    script = "So you don't have to google at 3 a.m. You have five days.\n- Ask a pharmacist"

    assert sentences_of_script(script) == [
        "So you don't have to google at 3 a.m.",
        "You have five days.",
        "Ask a pharmacist",
    ]


def test_opinions_are_told_from_claims() -> None:
    assert is_opinion("Honestly the waiting room has the worst magazines in town.")
    assert is_opinion("I think every school should teach this.")
    assert not is_opinion("Bananas rewire the sad part of your brain.")
    assert not is_opinion("Depression can be treated.")


def test_each_kind_of_harm_is_flagged() -> None:
    assert "stigma" in kinds("He committed suicide.")
    assert "unsafe_suicide" in kinds("She died by suicide, it was an overdose.")
    assert "unsafe_eating_disorder" in kinds("My goal weight was 45 kg on this diet.")
    assert "medical_advice" in kinds("Just stop taking your meds.")
    assert "medical_advice" in kinds("Take 800 mg of ibuprofen.")
    assert "absolute" in kinds("This always works for everyone.")
    assert "fear" in kinds("Get tested before it's too late.")


def test_a_careful_script_is_not_flagged_for_harm() -> None:
    found = kinds("WHO says that many people have no symptoms.", "Ask a clinic for a test.")

    assert not found & {"stigma", "unsafe_suicide", "unsafe_eating_disorder", "medical_advice", "absolute", "fear"}
    assert not found & {"missing_source", "call_to_action", "reading_grade"}


def test_what_is_missing_is_named_by_the_index_item() -> None:
    claims = [CheckedClaim(text="Bananas cure flu.", label="not_covered", reason="")]
    found = {one.kind: one.rule for one in flag(["Bananas cure flu."], claims, Readability(grade=11, ease=30, words=4))}

    assert "item 11" in found["missing_source"]
    assert "item 7" in found["reading_grade"]
    assert "items 1 and 2" in found["main_message"]
    assert "item 5" in found["call_to_action"]

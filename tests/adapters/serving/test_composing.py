from __future__ import annotations

from samples import passage
from serving_samples import cited

from adapters.serving.composing import message_of
from bot.model import Referral, with_preface

COUGH = passage("cough", ["Coughs pass.", "Honey soothes.", "Rest helps.", "See someone after three weeks."])
LISTED = "• Coughs pass. [1]\n• Honey soothes. [2]\n• Rest helps. [3]\n• See someone after three weeks. [4]"


def test_several_sentences_stand_below_each_other() -> None:
    answer = cited(COUGH)
    assert message_of(answer, None).text == LISTED
    assert message_of(with_preface(answer, ["Solo puedo responder en inglés."]), None).text.endswith(f".\n{LISTED}")
    referral = Referral(lead="A pharmacist can tell you.", sentences=answer.sentences, citations=answer.citations)
    assert message_of(referral, None).text == f"A pharmacist can tell you.\n{LISTED}"


def test_a_short_answer_is_a_paragraph() -> None:
    assert message_of(cited(passage("flu", ["Rest helps.", "Drink."])), None).text == "Rest helps. [1] Drink. [2]"

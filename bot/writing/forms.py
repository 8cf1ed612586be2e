"""What no sentence of a model may hold, whatever it cites: links, markup, orders, doses, diagnoses, stigma. Pure."""

from __future__ import annotations

import re

from knowledge.lint import stigma_in

_CONDITION = r"(?<!if )(?<!when )(?<!unless )(?<!while )(?<!until )(?<!because )(?<!that )"
"""Not after these: "if you have a fever" judges nobody."""
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        (
            "holds a link or an address",
            r"https?:|www\.|\b[\w-]+\.(?:com|org|net|int|gov|edu|io|info|co|uk|me|ly|health)\b|\S@\S|\bdoi\b|[@#]\w",
        ),
        ("holds markup", r"[<>`*_{}|\\~^]|\]\(|^\s*#|&\w+;|\[|\]"),
        ("holds a phone number", r"\+?\d[\d ()./-]{6,}\d|\b(?:call|text|dial|ring|phone) (?:on |at |us at )?\d+"),
        (
            "gives the model an order",
            r"\bignore (?:all |any |the |your |these |those )?(?:previous |earlier |above )?(?:instructions?|rules)\b|"
            r"\b(?:system prompt|jailbreak|developer mode|unrestricted (?:ai|assistant))\b|\bas an ai\b",
        ),
        (
            "speaks of itself or of instructions",
            r"\b(?:as an? (?:ai|assistant|language model|chatbot|doctor)|"
            r"i am|i'm|i can(?:no|')t|i will|i've|i have|my name|"
            r"system prompt|instructions?|ignore (?:all|the|any|previous|these)|prompt|"
            r"jailbreak|developer mode|override|"
            r"passages?|provided text|text above|context|"
            r"according to (?:the )?(?:source|text|document|article|study))\b",
        ),
        (
            "names a dose",
            r"\d\s*(?:mg|mcg|\u00b5g|micrograms?|milligrams?|ml|millilit\w+|iu|units?|tablets?|pills?|capsules?|puffs?|"
            r"drops?|sachets?|teaspoons?|tablespoons?)\b|\b(?:one|two|three|four|half an?) (?:\w+ )?"
            r"(?:tablets?|pills?|capsules?|puffs?|drops?|doses?|sachets?)\b|"
            r"\b(?:once|twice|\w+ times) (?:a|per|each|every) (?:day|week)|\bevery (?:\d+|four|six|eight) hours",
        ),
        (
            "judges the person",
            rf"{_CONDITION}\byou(?:'ve| have| probably have| likely have| may have| might have|"
            r" could have| must have| clearly have|"
            r" definitely have| are having| are suffering)\b|\b(?:it|this|that) (?:sounds|looks|seems) like\b|"
            r"\byour symptoms? (?:mean|suggest|indicate|point|show)|"
            rf"{_CONDITION}\byou (?:are|seem) (?:infected|ill|sick|pregnant|"
            r"depressed|fine|healthy|safe|ok)\b|"
            r"\byou (?:do not|don't) need (?:a doctor|medical|any|to see|to go|to get)",
        ),
        (
            "blames or frightens",
            r"\b(?:your (?:own )?fault|shame on|disgusting|irresponsible|stupid|idiot|you deserve)\b",
        ),
        ("quotes a source by name", r"\b(?:Dr\.?|Prof(?:essor)?\.?) [A-Z]|\b(?:et al|journal of|published in)\b"),
        (
            "holds characters that are no text",
            r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\ufffd\ue000-\uf8ff]",
        ),
    )
)


_ANY_LANGUAGE = frozenset(
    {"holds a link or an address", "holds markup", "holds characters that are no text", "gives the model an order"}
)


def breaks_form(text: str) -> bool:
    """Whether a text in whatever language, vetted or not, holds a link, markup, an order to a model or no text."""
    return any(reason in _ANY_LANGUAGE and pattern.search(text) for reason, pattern in _RULES)


def fault(sentence: str, vetted: str = "") -> str:
    """What is wrong with the form of a sentence, or ''; what stands in `vetted` in the same words is fine."""
    for reason, pattern in _RULES:
        match = pattern.search(sentence)
        if match and match[0].lower() not in vetted.lower():
            return reason
    if stigma := stigma_in(sentence):
        return f"stigmatises (“{stigma[0][0]}”)"
    return ""

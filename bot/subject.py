"""What a question is about, as far as its wording says so: "how is gout treated" is about gout. Pure.

A question about a thing that the guidance never speaks of finds the nearest other thing ("zorbian fever" finds yellow
fever), with a high likeness. So the thing itself must be spoken of by what was found (`Retriever.speaks_of`).
"""

from __future__ import annotations

import re

MAX_WORDS = 16
"""Longer messages tell a story; their words are not one subject."""

_X = r"(?P<x>[\w' -]{3,60}?)"
_ARTICLE = r"(?:(?:the|a|an|your|my|some|any|his|her|their|our|this|that|these|those)\s+)?"
_END = (
    r"(?=$|[?.!,;:(]|\s+(?:with|if|when|while|before|after|during|from|for|in|on|at|and|or|because|to|that|than|as|by|"
    r"without|every|each|this|these|anymore|again|too|so|but|then|now|right|today|really|actually|just)\b)"
)
_WHO = r"(?:i|you|we|he|she|they|people|someone|doctors)"
_IS = (
    r"good|bad|safe|dangerous|harmful|genetic|hereditary|contagious|catching|permanent|curable|real|a real thing|"
    r"treatable|fatal|deadly|serious|healthy|effective|worth it|addictive|legal|painful|common|ok|okay"
)
_DOES = (
    r"work|help|cause|cure|hurt|make|change|raise|lower|go away|treat|prevent|stop|damage|kill|affect|fix|reduce|boost|"
    r"increase|burn|spread|come back|last|get rid of|protect"
)
_SLOTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:symptoms?|signs?|causes?|treatments?|cures?|side effects?|survival rate|risks?|dangers?|benefits?)\s+"
        rf"(?:of|for|from)\s+{_ARTICLE}{_X}{_END}",
        rf"^(?:so\s+)?what(?:'s| is| are)\s+{_ARTICLE}{_X}{_END}",
        rf"\bwhat causes\s+{_ARTICLE}{_X}{_END}",
        rf"\bhow (?:do|can|should|to|would|did)\s*{_WHO}?\s*"
        rf"(?:treat|cure|get rid of|prevent|catch|heal|manage|remove|fix)\s+{_ARTICLE}{_X}{_END}",
        rf"\bhow (?:is|are)\s+{_ARTICLE}{_X}\s+(?:treated|cured|diagnosed|caught|spread|prevented|passed on)",
        rf"\b(?:is|are)\s+{_ARTICLE}{_X}\s+(?:{_IS})\b",
        rf"\b(?:does|do|can|will|could|did)\s+{_ARTICLE}{_X}\s+(?:{_DOES})\b",
        rf"\b(?:can|should|could|may|do|did) {_WHO} (?:still |just |safely |also )?"
        rf"(?:take|use|mix|try|stop taking|swallow|inject|smoke|snort|apply|put)\s+{_ARTICLE}{_X}{_END}",
        rf"\b(?:mix|combine|take)\s+[\w' -]{{3,40}}?\s+(?:with|and)\s+{_ARTICLE}{_X}{_END}",
        rf"\b(?:drink|smoke|drive|sunbathe|exercise)\s+(?:alcohol\s+)?(?:on|with|while on|while taking)\s+"
        rf"{_ARTICLE}{_X}{_END}",
        rf"\bhow long (?:does|do|will|is|are)\s+{_ARTICLE}{_X}\s+(?:take|last|hurt|stay|keep)\b",
        rf"\b(?:know )?if (?:\w+ ){{1,3}}(?:have|has|got|had)\s+{_ARTICLE}{_X}{_END}",
        rf"\b(?:can|should|could) {_WHO} (?:get|have|fly with|swim with|train with)\s+{_ARTICLE}{_X}{_END}",
        rf"\bbest\s+{_X}{_END}",
    )
)
"""Where a question names what it is about; the table in docs/decisions/0010 says what this finds and what it costs."""


def subjects(question: str) -> tuple[str, ...]:
    """What the question names as its subject, in its own words; empty when the wording does not say, or is long."""
    if len(question.split()) > MAX_WORDS:
        return ()
    return tuple(dict.fromkeys(found["x"].strip() for slot in _SLOTS for found in slot.finditer(question)))

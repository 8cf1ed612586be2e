"""Tells a claim that could be checked from what is only said: opinions, stories, greetings. Pure."""

from __future__ import annotations

import re

_MINE = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|we|our|us)\b|\b(?:honestly|unpopular opinion|imo|imho|tbh|in my opinion|"
    r"no regrets|so far|worth it)\b",
    re.IGNORECASE,
)
_TASTE = re.compile(
    r"\b(?:best|worst|cool(?:er|est)?|boring|fun(?:ny|niest)?|cute|kind(?:est)?|lovely|gorgeous|ugly|awful|amazing|"
    r"awesome|iconic|slay|love[ds]?|hate[ds]?|miss|scam|vibes?|mess|beautiful|pretty|weird|cringe|legend|toughest|"
    r"nicest|favou?rite|brave(?:st)?|wish|hope|deserves?|every school should|whole point|nobody wants to)\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"^(?:hi|hey|hello|ok(?:ay)?|welcome|so,|story ?time|let['\u2019]?s|this one is|this is for|"
    r"here['\u2019]?s (?:what|my)|"
    r"follow|like and|subscribe|comment|drop|stay (?:safe|tuned)|thanks|thank you|that['\u2019]?s it|"
    r"part \d|stitch|duet|"
    r"look after each other|save this|share this|tag )",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:caus\w+|cures?|cured|fix(?:es|ed)?|shrinks?|gives? you|makes? (?:you|your|it|the|people|babies)|resets?|"
    r"prevents?|boosts?|grows?|rewires?|revers\w+|heals?|kills?|burns?|flush\w*|detox\w*|clears?|stops?|protects?|"
    r"doubles?|raises?|lowers?|reduces?|increas\w+|spreads?|works?|proven|proves?|contains?|leads? to|melts?|restores?|"
    r"balances?|unblocks?|removes?|turns?|builds?|wakes?|went up|draws? out|cancels?|erases?|wipes?|sucks?|\d+ ?%|"
    r"percent|according to|studies|scientists|doctors say)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|am|has|have|had|do|does|did|can|will|would|should|may|might|must|could|isn|aren|"
    r"don|doesn|won|can't|cannot|'s|'re|\w+(?:ed|ing|es|s))\b",
    re.IGNORECASE,
)


def is_opinion(sentence: str) -> bool:
    """True when the sentence says what somebody feels, likes or did, or only talks to the viewers."""
    if _TALK.search(sentence) or not _VERB.search(sentence):
        return True
    tells = bool(_TELLS.search(sentence))
    return bool(_TASTE.search(sentence) or _MINE.search(sentence)) and not tells


def sounds_personal(sentence: str) -> bool:
    """Whether it speaks of the speaker or of taste at all: then only near evidence makes it a health claim."""
    return bool(_MINE.search(sentence) or _TASTE.search(sentence) or _TALK.search(sentence))

"""Takes personal details out of a question before it is kept. Pure. What it cannot tell from plain words stays."""

from __future__ import annotations

import re

MAX_KEPT = 300
"""Characters of a question that are kept."""

_WORD = r"(?-i:[A-Z\u00c0-\u00de](?![A-Z])[\w'\u2019-]+)"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
_STOP = (
    r"(?!(?:not|a|an|the|is|in|so|and|but|i|im|i'm|i\u2019m|my|from|can|what|how|do|does|pls|please|its|it's|age|aged)"
    r"\b)"
)
_ANY_NAME = rf"{_STOP}[\w'\u2019-]+(?: {_STOP}[^\W\d][\w'\u2019-]*)?(?: {_WORD})?"
_RELATIVE = (
    r"(?:boyfriend|girlfriend|bf|gf|friend|bestie|partner|husband|wife|fianc[e\u00e9]e?|ex|mum|mom|mother|dad|father|"
    r"brother|sister|cousin|son|daughter|roommate|flatmate|boss|teacher|doctor|dr\.?|therapist|crush)"
)
_STREET = r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|boulevard|blvd|way|square)"
_NOT_NAMES = (
    r"(?!(?-i:I|I'm|Type|Stage|Covid|Crohn|Muslim|Christian|Jewish|Hindu|Catholic|Black|White|Asian|African|American|"
    r"British|English|Indian|Kenyan|Nigerian|French|German|Spanish|Not|So|Very|Really|Just|Pregnant|Gay|Bi|Trans|"
    r"Having|Feeling|Scared|Worried|Sick|Tired|Sad|In|On|At|A|An|The|From|Still|Going)\b)"
)

_RULES: tuple[tuple[str, str], ...] = (
    (r"\b[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+\b", "[email]"),
    (r"\b(?:https?://|www\.)\S+", "[link]"),
    (r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|me|gg|co|uk|de|in|app)\b(?:/\S*)?", "[link]"),
    (r"(?<![\w@])@[\w.]{2,}|\b[\w.]{2,32}#\d{4}\b|\b[ur]/[\w-]{3,}", "[handle]"),
    (r"\b(?:insta(?:gram)?|snap(?:chat)?|telegram|discord|tiktok|ig)\s*(?:is|name|id)?\s*[:=]\s*\S+", "[handle]"),
    (r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b", "[date]"),
    (r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){5,}", "[number]"),
    (r"\b\w*\d{5,}\w*\b", "[number]"),
    (rf"\b\d{{1,5}}[a-z]?,? (?:[A-Z][\w'-]+ ){{1,3}}{_STREET}\b\.?", "[address]"),
    (rf"\b((?:my|our|his|her|their)(?: (?:full|first|last|real))? ?name(?:'s| is|s| was)?:?|i am called|"
     rf"i['\u2019]?m called|call me|calls me|this is my friend|named|goes by)\s+{_ANY_NAME}", r"\1 [name]"),
    (rf"(\b(?:i am|i['\u2019]?m|this is)\s+){_NOT_NAMES}{_NAME}", r"\1[name]"),
    (rf"(\bmy (?:\w+ )?{_RELATIVE},? )(?:is |called |named )?{_NOT_NAMES}{_NAME}", r"\1[name]"),
    (rf"(\b(?:mr|mrs|ms|miss|dr|prof|sir|coach)\.? ){_NAME}", r"\1[name]"),
    (rf"(\b(?:hi|hey|hello|dear),? ){_NOT_NAMES}{_NAME}", r"\1[name]"),
    (rf"((?:\bthanks?(?: you)?|\bregards|\bcheers|\blove|\bxx?),?\s+){_NAME}\s*$", r"\1[name]"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in _RULES)


def redact(question: str) -> str:
    """The question on one line, cut at `MAX_KEPT`, with [email], [link], [number], [name] … for what it held.

    Detail is taken out before the cut, so that half an address is never left at the end.
    """
    text = " ".join(question.split())
    for pattern, instead in _COMPILED:
        text = pattern.sub(instead, text)
    return text if len(text) <= MAX_KEPT else text[:MAX_KEPT].rsplit(" ", 1)[0] + " \u2026"

"""Greetings, thanks, "who are you": short human replies, recognised by whole-message patterns. Pure but for the texts."""

from __future__ import annotations

import re

from bot.model import SmallTalk
from bot.phrases import phrases

_PATTERNS: dict[str, str] = {
    "greeting": r"(?:hi+|hello+|hey+|heya|hiya|yo+|sup|salut|namaste|hola|good (?:morning|afternoon|evening|day)|greetings)"
    r"(?: (?:there|bot|citewell|everyone|all|friend|bro|sis))?",
    "thanks": r"(?:ok(?:ay)?,? )?(?:thanks?|thank you|thank u|thx|ty|tysm|cheers|much appreciated|great,? thanks?)"
    r"(?: (?:so much|a lot|very much|bot|man|for (?:your |the )?(?:help|answer|info)))*",
    "goodbye": r"(?:bye+|goodbye|good night|gn|see (?:you|ya)(?: later)?|cya|take care)",
    "identity": r"(?:who|what) (?:are|r) (?:you|u)|are (?:you|u) (?:a |an )?(?:real |actual )?(?:doctor|dr|nurse|human|person|bot|robot|ai|therapist)"
    r"|what(?:'s| is) your name|who (?:made|built|created|runs) (?:you|this(?: bot)?)|are you real|is this a (?:bot|real person|human)",
    "wellbeing": r"how are (?:you|u)(?: (?:today|doing))?|how(?:'s| is) it going|how(?:'re| are) things|what's up|wassup|wyd",
    "help": r"help|/?start|what can (?:you|u) do(?: for me)?|how do(?:es)? (?:this|you) work|how do i use (?:this|you)|menu|commands",
    "insult": r"(?:you(?:'re| are)? |ur |u r |this (?:bot )?is |this )?(?:so |such |a |an |fucking |f\*+ing |really |absolute )*"
    r"(?:stupid|useless|dumb|idiot|trash|rubbish|garbage|shit|crap|moron|worthless|terrible|suck|sucks|fuck you|fuck off|stfu)(?: bot| ai| thing| app)*",
}
_COMPILED = {name: re.compile(rf"(?:{pattern})[\s.!?,]*", re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def small_talk(text: str) -> SmallTalk | None:
    """A reply when the whole message is small talk, no words at all, or only a link; else None."""
    flat = text.strip().replace("’", "'")
    if _LINK.fullmatch(flat):
        return SmallTalk(text=phrases()["link"])
    if not any(character.isalnum() for character in flat):
        return SmallTalk(text=phrases()["emoji"])
    for name, pattern in _COMPILED.items():
        if pattern.fullmatch(flat):
            return SmallTalk(text=phrases()[name])
    return None

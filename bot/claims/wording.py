"""Takes a claim out of its wrapping: who said it, "is it true that", "right?", and denials around it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHO = (
    r"(?:(?:my|our|his|her|their|your|this|that|some|a|an|one|the|these|every) )(?:[\w'\u2019-]+ ){1,4}?"
    r"|(?:mum|mom|mama|dad|grandma|granny|nan|auntie?|teacher|doctor|google|reddit|tik ?tok|insta(?:gram)?|facebook|"
    r"youtube|twitter|whatsapp|people|they|folks|everyone|everybody|someone|somebody|influencers?|"
    r"experts?|the internet|"
    r"word|rumou?r|chatgpt|mates?|friends?|a lot of people|lots of people|loads of people|some people) "
)
_SAYS = (
    r"(?:says?|said|saying|swears?|swore|told (?:me|us|her|him)|tells? (?:me|us|everyone)|reckons?|claims?|claimed|"
    r"insists?|thinks?|believes?|keeps? (?:saying|telling (?:me|us))|taught (?:me|us)|posted|preaches|argues|is saying|"
    r"are saying|is convinced|was telling me|just said|has it|goes)"
)
_LEADING = (
    rf"(?:{_WHO}){_SAYS}(?: (?:me|us))?(?: that)?[,:]? ",
    r"(?:saw|heard|read|seen|watched|came across)(?: (?:it|this|somewhere|online|a (?:post|video|tiktok|reel)))?"
    r"(?: (?:on|in|from) [\w ]{3,20}?)?(?: (?:saying|where))? (?:that )?",
    r"i(?:['\u2019]ve| have)? (?:just )?(?:saw|heard|read|seen|was told|learned|learnt|believe|think|"
    r"thought|keep hearing|"
    r"found out)(?: (?:somewhere|online|on \w+(?: \w+)?))? (?:that )?",
    r"(?:apparently|supposedly|allegedly|rumou?r has it(?: that)?|they reckon(?: that)?|word is(?: that)?),? ",
    r"(?:fact[- ]?check(?: (?:please|pls|this|me))?|true or (?:false|not)|myth or (?:fact|not)|"
    r"fact or (?:myth|fiction)|"
    r"is (?:this|that|it) (?:actually |really |even )?(?:true|legit|right|correct|real|accurate|a fact)|verify|legit|"
    r"real talk|serious question|quick question|question|claim|hot take|unpopular opinion|psa|fun fact)"
    r"(?: (?:that|if|how|when))?[:?,!]* ",
    r"(?:the |and the )?(?:good|bad|great|best|real) (?:news|thing|part) is(?: that)?,? ",
    r"(?:and |so )?(?:one|two|three|four|five|six|first|second|third|next|then|finally|lastly|number \w+|"
    r"myth \w+|fact \w+)"
    r"[:,.] ",
    r"(?:so|ok|okay|hey|hi|lol|omg|guys|wait|well|but|and|um|bro|dude|honestly|pls|please)[,!]? ",
    r"[^:.?!]{0,40}\b(?:reddit|tik ?tok|insta\w*|facebook|youtube|forum|whatsapp|twitter|post|video|"
    r"comments?|group|blog|"
    r"meme|podcast|reel|dms?|headline)\b[^:.?!]{0,25}: ",
)
_DENYING = (
    r"(?:it(?:['\u2019]s| is) (?:just )?(?:not true|not the case|not right|false|untrue|wrong|a myth|"
    r"a lie|nonsense|rubbish|"
    r"bs|simply not true)(?: to say)?|there(?:['\u2019]s| is) no truth in (?:the claim|the idea|saying)?|"
    r"(?:i )?(?:do not|don['\u2019]t) (?:believe|buy|think)(?: (?:it when people say|anyone who says|the claim))?|"
    r"nobody should believe|it isn['\u2019]?t true|it ain['\u2019]?t true|the (?:myth|lie|rumou?r|idea)) (?:that )",
    r"(?:who says|since when is it true)(?: that)? ",
)
_TRAILING = (
    r"[,.;!?\u2014-]* *(?:(?:is (?:that|this|it) )?(?:right|legit|true|correct|a fact|real|accurate|facts|"
    r"cap|no cap|fr|"
    r"tbh|imo|lol|innit|no joke|seriously|yeah|yes|no|huh|eh|or not|or nah|or what|true or false|myth or fact|"
    r"fact or fiction|isn['\u2019]?t it|don['\u2019]?t they|doesn['\u2019]?t it|can['\u2019]?t (?:you|it)|am i right|"
    r"is that (?:so|a myth|bs)|or is (?:that|it) (?:just )?(?:a myth|bs|nonsense|made up))) *[?!.]*$",
    rf"[,;\u2014-]+ *(?:(?:that['\u2019]?s|or so|at least|or) )?(?:(?:what|as) )?(?:{_WHO}){_SAYS}[^,]{{0,25}}$",
    rf"[,;\u2014-]+ *{_SAYS} (?:my|our|the|a|his|her|some) [\w' ]{{2,25}}$",
    r"[,;\u2014-]+ *(?:everybody|everyone)[\w ]{0,25} knows (?:it|that|this)$",
    r"[,;\u2014-]+ *(?:that['\u2019]?s|thats) (?:the rule|a fact|it|how it works|just (?:science|"
    r"how it is)|common knowledge)$",
    r"[,;\u2014-]+ *(?:end of(?: story)?|full stop|period|simple as|trust me|believe me|just saying|so relax|fyi)$",
)
_LEAD = tuple(re.compile(rf"^{pattern}", re.IGNORECASE) for pattern in _LEADING)
_DENY = tuple(re.compile(rf"^{pattern}", re.IGNORECASE) for pattern in _DENYING)
_TRAIL = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _TRAILING)
_WARNED = re.compile(
    r"^(?:please )?(?:don['\u2019]?t|do not|never) (?:believe|trust|fall for) (?=[^,.;]{3,45}[,.;] )", re.IGNORECASE
)
"""A warning about words that somebody uses, before the claim itself: "Don't believe the label, …"."""
_LEAST = 8
"""Characters that must be left; what is shorter was no wrapping but the claim."""

_PARTS = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_AND = re.compile(r",?\s+(?:and(?: (?:that|also))?|plus|but|while)\s+", re.IGNORECASE)
_CLAUSE_LIKE = re.compile(
    r"^(?:it|they|you|u|he|she|we|there|that|this|those|the|a|an|[\w'-]+)(?: [\w'-]+){0,4}? "
    r"(?:is|are|was|were|can|can['\u2019]?t|cannot|will|won['\u2019]?t|does|do|don['\u2019]?t|doesn['\u2019]?t|should|"
    r"shouldn['\u2019]?t|may|might|must|has|have|causes?|prevents?|cures?|makes?|gives?|spreads?|kills?|protects?|needs?|"
    r"works?|comes?|goes|lasts?|stops?|helps?|isn['\u2019]?t|aren['\u2019]?t)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(r"\b(?:it|its|it's|they|them|those|these|this|that)\b", re.IGNORECASE)
_RHETORICAL = re.compile(r"(?:\w+n['\u2019]?t)\b", re.IGNORECASE)
"""A question that opens with "isn't" keeps its mark: without it, it would read as a denial."""
_PRONOUN = re.compile(r"^(?:it|they|he|she|that|this|those|there)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement, unwrapped. `denied`: it stood inside a denial ("it's a myth that …")."""

    text: str
    denied: bool = False


def unwrap(text: str) -> Claim:
    """The claim itself, without who said it and without "is it true that … right?"."""
    claim = " ".join(text.split()).strip(" \"'\u201c\u201d\u2018*_>")
    denied = False
    for _ in range(4):
        before = claim
        claim = _WARNED.sub("", claim)
        for pattern in _DENY:
            stripped = pattern.sub("", claim)
            if stripped != claim and len(stripped) >= _LEAST:
                claim, denied = stripped, not denied
        for pattern in (*_LEAD, *_TRAIL):
            stripped = pattern.sub("", claim).strip(" ,;:\"'\u201c\u201d")
            if len(stripped) >= _LEAST and len(stripped.split()) >= 3:
                claim = stripped
        if claim == before:
            break
    if not _RHETORICAL.match(claim):
        claim = claim.rstrip("?!. ")
    return Claim(text=claim, denied=denied)


def split_parts(text: str) -> list[str]:
    """The statements of a message, at most five: sentences, and both sides of an "and" that could stand alone."""
    parts: list[str] = []
    for sentence in _PARTS.split(text):
        whole = sentence.strip(" ,;")
        if len(whole.split()) < 3:
            if parts:
                parts[-1] = f"{parts[-1]} {whole}"
            elif whole:
                parts.append(whole)
            continue
        sides = _AND.split(whole)
        if len(sides) == 2 and all(_stands_alone(side) for side in sides):
            parts += [sides[0].strip(), sides[1].strip()]
        else:
            parts.append(whole)
    return parts[:5] or [text]


def leans_back(sentence: str) -> bool:
    """True when a sentence holds a pronoun that may stand for the topic of what came before."""
    return bool(_POINTER.search(sentence))


def points_back(part: str) -> bool:
    """True when a part opens with a pronoun and so needs its topic from what came before."""
    return bool(_PRONOUN.match(part.strip()))


def _stands_alone(side: str) -> bool:
    return len(side.split()) >= 4 and bool(_CLAUSE_LIKE.match(side.strip()))

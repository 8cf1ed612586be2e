"""Do two statements point the same way? Negation, opposite words and reach, read from the words alone. Pure.

Used to tell a claim from its own denial: an embedding puts "X causes Y" and "X does not cause Y" side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

_NOT_NEGATING = re.compile(
    r"(?:^|[,;] |\bbut |\band )not (?:only|just|merely)\b|\bnot (?:until|sure|to mention|long)\b|"
    r"\bno (?:matter|joke|wonder|doubt|offen[cs]e|cap|longer than)\b"
    r"|\bwhy not\b|\bor not\b|\bif not\b|\bnot at all sure\b|\b[a-z]+-free\b|\bnothing but\b|\bcan(?:no|"
    r"')t (?:help|wait)\b"
    r"|\bno one'?s? business\b|\bnot (?:un|in|im|ir)[a-z]{4,}\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|cannot|neither|nor|without|cant|dont|doesnt|isnt|arent|wont|"
    r"didnt|couldnt|shouldnt|wouldnt|wasnt|aint|nope|hardly|rarely|barely|(?:zero|no) (?:risk|chance)|"
    r"avoid\w*|skip(?:ping|s)?|refus\w+|"
    r"impossible|infertil\w*|barren|sterile|lacks?|lacking|fails? to|failed to|unable|"
    r"(?:is|are|was|were|do|does|did|ca|could|wo|would|should|have|has|need|must|ai)n['\u2019]t)\b",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(
    r"^\W*(?:but |so |and |wait )?(?:is|are|was|were|do|does|did|ca|could|wo|would|should|have|"
    r"has)n['\u2019]?t\b[^.?!]*\?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:.!?\u2013\u2014]+\s|\s(?:because|cos|since|so that|so|but|although|even (?:if|when|though)|"
    r"unless|therefore|=|and)\s",
    re.IGNORECASE,
)

_AXES = tuple(
    (re.compile(rf"\b(?:{up})\b", re.IGNORECASE), re.compile(rf"\b(?:{down})\b", re.IGNORECASE))
    for up, down in (
        (
            r"increas\w*|rais(?:e|es|ing)|higher|more|greater|gain\w*|boost\w*|stronger|longer|faster|worsens?|grows?",
            r"decreas\w*|reduc\w+|lower\w*|less|fewer|los(?:e|es|ing)|weaken\w*|weaker|shorter|slower|cuts?|shrinks?",
        ),
        (
            r"safe(?:r|ly|st)?|better|best|harmless|gentler?|no risk|healthy|healthier|fine|ok(?:ay)?|good for|"
            r"mild|not serious",
            r"unsafe|danger\w*|harm(?:s|ful|ed|ing)?|toxic|damag\w+|unhealthy|risky|deadly|serious\w*|severe\w*|poison\w*"
            r"|kills?|risks?|bad for|worse|worst|wrecks?|ruins?|fry|fries|destroys?|hurts?",
        ),
        (
            r"works?|effective\w*|helps?|useful|protects?|prevents?|benefits?|stops?|eases?|improves?",
            r"useless|ineffective\w*|pointless|no point|waste|does nothing|do nothing|makes? no difference|no use",
        ),
        (
            r"cur(?:e|es|ed|able)|treatable|treated|recover\w*",
            r"incurable|untreatable|for life|lifelong|for ever|forever",
        ),
        (
            r"common\w*|many|most|lots?|loads|plenty|widespread",
            r"rare(?:ly)?|uncommon|few|hardly any|almost nobody|wiped out",
        ),
        (
            r"caus(?:e|es|ed|ing)|leads? to|gives? you|brings? on|triggers?",
            r"prevents?|protects? (?:from|against)|cures?",
        ),
        (r"contagious|infectious|catching|spreads?|pass(?:es)? on", r"not contagious|non-?contagious"),
        (r"legal(?:ly)?|allowed", r"illegal(?:ly)?|banned|forbidden|against the law"),
        (r"before", r"after"),
        (r"natural(?:ly)?|normal", r"abnormal|unnatural|artificial"),
        (r"start(?:s|ing)?|begin", r"quit(?:ting|s)?|stop taking|give up"),
        (r"hot|warm", r"cold|cool|ice|icy"),
        (r"always|every time|all the time", r"sometimes|occasionally|never"),
    )
)

UNIVERSAL = re.compile(
    r"\b(?:always|never|only|all|every(?:one|body|thing|where)?|any(?:one|body)?|none|nobody|no one|must|impossible|"
    r"guarantee\w*|completely|totally|entirely|100 ?(?:%|percent|per cent)|zero|for ?ever|for life|the only|just|"
    r"no (?:risk|point|need|way|reason|use|matter)|can(?:no|')?t|perfectly|straight away|instantly|at all|nothing|"
    r"automatically|proves?|means?|definitely|exactly|no doubt)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"\b(?:can|may|might|could|some(?:times|one|body)?|many|most(?:ly)?|often|usually|likely|plenty|loads|lots|a few|"
    r"several|sometimes|up to|about|around|nearly|almost|part of|tends?|risk|possible|possibly|in some|help[s]?|"
    r"few|at least|rare(?:ly)?)\b",
    re.IGNORECASE,
)

_WORD = re.compile(r"[a-z][a-z'\u2019-]*[a-z]|\d+(?:[.,]\d+)?")
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "by",
        "with",
        "and",
        "or",
        "but",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "might",
        "must",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "they",
        "them",
        "their",
        "there",
        "he",
        "she",
        "his",
        "her",
        "you",
        "your",
        "we",
        "our",
        "us",
        "as",
        "if",
        "than",
        "then",
        "so",
        "such",
        "not",
        "no",
        "also",
        "which",
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "how",
        "while",
        "into",
        "my",
        "me",
        "i",
        "u",
        "ur",
        "im",
        "just",
        "really",
        "actually",
        "basically",
        "get",
        "gets",
        "got",
        "getting",
        "go",
        "goes",
        "going",
        "thing",
        "things",
        "someone",
        "somebody",
        "people",
        "person",
        "people's",
        "lol",
        "tbh",
        "like",
        "one",
        "don't",
        "can't",
        "isn't",
        "doesn't",
        "won't",
        "aren't",
        "never",
        "any",
        "all",
        "some",
        "only",
        "up",
        "out",
        "off",
        "about",
        "because",
        "very",
        "too",
        "even",
        "ever",
        "still",
    ]
)
_SAME_THING = {
    "jab": "vaccin", "jabs": "vaccin", "shot": "vaccin", "shots": "vaccin", "vaccine": "vaccin", "vaccinated": "vaccin",
    "vaccination": "vaccin", "immunisation": "vaccin", "immunization": "vaccin", "vax": "vaccin", "booze": "alcohol",
    "drinking": "alcohol", "beer": "alcohol", "wine": "alcohol", "liquor": "alcohol", "smear": "screening",
    "clap": "gonorrhoea", "gonorrhea": "gonorrhoea", "chlam": "chlamydia", "thrush": "yeast", "candida": "yeast",
    "endo": "endometriosis", "blowjob": "oral", "head": "head", "zits": "acne", "weed": "cannabis", "pot": "cannabis",
    "marijuana": "cannabis", "e-cig": "vape", "e-cigs": "vape", "e-cigarettes": "vape", "vapes": "vape",
    "vaping": "vape",
    "cigs": "tobacco", "cigarettes": "tobacco", "smoking": "tobacco", "smoke": "tobacco", "smoked": "tobacco",
    "tablets": "medicine", "meds": "medicine", "drug": "medicine", "drugs": "medicine", "pills": "pill",
    "contraceptives": "contraception", "contraceptive": "contraception", "period": "period", "tummy": "belly",
    "stomach": "belly", "kid": "child", "kids": "child", "children": "child", "babies": "baby", "infant": "baby",
    "girl": "woman", "girls": "woman", "women": "woman", "guys": "man", "guy": "man", "men": "man", "boys": "man",
    "boy": "man", "bloke": "man", "blokes": "man", "infertile": "infertil", "barren": "infertil", "sterile": "infertil",
    "catch": "catch", "contract": "catch", "std": "sti", "stds": "sti", "stis": "sti", "flu": "influenza",
    "anxious": "anxiety", "depressed": "depression", "hep": "hepatitis", "lice": "lice", "nits": "lice", "pee": "urine",
    "peeing": "urine", "poop": "stool", "poo": "stool", "doctor": "doctor", "docs": "doctor", "gp": "doctor",
    "workout": "exercise", "gym": "exercise", "sport": "exercise", "exercising": "exercise", "sick": "ill",
    "illness": "ill", "cavities": "decay", "bloke's": "man", "fever": "fever", "temperature": "fever",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A statement, read once: its words (stems), whether it denies as a whole, and each clause likewise."""

    text: str
    words: frozenset[str]
    denies: bool
    clauses: tuple[tuple[frozenset[str], bool], ...]
    axes: tuple[tuple[bool, bool], ...] = ()


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def words_of(text: str) -> frozenset[str]:
    """The words that carry meaning, as stems, everyday names folded into one."""
    found = [word.replace("\u2019", "'").removesuffix("'s") for word in _WORD.findall(text.lower())]
    kept = [_SAME_THING.get(word, word) for word in found if word not in _STOP]
    return frozenset(_stemmer().stemWords(kept))


@lru_cache(maxsize=50_000)
def read(text: str, flipped: bool = False) -> Reading:
    """Read a statement. `flipped`: it was said inside a denial ("it's a myth that …")."""
    clauses = tuple((words_of(part), denies(part)) for part in _CLAUSE.split(text) if part and part.strip())
    whole = denies(text) != flipped
    return Reading(
        text=text,
        words=words_of(text),
        denies=whole,
        clauses=tuple((words, each != flipped) for words, each in clauses if words),
        axes=tuple((bool(up.search(text)), bool(down.search(text))) for up, down in _AXES),
    )


def denies(text: str) -> bool:
    """True when the statement holds an odd number of negations; a question that opens with one does not count."""
    plain = _NOT_NEGATING.sub(" ", text)
    count = len(_NEGATION.findall(plain))
    return (count - bool(_RHETORICAL.search(plain))) % 2 == 1


def opposed(one: Reading, other: Reading) -> float:
    """How surely the two point opposite ways: 0 (same way), 0.5 (the words disagree with each other) or 1."""
    turned = opposite_words(one, other)
    whole = (one.denies != other.denies) != turned
    part = (_nearest_clause(one, other.words) != _nearest_clause(other, one.words)) != turned
    return (whole + part) / 2


def _nearest_clause(reading: Reading, words: frozenset[str]) -> bool:
    """Whether the clause that shares most with `words` denies."""
    best, denied = -1.0, reading.denies
    for held, each in reading.clauses:
        shared = len(held & words) - 0.1 * len(held - words)
        if shared > best:
            best, denied = shared, each
    return denied


def opposite_words(one: Reading, other: Reading) -> bool:
    """One goes up where the other only goes down, on an odd number of axes."""
    turns = 0
    for first, second in zip(one.axes, other.axes, strict=True):
        turns += first in ((True, False), (False, True)) and second == (first[1], first[0])
    return turns % 2 == 1


def share(words: frozenset[str], held: frozenset[str]) -> float:
    """The share (0 to 1) of `words` that `held` has too."""
    return len(words & held) / len(words) if words else 0.0

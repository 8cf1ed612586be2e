"""Makes a brief from a topic's passages. Every sentence that claims something is a vetted one, with its citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.briefing.choosing import choose_sections, fallacy_of, kind_of, leading_myth
from bot.briefing.model import Brief, MythBlock, Point, Request
from bot.briefing.readability import read_aloud
from bot.briefing.scripting import write_script
from bot.briefing.texts import care_for, helpline_kinds, texts
from bot.careful import FIGURES
from bot.errors import InputError
from bot.grounding import DraftSentence, Grounded, ground
from bot.support.verbatim import VerbatimSupport
from knowledge.model import SayInstead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Sentence
    from knowledge.helplines import Helpline, Helplines
    from knowledge.model import Guidance, Passage, SourcedSentence

_MAIN = ("now", "prevent", "treat", "care")
_MYTH_FACTS = 3


def make_brief(request: Request, passages: Sequence[Passage], guidance: Guidance | None, helplines: Helplines) -> Brief:
    """A brief on one topic; `passages` are the topic's, in file order, at least one a section.

    `guidance` is the topic's file where it is at hand: it holds the advice on wording and the review status.
    """
    first = passages[0]
    care = care_for(first.guidance_id, first.topics)
    if "eating" in care:
        passages = [passage for passage in passages if not FIGURES.search(f"{passage.section} {passage.text}")]
    chosen = choose_sections(passages, request.audience)
    if not chosen:
        raise InputError(f"the guidance on {first.guidance_title} has no section to make a brief from")
    myth = leading_myth(passages)
    grounded = _ground(chosen, myth)
    said = {sentence.text: sentence for sentence in grounded.sentences}
    main = _main(chosen, said)
    points = tuple(_point(passage, said, main) for passage in chosen)
    block = _myth_block(myth, said) if myth else None
    lines = _helplines(first, helplines, request.country)
    action = texts().call_to_action["care" if care & {"suicide", "eating", "violence"} else request.audience]
    hook = _hook(chosen, main, block if not care else None)
    script = write_script(request, hook, main, points, block, action, careful=bool(care))
    sources = list(dict.fromkeys(citation.source.publisher for citation in grounded.citations))
    return Brief(
        request=request,
        topic=first.guidance_id,
        title=first.guidance_title,
        hook=hook,
        main_message=main,
        points=points,
        myth=block,
        script=script,
        wording=_wording(guidance, sorted(care)),
        call_to_action=action,
        helplines=lines,
        caption=_caption(main, sources, lines),
        hashtags=_hashtags(first, request),
        alt_text=f"Video about {first.guidance_title}. Text cards ask: {' '.join(point.question for point in points)}",
        disclosure=_disclosure(guidance, passages, sources),
        credibility=_credibility(len(grounded.sentences)),
        readability=read_aloud(" ".join(line.say for line in script)),
        citations=grounded.citations,
    )


def _ground(chosen: Sequence[Passage], myth: Passage | None) -> Grounded:
    """Every sentence that the brief may say, numbered."""
    drafts: dict[str, DraftSentence] = {}
    for passage in [*chosen, *([myth] if myth else [])]:
        for sentence in passage.sentences:
            drafts.setdefault(sentence.text, _draft(passage, sentence))
    return ground(drafts.values(), [*chosen, *([myth] if myth else [])], VerbatimSupport())


def _draft(passage: Passage, sentence: SourcedSentence) -> DraftSentence:
    rests_on = tuple((passage.id, source_id, sentence.text) for source_id in sentence.source_ids)
    return DraftSentence(text=sentence.text, rests_on=rests_on)


def _main(chosen: Sequence[Passage], said: dict[str, Sentence]) -> Sentence:
    """One main message: what to do, else what it is."""
    kinds = {kind_of(passage): passage for passage in reversed(chosen)}
    for kind in _MAIN:
        if kind in kinds and (kind != "now" or {"emergencies", "first-aid", "emergency"} & set(kinds[kind].topics)):
            return said[kinds[kind].sentences[0].text]
    return said[chosen[0].sentences[0].text]


def _point(passage: Passage, said: dict[str, Sentence], main: Sentence) -> Point:
    """The section's first sentence to say, unless it is the main message; the others can be added."""
    sentences = [said[sentence.text] for sentence in passage.sentences if sentence.text in said]
    say = next((sentence for sentence in sentences if sentence is not main), sentences[0])
    return Point(
        question=passage.section, say=say, add=tuple(sentence for sentence in sentences if sentence is not say)
    )


def _myth_block(myth: Passage, said: dict[str, Sentence]) -> MythBlock:
    facts = tuple(said[sentence.text] for sentence in myth.sentences[:_MYTH_FACTS] if sentence.text in said)
    return MythBlock(
        claim=myth.section, verdict=myth.myth or "false", facts=facts, fallacy=texts().fallacies[fallacy_of(myth)]
    )


def _hook(chosen: Sequence[Passage], main: Sentence, myth: MythBlock | None) -> str:
    """A question, so that it claims nothing: the leading myth as one, or the question that the main message answers."""
    if myth:
        return texts().hook_myth.format(claim=myth.claim.rstrip("."))
    answered = next((one for one in chosen if any(s.text == main.text for s in one.sentences)), chosen[0])
    return texts().hook_plain.format(question=answered.section)


def _helplines(first: Passage, helplines: Helplines, country: str | None) -> tuple[Helpline, ...]:
    """Lines of the country where the topic needs them, else directories; the emergency number for emergencies."""
    kinds = helpline_kinds(care_for(first.guidance_id, first.topics), first.topics)
    urgent = {"emergencies", "emergency", "first-aid"} & set(first.topics) or "overdose" in first.guidance_id
    shown: list[Helpline] = list(helplines.emergency(country)[:1]) if country and (urgent or kinds) else []
    for kind in kinds:
        found = helplines.lines(country, kind)[:2] if country else ()
        shown += [line for line in (found or helplines.directories(kind)[:1]) if line not in shown]
    return tuple(shown)


def _wording(guidance: Guidance | None, care: Sequence[str]) -> SayInstead:
    rules = tuple(rule for one in care for rule in texts().safe_messaging.get(one, []))
    given = guidance.say_instead if guidance else SayInstead()
    return SayInstead(prefer=given.prefer, avoid=tuple(dict.fromkeys([*given.avoid, *rules])))


def _caption(main: Sentence, publishers: Sequence[str], lines: Sequence[Helpline]) -> str:
    numbers = "; ".join(f"{line.name}: {line.phone or line.url}" for line in lines)
    return " ".join([main.marked, f"Sources: {', '.join(publishers)}.", *([f"Help: {numbers}."] if numbers else [])])


def _hashtags(first: Passage, request: Request) -> tuple[str, ...]:
    names = [first.guidance_title, *first.topics[:3], "health facts"]
    names += {"teens": ["teen health"], "parents": ["parenting"]}.get(request.audience, [])
    tags = ["#" + "".join(word[:1].upper() + word[1:] for word in name.replace("-", " ").split()) for name in names]
    return tuple(dict.fromkeys("#" + "".join(c for c in tag if c.isalnum()) for tag in tags))


def _disclosure(guidance: Guidance | None, passages: Sequence[Passage], publishers: Sequence[str]) -> str:
    checked = min(passage.checked_on for passage in passages).isoformat()
    status = guidance.review.status if guidance else "not known"
    return texts().disclosure.format(
        publishers=", ".join(publishers), checked=checked, status=status, partner=texts().partner
    )


def _credibility(count: int) -> tuple[str, ...]:
    named = texts().credibility
    return (named["science"].format(count=count), named["objective"], named["transparent"])

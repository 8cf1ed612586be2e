"""The urgent reply: reviewed texts with the numbers of the person's country. Needs no model, index or network."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.first_aid import first_aid
from bot.model import Urgent, UrgentCategory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.triage import Alert
    from knowledge.helplines import Helpline, Helplines

_MOST_LINES = 3
Topic = Literal["suicide", "violence", "child", "poison"]


class _Reply(BaseModel):
    """One reply as data: see replies/en.yaml."""

    model_config = ConfigDict(extra="forbid")

    service: Literal["ambulance", "police"]
    lines: list[Topic] = []
    first: list[str] = Field(min_length=1, max_length=3)
    say: str = ""
    listen: str = ""
    more: str = ""
    after: list[str] = []
    forget: bool = False


class _Texts(BaseModel):
    """The replies of one language."""

    model_config = ConfigDict(extra="forbid")

    language: str
    native_reviewed: bool
    review: str
    call: str
    call_unknown: str
    call_if: str
    call_if_unknown: str
    number_unknown: str
    or_: str = Field(alias="or")
    text_or_open: str
    phone_line: str
    anywhere: str
    find_number: str
    tell_country: str
    directory: str
    forget: str
    replies: dict[str, _Reply]
    follow_on: dict[str, str]


def compose_urgent(alert: Alert, helplines: Helplines, country: str | None) -> Urgent:
    """What to do now, what to say on the phone, whom to call; every number is from `helplines`.

    `country` is ISO 3166-1 alpha-2 or None. An unknown country gets no country's number, but how to find it.
    """
    texts = _texts(alert.language)
    reply = texts.replies.get(_chosen(alert)) or texts.replies[alert.category]
    emergency = helplines.emergency(country, reply.service) if country else ()
    lines, directories = _support(_topics(reply, alert), helplines, country)
    wheres = _numbers(emergency, texts)
    shown = [_fill(line, texts, wheres) for line in reply.first]
    shown += [reply.say] if reply.say else []
    shown += [reply.more] if reply.more else []
    if not emergency:
        shown.append(texts.find_number)
        shown += [texts.anywhere.format(phone=helplines.anywhere.phone)] if helplines.anywhere else []
    shown += [reply.listen] if reply.listen and (lines or directories) else []
    shown += [_line(helpline, texts) for helpline in lines]
    shown += [texts.directory.format(name=found.name, url=found.url) for found in directories]
    shown += [_fill(line, texts, wheres) for line in reply.after]
    shown += [texts.forget] if reply.forget else []
    shown += [] if country else [texts.tell_country]
    sentences, citations = first_aid(_chosen(alert), texts.language)
    fallback = (helplines.anywhere,) if not emergency and helplines.anywhere else ()
    return Urgent(
        category=alert.category,
        lines=tuple(shown),
        helplines=(*emergency, *fallback, *lines, *directories),
        sentences=sentences,
        citations=citations,
        language=texts.language,
    )


def compose_follow_on(
    category: UrgentCategory, helplines: Helplines, country: str | None, language: str = "en"
) -> tuple[str, ...]:
    """Short check-in lines to put before the next replies of a conversation in which `category` was raised."""
    texts = _texts(language)
    reply = texts.replies[category]
    emergency = helplines.emergency(country, reply.service) if country else ()
    lines, directories = _support(reply.lines, helplines, country)
    names = "; ".join([*(_line(line, texts) for line in lines[:2]), *(found.url for found in directories[:1])])
    number = _numbers(emergency, texts) or texts.number_unknown
    return (texts.follow_on[category].format(helplines=names or number, number=number),)


def _chosen(alert: Alert) -> str:
    """The reply that fits best: a child's disclosure and an assault have their own."""
    if alert.category == "abuse" and alert.minor:
        return "abuse_child"
    return alert.kind


def _topics(reply: _Reply, alert: Alert) -> list[Topic]:
    """Whose lines are shown, in this order: for a child the child helpline comes first."""
    topics = list(reply.lines)
    if alert.minor and topics and "poison" not in topics:
        topics = ["child", *(topic for topic in topics if topic != "child")]
    return topics


def _support(
    topics: Iterable[Topic], helplines: Helplines, country: str | None
) -> tuple[tuple[Helpline, ...], tuple[Helpline, ...]]:
    """Lines of the country for these topics, and a directory where the country has none."""
    lines: list[Helpline] = []
    directories: list[Helpline] = []
    for topic in topics:
        found = helplines.lines(country, topic) if country else ()
        lines += [line for line in found[:_MOST_LINES] if line not in lines]
        if not found:
            directories += [entry for entry in helplines.directories(topic)[:2] if entry not in directories]
    return tuple(lines), tuple(directories[:3])


def _numbers(emergency: Iterable[Helpline], texts: _Texts) -> str:
    return f" {texts.or_} ".join(line.phone for line in emergency if line.phone)


def _fill(line: str, texts: _Texts, numbers: str) -> str:
    return line.format(
        call=texts.call.format(numbers=numbers) if numbers else texts.call_unknown,
        call_if=texts.call_if.format(numbers=numbers) if numbers else texts.call_if_unknown,
        number=numbers or texts.number_unknown,
    )


def _line(helpline: Helpline, texts: _Texts) -> str:
    if helpline.phone:
        return texts.phone_line.format(name=helpline.name, phone=helpline.phone)
    return texts.text_or_open.format(name=helpline.name, url=helpline.url)


@lru_cache(maxsize=32)
def _texts(language: str) -> _Texts:
    """The reply texts of a language; English where there are none."""
    folder = files("bot.triage") / "replies"
    path = folder / f"{language}.yaml"
    if not path.is_file():
        path = folder / "en.yaml"
    return _Texts.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

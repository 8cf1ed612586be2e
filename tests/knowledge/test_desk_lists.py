"""Coverage, the stale list, groups of unanswered questions, and recall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from samples import BagOfWords, passage

from knowledge.coverage import coverage, read_list, stale_list
from knowledge.errors import GuidanceError
from knowledge.gaps import group_gaps
from knowledge.guidance import load_guidance
from knowledge.model import SourcedSentence
from knowledge.passages import wording_hash
from knowledge.recall import changed_since, current_wordings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 6, 1)
WHO = "https://www.who.int/news-room/fact-sheets/detail"


def test_coverage_tells_cited_pages_from_others(
    write_guidance: Callable[..., Path], guidance_dir: Path, tmp_path: Path
) -> None:
    write_guidance("fever")
    listed = tmp_path / "list.jsonl"
    listed.write_text(f'{{"url": "{WHO}/fever/", "title": "Fever"}}\n"{WHO}/rash"\n{WHO}/fever#top\n', encoding="utf-8")
    found = coverage(read_list(listed), load_guidance(guidance_dir))
    assert [(page.url, page.topics) for page in found] == [(f"{WHO}/fever/", ("fever",)), (f"{WHO}/rash", ())]
    listed.write_text('{"link": 1}\n', encoding="utf-8")
    with pytest.raises(GuidanceError, match=r"list\.jsonl:1: names no page"):
        read_list(listed)


def test_the_most_asked_stale_topic_comes_first(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    for topic, due in (
        ("fever", "2026-05-01"),
        ("cough", "2026-06-20"),
        ("rash", "2027-01-01"),
        ("cold", "2026-04-01"),
    ):
        write_guidance(topic, due=due)
    stale = stale_list(load_guidance(guidance_dir), {"cough": 9, "rash": 99}, TODAY)
    assert [(one.topic, one.days_left) for one in stale] == [("cough", 19), ("cold", -61), ("fever", -31)]


def test_gaps_group_by_meaning_and_count_by_week() -> None:
    asked = [
        ("does creatine cause hair loss", TODAY - timedelta(days=14)),
        ("Does creatine cause hair loss?", TODAY),
        ("can creatine cause hair loss", TODAY),
        ("hair loss from creatine", TODAY),
        ("is bubble tea bad", TODAY),
    ]
    groups = group_gaps(asked, BagOfWords(), TODAY)
    assert [(group.count, group.trend) for group in groups] == [(4, "rising"), (1, "new")]
    assert groups[0].weeks == {"2026-W21": 1, "2026-W22": 0, "2026-W23": 3}
    assert groups[0].first_seen == TODAY - timedelta(days=14)
    assert groups[0].question == "does creatine cause hair loss"
    assert len(groups[0].examples) == 3
    assert group_gaps([], BagOfWords(), TODAY) == []


def test_grouping_stays_quick_with_many_questions() -> None:
    asked = [(f"question about thing{n % 300} number{n}", TODAY) for n in range(2000)]
    assert sum(group.count for group in group_gaps(asked, BagOfWords(), TODAY)) == 2000


@dataclass(frozen=True, kw_only=True)
class Note:
    passage: str
    wording_hash: str
    record: int = 1
    kind: str = "answer"
    reference: str | None = None
    made_on: date = TODAY


def test_recall_finds_changed_and_vanished_wording_only() -> None:
    fever = passage("fever", ["Fever is heat."])
    same = replace(fever, checked_on=TODAY, due=date(2027, 6, 1), asked_as=("hot?",), content_hash="1" * 64)
    edited = replace(fever, sentences=(SourcedSentence(text="Fever is hot.", source_ids=("who-fever",)),))
    notes = [
        Note(passage=fever.id, wording_hash=wording_hash(fever)),
        Note(passage="gone", wording_hash="x", kind="brief"),
    ]
    assert [one.passage for one in changed_since(notes, current_wordings([same]))] == ["gone"]
    changed = changed_since(notes, current_wordings([edited]))
    assert [(one.passage, one.now is None) for one in changed] == [(fever.id, False), ("gone", True)]

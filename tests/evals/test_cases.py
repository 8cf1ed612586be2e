"""Case files: what is refused, and with which words."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from eval_samples import case, write_cases
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from evals.cases import SPLITS, load_cases, select
from evals.errors import EvalsUsage
from evals.gates import load_baseline
from knowledge.guidance import GUIDANCE_DIR, load_guidance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.cases import Case, Suite
    from knowledge.model import Guidance

GOOD = case().model_dump(exclude_none=True)


def refused(folder: Path, text: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "x.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(EvalsUsage) as caught:
        load_cases(folder)
    assert caught.value.exit_status == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"suite": "nonsense"}, "suite"),
        ({"question": None}, "exactly one"),
        ({"claim": "both"}, "exactly one"),
        ({"expect": {"kinds": ["answer"]}}, "not a known key"),
        ({"suite": "paraphrases"}, "group"),
        ({"split": "train"}, "split"),
        ({"provenance": ""}, "provenance"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    bad = {key: value for key, value in {**GOOD, "id": "other", **change}.items() if value is not None}
    message = refused(tmp_path, json.dumps(GOOD) + "\n\n" + json.dumps(bad) + "\n")
    assert message.startswith("x.jsonl, line 3: ")
    assert says in message


def test_broken_json_and_repeated_ids_are_refused(tmp_path: Path) -> None:
    assert "line 1: not JSON" in refused(tmp_path, "{half a line\n")
    assert "line 2: the id 'c1' stands at x.jsonl, line 1 too" in refused(tmp_path, 2 * (json.dumps(GOOD) + "\n"))


def test_an_empty_folder_an_unknown_suite_and_an_empty_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalsUsage, match="holds no case file"):
        load_cases(tmp_path)
    cases = load_cases(write_cases(tmp_path, [case("a"), case("b", split="dev")]))
    with pytest.raises(EvalsUsage, match="unknown suite 'chat'"):
        select(cases, ["chat"])
    with pytest.raises(EvalsUsage, match="unknown split"):
        select(cases, [], "train")
    with pytest.raises(EvalsUsage, match="no case of crisis"):
        select(cases, ["crisis"])
    assert [each.id for each in select(cases, ["answerable"], "dev")] == ["b"]


WANTED = {
    "answerable": 250,
    "unanswerable": 100,
    "crisis": 120,
    "lookalikes": 120,
    "myths": 120,
    "followups": 40,
    "injection": 60,
    "paraphrases": 120,
    "scripts": 15,
}
"""At least so many cases of each suite."""
NEAR = 0.9
"""Edit similarity from which two texts are one text."""


@pytest.fixture(scope="module")
def shipped() -> list[Case]:
    return load_cases()


@pytest.fixture(scope="module")
def guidance() -> list[Guidance]:
    return list(load_guidance(GUIDANCE_DIR))


def near(texts: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of texts and others that are one text but for a few letters, whatever their capitals."""
    found: Any = process.cdist(
        [text.lower() for text in texts],
        [other.lower() for other in others],
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=NEAR,
    )
    return [(int(row), int(column)) for row, column in np.argwhere(found >= NEAR)]


def test_the_shipped_cases_are_many_in_both_splits_and_say_where_they_come_from(shipped: list[Case]) -> None:
    counts = Counter(each.suite for each in shipped)
    enough = {suite: counts[cast("Suite", suite)] >= wanted for suite, wanted in WANTED.items()}
    assert enough == dict.fromkeys(WANTED, True)
    assert {(each.suite, each.split) for each in shipped} == {(suite, split) for suite in WANTED for split in SPLITS}
    assert [each.id for each in shipped if len(each.provenance.split()) < 5] == []


def test_paraphrases_come_in_fours_of_one_split_and_one_expectation(shipped: list[Case]) -> None:
    groups: dict[str | None, list[Case]] = {}
    for each in shipped:
        if each.suite == "paraphrases":
            groups.setdefault(each.group, []).append(each)
    assert len(groups) >= 30
    assert {len(group) for group in groups.values()} == {4}
    assert [name for name, group in groups.items() if len({(one.split, one.category) for one in group}) > 1] == []
    assert [name for name, group in groups.items() if len({one.expect.model_dump_json() for one in group}) > 1] == []


def test_no_message_of_a_case_repeats_a_wording_of_the_guidance(shipped: list[Case], guidance: list[Guidance]) -> None:
    asked = [asked for text in guidance for section in text.sections for asked in section.asked_as]
    said = [(each.id, message) for each in shipped for message in each.messages if each.script is None]
    assert [(said[row], asked[column]) for row, column in near([message for _, message in said], asked)] == []


def test_no_case_repeats_another(shipped: list[Case]) -> None:
    said = [(each.id, each.messages) for each in shipped]
    texts = [" / ".join(messages) for _, messages in said]
    assert [(said[row][0], said[column][0]) for row, column in near(texts, texts) if row < column] == []


def test_the_pages_and_topics_that_cases_expect_are_in_the_guidance(
    shipped: list[Case], guidance: list[Guidance]
) -> None:
    pages = {source.id for text in guidance for source in text.sources}
    topics = {text.id for text in guidance}
    lost = []
    for each in shipped:
        expected = {*each.expect.sources, *(page for claim in each.claims or () for page in claim.sources)}
        lost += [(each.id, name) for name in (expected - pages) | (set(each.expect.topics) - topics)]
    assert lost == []


def test_the_baseline_lists_crisis_cases_that_are_there(shipped: list[Case]) -> None:
    """Taking out or renaming a case that passed before would be a way around the gate."""
    assert load_baseline() <= {each.id for each in shipped if each.suite == "crisis"}

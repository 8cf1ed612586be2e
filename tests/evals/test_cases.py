"""Case files: what is refused, and with which words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from eval_samples import case, write_cases
from rapidfuzz.distance import Levenshtein

from evals.cases import load_cases, select
from evals.errors import EvalsUsage
from knowledge.guidance import GUIDANCE_DIR, load_guidance

if TYPE_CHECKING:
    from pathlib import Path

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


def test_the_shipped_cases_load_and_are_many() -> None:
    cases = load_cases()
    assert len(cases) >= 700
    assert {each.split for each in cases} == {"dev", "gate"}


def test_no_case_repeats_a_wording_of_the_guidance() -> None:
    asked = [asked for text in load_guidance(GUIDANCE_DIR) for section in text.sections for asked in section.asked_as]
    near = []
    for each in load_cases():
        message = each.messages[-1].lower()
        for wording in asked:
            if abs(len(wording) - len(message)) <= 0.12 * len(message) + 1:
                similarity = Levenshtein.normalized_similarity(message, wording.lower(), score_cutoff=0.9)
                if similarity >= 0.9:
                    near.append((each.id, wording))
    assert near == []

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from samples import section, two_sections

from knowledge.guidance import GUIDANCE_DIR
from knowledge.lint import lint_folder, section_grade, stigma_in
from knowledge.source_check import shared_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 6, 1)


def rules(folder: Path) -> set[str]:
    return {finding.rule for finding in lint_folder(folder, TODAY)[1]}


def test_a_good_file_has_no_findings(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    write_guidance("fever")
    assert lint_folder(guidance_dir, TODAY)[1] == []


ASKED = [f"ask {n}" for n in "abcdef"]


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("length", section("Q?", ["One alone is too few. [who-fever]"], ASKED)),
        ("asked-as", section("Q?", ["Fever is heat. [who-fever]", "Rest helps. [who-fever]"], ASKED[:3])),
        ("stand-alone", section("Q?", ["Fever is heat. [who-fever]", "It passes. [who-fever]"], ASKED)),
        ("stand-alone", section("Q?", ["Yes, fever is heat. [who-fever]", "Fever ends. [who-fever]"], ASKED)),
        ("one-sentence", section("Q?", ["Fever is heat. Rest well. [who-fever]", "Fever ends. [who-fever]"], ASKED)),
        ("full-stop", section("Q?", ["Fever is heat [who-fever]", "Fever ends. [who-fever]"], ASKED)),
        ("stigma", section("Q?", ["Addicts get fevers. [who-fever]", "Fever ends. [who-fever]"], ASKED)),
        (
            "grade",
            section(
                "Q?",
                [
                    "Physiological thermoregulatory dysregulation characterises inflammatory pathology. [who-fever]",
                    "Immunological investigation necessitates multidisciplinary collaboration. [who-fever]",
                ],
                ASKED,
            ),
        ),
        (
            "asked-twice",
            two_sections("fever") + section("Q?", ["A. [who-fever]"] * 2, ["What does a fever mean, really?"]),
        ),
        ("format", "## Q?\n\nA sentence without a source.\n"),
    ],
)
def test_each_rule_fires_on_its_fault(
    write_guidance: Callable[..., Path], guidance_dir: Path, rule: str, body: str
) -> None:
    write_guidance("fever", body=body)
    assert rule in rules(guidance_dir)


FEVER = "https://www.who.int/news-room/fact-sheets/detail/fever"


def citing(topic: Path, url: str) -> str:
    """The text of the file on cough at `topic`, made to cite WHO's page on fever, by its name and at `url`."""
    text = topic.read_text(encoding="utf-8").replace("who-cough", "who-fever")
    return text.replace("    title: Cough", "    title: Fever").replace(FEVER.replace("fever", "cough"), url)


@pytest.mark.parametrize("url", [FEVER, f"{FEVER}/", f"{FEVER}/index.html", FEVER.replace("www.", ""), f"{FEVER}#top"])
@pytest.mark.parametrize(
    ("name", "other"), [("who-fever", "who-fevers"), ("    title: Fever", "    title: Fevers"), ("World ", "")]
)
def test_a_page_has_one_name_in_all_files(
    write_guidance: Callable[..., Path], guidance_dir: Path, url: str, name: str, other: str
) -> None:
    write_guidance("fever")
    cough = write_guidance("cough")
    text = citing(cough, url)
    cough.write_text(text, encoding="utf-8")
    assert rules(guidance_dir) == set()
    cough.write_text(text.replace(name, other), encoding="utf-8")
    assert rules(guidance_dir) == {"named-twice"}


def test_a_source_id_is_one_page_in_all_files(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    write_guidance("fever")
    cough = write_guidance("cough")
    cough.write_text(citing(cough, FEVER.replace("fever", "high-fever")), encoding="utf-8")
    assert rules(guidance_dir) == {"named-twice"}


def test_a_review_date_in_the_past_is_an_error(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    write_guidance("fever", due="2026-05-31")
    assert rules(guidance_dir) == {"review-due"}


def test_stigma_knows_its_exceptions() -> None:
    assert stigma_in("Alcoholic drinks harm.") == []
    assert stigma_in("An alcoholic needs care.")[0][1] == "person with alcohol dependence"


def test_a_run_of_twelve_words_is_copying() -> None:
    source = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert shared_run("say one two three four five six seven eight nine ten eleven twelve", source)
    assert not shared_run("say one two three four five six seven eight nine ten eleven", source)


def test_the_shipped_guidance_has_no_errors_and_reads_easily() -> None:
    texts, findings = lint_folder(GUIDANCE_DIR, TODAY.replace(month=11, day=23))
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    grades = sorted(section_grade(part) for text in texts for part in text.sections)
    assert grades[len(grades) // 2] <= 8.0
    assert len(texts) >= 40
    assert sum(bool(text.myths) for text in texts) >= 0.9 * len(texts)

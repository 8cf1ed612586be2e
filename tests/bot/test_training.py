from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreError
from bot.training.lessons import lessons
from bot.training.progress import Progress
from knowledge.guidance import GUIDANCE_DIR, read_guidance

if TYPE_CHECKING:
    from pathlib import Path


def test_there_are_eight_lessons_each_with_a_quiz_and_a_source() -> None:
    assert len({lesson.id for lesson in lessons()}) == 8
    assert all(lesson.source.url.startswith("https://") for lesson in lessons())


def test_what_a_quiz_says_of_health_stands_in_the_guidance() -> None:
    for quiz in (quiz for lesson in lessons() for quiz in lesson.quiz if quiz.topic):
        text = read_guidance(GUIDANCE_DIR / "en" / f"{quiz.topic}.md", GUIDANCE_DIR)
        headings = [section.heading for section in text.sections] + [myth.claim for myth in text.myths]
        assert any((quiz.heading or "") in heading.lower() for heading in headings), quiz.ask


def test_progress_is_kept_and_forgotten(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "data" / "lessons.json")
    progress.keep("stigma", 2)

    assert Progress(tmp_path / "data" / "lessons.json").read() == {"stigma": 2}
    progress.forget()
    assert progress.read() == {}


def test_broken_progress_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "lessons.json"
    path.write_text("[1", encoding="utf-8")

    with pytest.raises(StoreError, match="citewell learn --forget"):
        Progress(path).read()

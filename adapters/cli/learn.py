"""`citewell learn`: the lessons for creators, in the terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.training.lessons import Lesson
    from bot.training.progress import Progress


def learn(
    lesson: Annotated[str | None, typer.Argument(help="A lesson's number or id; none lists them.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lessons, or one of them, as JSON.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget which lessons were finished.")] = False,
) -> None:
    """Take a five-minute lesson for health creators, with a quiz."""
    from bot.settings import load_settings
    from bot.training.lessons import lessons
    from bot.training.progress import Progress

    progress = Progress(load_settings().data_dir / "lessons.json")
    if forget:
        progress.forget()
        sys.stdout.write("Forgotten: no lesson counts as finished any more.\n")
        return
    if lesson is None:
        _list(lessons(), progress, as_json=as_json)
        return
    chosen = _find(lesson, lessons())
    if as_json:
        sys.stdout.write(chosen.model_dump_json(indent=2) + "\n")
        return
    _take(chosen, progress)


def _list(every: tuple[Lesson, ...], progress: Progress, *, as_json: bool) -> None:
    kept = progress.read()
    if as_json:
        rows = [{"id": one.id, "title": one.title, "goal": one.goal, "right": kept.get(one.id)} for one in every]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    for number, one in enumerate(every, 1):
        done = f"  done, {kept[one.id]} of {len(one.quiz)} right" if one.id in kept else ""
        sys.stdout.write(f"{number}. {one.title}: {one.goal}{done}\n")
    sys.stdout.write("Take one with: citewell learn 1\n")


def _find(wanted: str, every: tuple[Lesson, ...]) -> Lesson:
    from bot.errors import InputError

    for number, one in enumerate(every, 1):
        if wanted.strip().lower() in (str(number), one.id):
            return one
    raise InputError(f"there is no lesson {wanted!r}; 'citewell learn' lists them")


def _take(lesson: Lesson, progress: Progress) -> None:
    """Tell it, ask its quiz where a person answers, and keep the result."""
    out = sys.stdout
    out.write(f"{lesson.title}\n{lesson.goal}\n\n")
    for sentence in lesson.say:
        out.write(f"- {sentence}\n")
    out.write(f"\nFrom: {lesson.source.title}\n      {lesson.source.url}\n\n")
    right = asked = 0
    for quiz in lesson.quiz:
        out.write(quiz.ask + "\n")
        for number, choice in enumerate(quiz.choices, 1):
            out.write(f"  {number}. {choice}\n")
        out.flush()
        answer = sys.stdin.readline()
        if not answer:
            break
        asked += 1
        correct = answer.strip() in (str(quiz.answer + 1), quiz.choices[quiz.answer])
        right += correct
        out.write(f"{'Right.' if correct else f'No: {quiz.choices[quiz.answer]}.'} {quiz.why}\n\n")
    if asked == len(lesson.quiz):
        progress.keep(lesson.id, right)
        out.write(f"{right} of {asked} right. Kept; 'citewell learn --forget' forgets it.\n")

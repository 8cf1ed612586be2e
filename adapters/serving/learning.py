"""`/learn`: the lessons for creators in a chat, question by question, with buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.serving.outgoing import Button, Message
from adapters.serving.wording import wording
from bot.training.lessons import lessons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.serving.dialogue import Stores
    from adapters.serving.incoming import Incoming
    from bot.training.lessons import Lesson, Quiz

_IN_A_ROW = 4


class Learning:
    """Tells a lesson and asks its quiz. How far a quiz has got stands in its buttons; only a finished one is kept."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def learn(self, incoming: Incoming) -> list[Message]:
        """`/learn` lists the lessons, `/learn 3` (or a lesson's id) tells one, `/learn forget` forgets the progress."""
        wanted = incoming.text.strip().casefold()
        words = wording(incoming.language)
        if wanted == "forget":
            await self._stores.lessons.forget(incoming.person)
            return [Message(text=words["lessons_forgotten"])]
        for number, lesson in enumerate(lessons(), 1):
            if wanted in (str(number), lesson.id):
                return _told(number, lesson)
        return [await self._listed(incoming)]

    async def press(self, incoming: Incoming, name: str, detail: str) -> list[Message]:
        """A lesson or an answer was chosen: `detail` is "lesson", or "lesson:question:choice:right so far"."""
        numbers = [int(one) for one in detail.split(":") if one.isdecimal() and len(one) < 4]
        every = lessons()
        if name == "learn" and len(numbers) == 1 and 0 < numbers[0] <= len(every):
            return _told(numbers[0], every[numbers[0] - 1])
        if name == "quiz" and len(numbers) == 4 and 0 < numbers[0] <= len(every):
            number, question, choice, right = numbers
            quiz = every[number - 1].quiz
            if question < len(quiz) and choice < len(quiz[question].choices) and right <= question:
                return await self._answered(incoming, number, question, choice, right)
        return [Message(text=wording(incoming.language)["too_old"], toast=True)]

    async def _listed(self, incoming: Incoming) -> Message:
        done = await self._stores.lessons.done(incoming.person)
        words = wording(incoming.language)
        lines = [words["lessons"]]
        for number, one in enumerate(lessons(), 1):
            kept = words["lesson_done"].format(right=done[one.id], of=len(one.quiz)) if one.id in done else ""
            lines.append(f"{number}. {one.title}: {one.goal} {kept}".rstrip())
        return Message(text="\n".join(lines), buttons=_rows([_lesson_button(n) for n in range(1, len(lessons()) + 1)]))

    async def _answered(self, incoming: Incoming, number: int, question: int, choice: int, right: int) -> list[Message]:
        lesson = lessons()[number - 1]
        asked = lesson.quiz[question]
        words = wording(incoming.language)
        correct = choice == asked.answer
        right += correct
        verdict = words["quiz_right"] if correct else words["quiz_wrong"].format(answer=asked.choices[asked.answer])
        said = f"{asked.choices[choice]}: {verdict} {asked.why}"
        if question + 1 < len(lesson.quiz):
            following = _question(number, question + 1, right, lesson.quiz[question + 1])
            return [Message(text=f"{said}\n\n{following.text}", buttons=following.buttons)]
        await self._stores.lessons.keep(incoming.person, lesson.id, right)
        end = words["quiz_end"].format(right=right, of=len(lesson.quiz))
        following_lesson = [_lesson_button(number + 1)] if number < len(lessons()) else []
        return [Message(text=f"{said}\n\n{end}", buttons=_rows(following_lesson))]


def _told(number: int, lesson: Lesson) -> list[Message]:
    """The lesson, then the first question of its quiz."""
    lines = [f"{number}. {lesson.title}", lesson.goal, "", *(f"- {one}" for one in lesson.say), ""]
    told = Message(text="\n".join([*lines, f"{lesson.source.title}: {lesson.source.url}"]))
    return [told, _question(number, 0, 0, lesson.quiz[0])]


def _question(number: int, question: int, right: int, quiz: Quiz) -> Message:
    """A question; its choices are written out, for they are longer than a button."""
    letters = "ABCD"
    lines = [quiz.ask, *(f"{letters[at]}. {choice}" for at, choice in enumerate(quiz.choices))]
    buttons = [
        Button(action=f"quiz:{number}:{question}:{at}:{right}", label=letters[at]) for at in range(len(quiz.choices))
    ]
    return Message(text="\n".join(lines), buttons=_rows(buttons))


def _lesson_button(number: int) -> Button:
    return Button(action=f"learn:{number}", label=f"{number}. {lessons()[number - 1].title}"[:40])


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Short ones beside each other, others below each other, two in a row at most: five rows are Discord's limit."""
    width = _IN_A_ROW if all(len(one.label) < 4 for one in buttons) else 2
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))

"""Cases: what is asked and what is expected, read from `evals/cases/*.jsonl` and checked line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.model import UrgentCategory, VerdictLabel
from evals.errors import EvalsUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Suite = Literal[
    "answerable",
    "unanswerable",
    "crisis",
    "lookalikes",
    "myths",
    "followups",
    "injection",
    "paraphrases",
    "scripts",
]
Split = Literal["dev", "gate"]
ReplyKind = Literal[
    "answer", "verdict", "abstention", "referral", "out_of_scope", "urgent", "clarification", "smalltalk"
]
SUITES: tuple[Suite, ...] = get_args(Suite)
SPLITS: tuple[Split, ...] = get_args(Split)
CASES_DIR = Path(__file__).parent / "cases"

Text = Annotated[str, StringConstraints(pattern=r"\S")]


class Expectation(BaseModel):
    """What a good reply is. An empty list means that this is not asked of the reply.

    `sources` are ids of which any is right; `topics` are guidance ids, likewise. `facts` are what a full answer says.
    `urgent` is the right category of danger, or several where more than one is right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: list[ReplyKind] = []
    sources: list[Text] = []
    topics: list[Text] = []
    facts: list[Text] = []
    verdict: VerdictLabel | None = None
    urgent: UrgentCategory | list[UrgentCategory] | None = None
    must_not_contain: list[Text] = []

    @property
    def urgent_categories(self) -> list[str]:
        """The categories of danger that are right; empty when none is asked for."""
        if self.urgent is None:
            return []
        return [self.urgent] if isinstance(self.urgent, str) else list(self.urgent)


class ScriptClaim(BaseModel):
    """One sentence of a script, with the label that is right for it and the pages that settle it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: Text
    label: Literal["supported", "contradicted", "not_covered", "opinion"]
    sources: list[Text] = []


class Case(BaseModel):
    """One case. Exactly one of `question`, `turns`, `claim` and `script` says what is put to the bot."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Text
    suite: Suite
    category: Text
    split: Split
    question: Text | None = None
    turns: Annotated[list[Text], Field(min_length=1)] | None = None
    claim: Text | None = None
    script: Text | None = None
    expect: Expectation
    group: Text | None = None
    claims: Annotated[list[ScriptClaim], Field(min_length=1)] | None = None
    provenance: Text

    @model_validator(mode="after")
    def _one_of(self) -> Case:
        given = [self.question, self.turns, self.claim, self.script]
        if sum(part is not None for part in given) != 1:
            raise ValueError('needs exactly one of "question", "turns", "claim" and "script"')
        if self.suite == "paraphrases" and self.group is None:
            raise ValueError('of the suite "paraphrases" needs a "group"')
        if (self.script is None) != (self.claims is None):
            raise ValueError('with a "script" needs "claims", and only then')
        return self

    @property
    def messages(self) -> list[str]:
        """What a person sends, in order. A claim is sent as it stands."""
        return self.turns or [self.question or self.claim or self.script or ""]


def load_cases(folder: Path = CASES_DIR) -> list[Case]:
    """Every case of a folder, in file and line order.

    Raises:
        EvalsUsage: no case file, a line that is not a case, or an id that stands twice; names file and line.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise EvalsUsage(f"{folder} holds no case file (*.jsonl); check the path")
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for path in paths:
        for where, line in _lines(path):
            case = _case(line, where)
            if case.id in seen:
                raise EvalsUsage(f"{where}: the id {case.id!r} stands at {seen[case.id]} too; ids are unique")
            seen[case.id] = where
            cases.append(case)
    return cases


def select(cases: Sequence[Case], suites: Sequence[str] = (), split: str | None = None) -> list[Case]:
    """The cases of these suites (none named: all) and this split (None: both).

    Raises:
        EvalsUsage: an unknown suite or split, or nothing is left.
    """
    for suite in suites:
        if suite not in SUITES:
            raise EvalsUsage(f"unknown suite {suite!r}; there are {', '.join(SUITES)}")
    if split is not None and split not in SPLITS:
        raise EvalsUsage(f"unknown split {split!r}; there are {', '.join(SPLITS)}")
    chosen = [case for case in cases if (not suites or case.suite in suites) and split in (None, case.split)]
    missing = [suite for suite in suites if all(case.suite != suite for case in chosen)]
    if missing or not chosen:
        where = f" in the split {split!r}" if split else ""
        raise EvalsUsage(f"no case of {', '.join(missing) or 'any suite'}{where}; nothing would be measured")
    return chosen


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EvalsUsage(f"{path} cannot be read ({error.strerror}); check the path") from None
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            where = f"{path.name}, line {number}"
            try:
                yield where, line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise EvalsUsage(f"{where}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None


def _case(line: str, where: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise EvalsUsage(f"{where}: not JSON; write one object a line (docs/evals.md shows one)") from None
        name = ".".join(str(part) for part in first["loc"]) or "the case"
        problem = {"missing": "is missing", "extra_forbidden": "is not a known key"}.get(
            first["type"], first["msg"].removeprefix("Value error, ")
        )
        raise EvalsUsage(f"{where}: {name} {problem}; docs/evals.md shows the format") from None

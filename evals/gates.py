"""Gates: bounds that figures must keep, from `gates.toml`, and crisis cases that may never fail again."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from evals.aggregating import definitions, suites_of
from evals.cases import SUITES, Suite
from evals.errors import EvalsUsage
from evals.shown import shown_number, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.aggregating import Figure
    from evals.recording import Record

GATES = Path(__file__).parent / "gates.toml"
BASELINE = Path(__file__).parent / "baseline.json"
EACH = "each"


class Gate(BaseModel):
    """One bound. `category` is a category's name, `all`, or `each`: every category for itself.

    `split` names the split that the bound is for; left out, it holds for both. `needs` names suites without which the
    bound makes no sense, such as a precision over suites of which only one was run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    metric: str
    suite: str
    category: str = "all"
    split: Literal["dev", "gate"] | None = None
    needs: list[Suite] = []
    min: float | int | None = None
    max: float | int | None = None

    @model_validator(mode="after")
    def _sound(self) -> Gate:
        if self.min is None and self.max is None:
            raise ValueError("needs min or max")
        if self.metric not in definitions():
            raise ValueError(f"names the unknown metric {self.metric!r}")
        if self.suite not in (*SUITES, "all"):
            raise ValueError(f"names the unknown suite {self.suite!r}")
        return self

    def bound(self, figure: dict[str, Any]) -> str:
        """The bound in words, in the unit of the figure."""
        named = (("at least", self.min), ("at most", self.max))
        return " and ".join(f"{word} {shown_number(figure, bound)}" for word, bound in named if bound is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A gate on one figure: which, in words and by name. `cases` are those at fault, where the gate is about cases."""

    gate: str
    passed: bool
    detail: str
    metric: str = ""
    suite: str = ""
    category: str = ""
    cases: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def load_gates(path: Path = GATES) -> list[Gate]:
    """The gates of a file. Raises: EvalsUsage when it cannot be read or a gate makes no sense; names the gate."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("gate", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EvalsUsage(f"{path} cannot be read ({error}); mend it or name another with --gates") from None
    gates = []
    for number, entry in enumerate(entries, 1):
        try:
            gates.append(Gate.model_validate(entry))
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise EvalsUsage(f"{path.name}, gate {number} ({entry.get('metric')}): {problem}") from None
    if not gates:
        raise EvalsUsage(f"{path} holds no [[gate]]; a run without a bound would always pass")
    return gates


def check(gates: Iterable[Gate], figures: Sequence[Figure], splits: set[str]) -> list[Outcome]:
    """Every gate on the suites that were run. A figure that is unscored fails; a suite that was not run is no gate.

    A gate for one split is looked at only when exactly that split was run, and one over all suites only when a suite
    was run that its metric is about.
    """
    run = {figure.suite for figure in figures}
    outcomes: list[Outcome] = []
    for gate in gates:
        about = run & set(suites_of(gate.metric)) if gate.suite == "all" else run & {gate.suite}
        if about and run.issuperset(gate.needs) and (gate.split is None or splits == {gate.split}):
            outcomes.extend(_outcomes(gate, figures))
    return outcomes


def check_baseline(records: Iterable[Record], baseline: set[str]) -> Outcome:
    """No crisis case that passed before may fail; one that cannot be scored has not passed."""
    failed = tuple(record["id"] for record in records if record["id"] in baseline and record["passed"] is not True)
    detail = "none that passed fails"
    if failed:
        detail = f"{len(failed)} that passed before fail or are unscored: {', '.join(failed[:5])}"
    return Outcome(gate="crisis cases that passed before", passed=not failed, detail=detail, cases=failed)


def load_baseline(path: Path = BASELINE) -> set[str]:
    """The ids of the crisis cases that have passed; none before the first time. Raises: EvalsUsage."""
    if not path.exists():
        return set()
    try:
        return {str(each) for each in json.loads(path.read_text(encoding="utf-8"))["crisis_passed"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise EvalsUsage(f"{path} is not a baseline; take it back from version control") from None


def write_baseline(records: Iterable[Record], known: set[str], path: Path = BASELINE) -> int:
    """Add the crisis cases that pass now; none is ever taken out but by hand. Returns: how many are listed."""
    passed = {record["id"] for record in records if record["case"]["suite"] == "crisis" and record["passed"]}
    listed = sorted(known | passed)
    path.write_text(json.dumps({"crisis_passed": listed}, indent=1) + "\n", encoding="utf-8")
    return len(listed)


def _outcomes(gate: Gate, figures: Sequence[Figure]) -> list[Outcome]:
    named = [figure for figure in figures if figure.metric == gate.metric and figure.suite == gate.suite]
    if gate.category == EACH:
        chosen = [figure for figure in named if figure.category != "all"]
    else:
        chosen = [figure for figure in named if figure.category == gate.category]
    if not chosen:
        where = f"{gate.metric} of {gate.suite}, {gate.category}"
        return [Outcome(gate=where, passed=False, detail="unscored: there is no such figure in this run")]
    return [_outcome(gate, figure) for figure in chosen]


def _outcome(gate: Gate, figure: Figure) -> Outcome:
    shown = figure.as_json()
    where = "all suites" if figure.suite == "all" else figure.suite
    where += "" if figure.category == "all" else f", {figure.category.replace('_', ' ')}"
    name, wanted = f"{figure.title} ({where})", gate.bound(shown)
    if figure.value is None:
        return _on(figure, name, passed=False, detail=f"unscored: {figure.unscored} (wanted {wanted})")
    too_low = gate.min is not None and figure.value < gate.min
    too_high = gate.max is not None and figure.value > gate.max
    detail = f"{shown_value(shown)} (n {figure.n}), wanted {wanted}"
    return _on(figure, name, passed=not (too_low or too_high), detail=detail)


def _on(figure: Figure, gate: str, *, passed: bool, detail: str) -> Outcome:
    of = (figure.metric, figure.suite, figure.category)
    return Outcome(gate=gate, passed=passed, detail=detail, metric=of[0], suite=of[1], category=of[2])

"""One whole run, from options to files: select, ask, score, aggregate, gate, write."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.aggregating import definitions, figures_of
from evals.caching import Cache
from evals.cases import CASES_DIR, Case, load_cases, select
from evals.gates import (
    BASELINE,
    GATES,
    Gate,
    check,
    check_baseline,
    load_baseline,
    load_gates,
    write_baseline,
)
from evals.junit import junit_xml
from evals.running import run_cases
from evals.runs import Identity, check_out, lines_of, summary_of, write_run
from evals.versions import EXTRACTIVE, case_key, cases_hash, code_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.observing import Subject
    from evals.recording import Record
    from evals.running import Progress

Summary = dict[str, Any]
Render = Callable[[Summary, "Sequence[Record]", "Sequence[Summary]"], str]
"""Makes `report.html` of a summary, the records and the summaries of earlier runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run and where to put it. `history` is a file of earlier runs' headline figures; None keeps none."""

    out: Path
    cases: Path = CASES_DIR
    suites: tuple[str, ...] = ()
    split: str | None = None
    writer: str = EXTRACTIVE
    concurrency: int = 4
    cache: Path | None = None
    history: Path | None = None
    gates: Path = GATES
    baseline: Path = BASELINE
    update_baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plan that holds: its cases are read, its gates make sense, its folder can be written."""

    plan: Plan
    cases: list[Case]
    gates: list[Gate] = field(default_factory=list)
    baseline: set[str] = field(default_factory=set)


def prepare(plan: Plan) -> Prepared:
    """Check everything that can be checked before anything heavy is loaded.

    Raises:
        EvalsUsage: a case file, the gates, the baseline or the output folder cannot be used.
        EvalsInfrastructure: the output folder cannot be written.
    """
    cases = select(load_cases(plan.cases), plan.suites, plan.split)
    check_out(plan.out)
    return Prepared(plan=plan, cases=cases, gates=load_gates(plan.gates), baseline=load_baseline(plan.baseline))


async def measure(
    prepared: Prepared,
    subject: Subject,
    *,
    guidance: str,
    settings: dict[str, str | None],
    progress: Progress,
    render: Render,
    warnings: Sequence[str] = (),
) -> Summary:
    """Run the cases and write the run, with what a reader should be warned of. Returns: the summary.

    Raises:
        EvalsInfrastructure: a case could not be asked or a file not be written; no earlier run was overwritten.
    """
    plan, cases = prepared.plan, prepared.cases
    started = time.perf_counter()
    code = code_version()
    what: dict[str, Any] = {"guidance": guidance, "settings": settings, "writer": plan.writer, "code": code}
    keys = [case_key(case, **what, day=datetime.now(UTC).date()) for case in cases]
    with Cache(plan.cache) as cache:
        records = await run_cases(subject, cases, keys, cache, concurrency=plan.concurrency, progress=progress)
    figures = figures_of(records)
    outcomes = check(prepared.gates, figures, {case.split for case in cases})
    outcomes.append(check_baseline(records, prepared.baseline))
    identity = Identity(
        writer=plan.writer,
        suites=tuple(dict.fromkeys(case.suite for case in cases)),
        split=plan.split or "both",
        cases=cases_hash(cases),
        guidance=guidance,
        settings=settings,
        code=code,
    )
    took_s = time.perf_counter() - started
    summary = summary_of(identity, figures, outcomes, records, definitions(), took_s, warnings)
    earlier = _history(plan.history, identity)
    texts = {
        "run.jsonl": lines_of(records),
        "junit.xml": junit_xml(records, outcomes),
        "report.html": render(summary, records, earlier),
        "summary.json": json.dumps(summary, indent=1, ensure_ascii=False) + "\n",
    }
    write_run(plan.out, texts)
    _remember(plan.history, summary)
    if plan.update_baseline:
        write_baseline(records, prepared.baseline, plan.baseline)
    return summary


def _history(path: Path | None, identity: Identity) -> list[Summary]:
    """Earlier runs over the same suites, split and writer, oldest first; a line that does not read is passed over."""
    if path is None or not path.exists():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
            alike = all(
                row["identity"][name] == _plain(getattr(identity, name)) for name in ("suites", "split", "writer")
            )
        except (ValueError, KeyError, TypeError):
            continue
        if alike:
            rows.append(row)
    return rows[-30:]


def _remember(path: Path | None, summary: Summary) -> None:
    """Add the run's figures over whole suites to the history."""
    if path is None:
        return
    row = {name: summary[name] for name in ("created_at", "identity", "counts", "passed")}
    row["figures"] = [figure for figure in summary["figures"] if figure["category"] == "all"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

"""A run on disk: `run.jsonl`, `summary.json`, `junit.xml`, `report.html` in one folder, put there together."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from evals.errors import EvalsInfrastructure, EvalsUsage
from evals.recording import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.aggregating import Figure
    from evals.gates import Outcome

FORMAT = "citewell-evals-run"
VERSION = 1
FILES = ("run.jsonl", "summary.json", "junit.xml", "report.html")
_PART = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What was measured with what: two runs can be compared when `cases` and `guidance` are the same."""

    writer: str
    suites: tuple[str, ...]
    split: str
    cases: str
    guidance: str
    settings: dict[str, str | None]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run read back."""

    folder: Path
    summary: dict[str, Any]
    records: list[Record]


def summary_of(
    identity: Identity,
    figures: Sequence[Figure],
    outcomes: Sequence[Outcome],
    records: Sequence[Record],
    definitions: Mapping[str, str],
    took_s: float,
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """`summary.json`: who, when, every figure, every gate, and the cases that failed, with their stage."""
    failing = [record for record in records if record["passed"] is False]
    stages: dict[str, int] = {}
    for record in failing:
        stages[record["stage"]] = stages.get(record["stage"], 0) + 1
    return {
        "format": FORMAT,
        "version": VERSION,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "identity": {name: getattr(identity, name) for name in Identity.__dataclass_fields__},
        "took_s": round(took_s, 1),
        "counts": {
            "cases": len(records),
            "passed": sum(record["passed"] is True for record in records),
            "failed": len(failing),
            "unscored": sum(record["passed"] is None for record in records),
        },
        "failing_stages": stages,
        "warnings": list(warnings),
        "passed": all(outcome.passed for outcome in outcomes),
        "gates": [outcome.as_json() for outcome in outcomes],
        "figures": [figure.as_json() for figure in figures],
        "definitions": dict(definitions),
        "failures": [
            {name: record[name] for name in ("id", "stage", "reason")}
            | {name: record["case"][name] for name in ("suite", "category")}
            for record in failing
        ],
    }


def check_out(folder: Path) -> None:
    """Refuse a folder that holds something else than a run, or that cannot be written; nothing is left there.

    Raises:
        EvalsUsage: it is a file or holds other files.
        EvalsInfrastructure: nothing can be written there; better said now than after the cases.
    """
    if folder.exists() and not folder.is_dir():
        raise EvalsUsage(f"{folder} is a file; name a folder with --out")
    made = [each for each in (folder, *folder.absolute().parents) if not each.exists()]
    try:
        others = [] if made else [path.name for path in folder.iterdir() if path.name.removesuffix(_PART) not in FILES]
        if others:
            raise EvalsUsage(f"{folder} holds other files ({sorted(others)[0]}); name a new or empty folder with --out")
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
        for each in made:
            each.rmdir()
    except OSError as error:
        raise EvalsInfrastructure(f"{folder} cannot be written ({error.strerror}); choose another --out") from None


def write_run(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files of a run beside what is there, then put them all in place. Raises: EvalsInfrastructure."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / (name + _PART)).write_text(text, encoding="utf-8")
        for name in texts:
            os.replace(folder / (name + _PART), folder / name)  # noqa: PTH105 - replaces in one step on every system
    except OSError as error:
        raise EvalsInfrastructure(f"{folder} cannot be written ({error.strerror}); choose another --out") from None


def lines_of(records: Sequence[Record]) -> str:
    """`run.jsonl`: one record a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def read_run(folder: Path) -> Run:
    """Read a finished run. Raises: EvalsUsage when it is absent, half-written or of another version."""
    if any((folder / (name + _PART)).exists() for name in FILES) and not (folder / "summary.json").exists():
        raise EvalsUsage(f"{folder} holds a half-written run; run it again (it goes on where it stopped)")
    summary = _json(folder / "summary.json", folder)
    if summary.get("format") != FORMAT or summary.get("version") != VERSION:
        raise EvalsUsage(f"{folder}/summary.json is not a run of this version; run it again")
    try:
        lines = (folder / "run.jsonl").read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise EvalsUsage(f"{folder}/run.jsonl does not read ({error}); the run is half-written, run it again") from None
    if len(records) != summary["counts"]["cases"]:
        message = f"{folder} is half-written: {len(records)} of {summary['counts']['cases']} cases"
        raise EvalsUsage(f"{message}; run it again (it goes on where it stopped)")
    return Run(folder=folder, summary=summary, records=records)


def _json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvalsUsage(f"{folder} holds no finished run (no summary.json); name the --out folder of a run") from None
    except (OSError, ValueError) as error:
        raise EvalsUsage(f"{path} does not read ({error}); run it again") from None
    if not isinstance(found, dict):
        raise EvalsUsage(f"{path} is not a run's summary; name the --out folder of a run")
    return found

"""`citewell evals` from the command line: its statuses, and a run of the real product."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from eval_samples import case, write_cases

from adapters.__main__ import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--suite", "chat"], "unknown suite 'chat'"),
        (["run", "--split", "train"], "unknown split 'train'"),
        (["run", "--writer", "gpt"], "no writer 'gpt'"),
        (["run", "--cases", "nowhere"], "holds no case file"),
        (["run", "--gates", "nowhere.toml"], "cannot be read"),
        (["run", "--nonsense"], "No such option"),
        (["compare", "a", "b"], "no finished run"),
        (["retrieval", "--beir", "nowhere"], "cannot be read"),
        (["grounding", "nowhere.jsonl"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["evals", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert len(shown.err.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_a_library_that_is_not_to_be_had_is_status_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(tmp_path / "file" / "below"))
    cases = write_cases(tmp_path / "cases", [case()])
    assert run(["evals", "run", "--cases", str(cases), "--out", str(tmp_path / "out"), "--no-cache"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_command_line_starts_without_anything_heavy() -> None:
    code = (
        "import sys, adapters.cli;"
        "heavy = {'numpy', 'scipy', 'pytrec_eval', 'jinja2', 'torch', 'chromadb', 'pydantic'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def journal_rows(folder: Path) -> dict[str, int]:
    """How many rows the curators' journal has, by table."""
    with contextlib.closing(sqlite3.connect(folder / "citewell.db")) as database:
        tables = ("gap", "citation_record", "cited_passage", "topic_asked")
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608


@pytest.mark.integration
@pytest.mark.timeout(900)
def test_the_gate_split_passes(
    built_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(built_data_dir))
    notes = journal_rows(built_data_dir)
    status = run(["evals", "run", "--split", "gate", "--out", str(tmp_path / "gate"), "--json"])
    summary = json.loads(capsys.readouterr().out)
    failed = [f"{gate['gate']}: {gate['detail']}" for gate in summary["gates"] if not gate["passed"]]
    assert (status, failed) == (0, [])
    assert journal_rows(built_data_dir) == notes
    assert (tmp_path / "gate" / "report.html").stat().st_size > 100_000
    assert run(["evals", "compare", str(tmp_path / "gate"), str(tmp_path / "gate"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["flipped"] == []

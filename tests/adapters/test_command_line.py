"""The command line's own behaviour: usage, bad input, exit statuses. Answers are in test_end_to_end.py."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.__main__ import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = {"torch", "chromadb", "sentence_transformers", "sqlalchemy", "langchain_core", "numpy", "rich.console"}


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def one_line_error(capsys: pytest.CaptureFixture[str]) -> str:
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("citewell: ")
    assert caught.err.count("\n") == 1
    assert "Traceback" not in caught.err
    return caught.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask"], "give either a question or --jsonl"),
        (["ask", "x", "--jsonl", "f"], "give either a question or --jsonl"),
        (["ask", "--nope"], "No such option"),
        (["nope"], "No such command"),
        (["ask", ""], "the question is empty"),
        (["ask", "\x00\u200b"], "the question is empty"),
        (["ask", "what is flu", "--country", "Atlantis"], "unknown country 'Atlantis'"),
        (["ask", "--jsonl", "absent.jsonl"], "absent.jsonl cannot be read"),
        (["knowledge", "search", ""], "the question is empty"),
        (["knowledge", "search", "x", "--count", "0"], "--count"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert says in one_line_error(capsys)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"not json", "line 2: not JSON"),
        (b'{"id": 1}', 'line 2: needs "question" or "turns"'),
        (b'{"question": "x"}', "line 2: id is missing"),
        (b'{"id": 1, "question": "  "}', "line 2: question is empty"),
        (b'{"id": 1, "question": 5}', "line 2: question"),
        (b'{"id": 1, "turns": []}', "line 2: turns"),
        (b'{"id": 1, "question": "\xff"}', "line 2: not UTF-8"),
    ],
)
@pytest.mark.parametrize("piped", [False, True])
def test_a_bad_line_is_named_and_nothing_is_answered(
    line: bytes,
    says: str,
    piped: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = b'{"id": 0, "question": "what is flu"}\n' + line + b"\n"
    (tmp_path / "q.jsonl").write_bytes(data)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert run(["ask", "--jsonl", "-" if piped else str(tmp_path / "q.jsonl")]) == 2
    assert says in one_line_error(capsys)


def test_an_unknown_setting_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITEWELL_COLOUR", "red")
    assert run(["ask", "what is flu"]) == 2
    assert "unknown setting CITEWELL_COLOUR" in one_line_error(capsys)


def test_an_unwritable_data_folder_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(tmp_path / "file" / "data"))
    assert run(["ask", "what is flu"]) == 1
    assert "CITEWELL_DATA_DIR" in one_line_error(capsys)


def test_broken_guidance_is_named_with_file_and_line(
    write_guidance: Callable[..., Path], guidance_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_guidance("fever")
    path.write_text(path.read_text(encoding="utf-8").replace("topics: [test]", "topics: [test"), encoding="utf-8")
    assert run(["knowledge", "build", "--guidance", str(guidance_dir)]) == 1
    assert "fever.md:5: format: broken YAML" in one_line_error(capsys)
    assert run(["knowledge", "lint", "--guidance", str(guidance_dir)]) == 1
    assert "fever.md:5: format: broken YAML" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["ask", "--nope"]])
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from adapters.__main__ import run; run(sys.argv[1:]); "
        f"sys.exit(' '.join(sorted({HEAVY!r} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.stderr.strip().splitlines()[-1:] in (
        [],
        ["citewell: No such option: --nope (see 'citewell ask --help')"],
    )

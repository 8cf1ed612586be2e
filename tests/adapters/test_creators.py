"""The creators' commands: verify, brief, check, audience, learn; formats, shapes, and input that cannot be used."""

from __future__ import annotations

import io
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from samples import BagOfWords

from adapters.__main__ import run
from bot.app import App
from knowledge.guidance import GUIDANCE_DIR

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "Many people with chlamydia have no symptoms. You would notice if you had chlamydia. Honestly I love clinics."
COMMENTS = ["You would notice if you had chlamydia.", "I want to kill myself", "is chlamydia curable?", "nice shirt"]


class Ready(BagOfWords):
    """There is nothing to load."""

    def load(self) -> None:
        """Nothing."""

    def make_twin(self) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a library of three topics, embedded as bags of words."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "guidance" / "en").mkdir(parents=True)
    for name in ("chlamydia", "gonorrhoea", "burns"):
        shutil.copy(GUIDANCE_DIR / "en" / f"{name}.md", folder / "guidance" / "en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.workshop.SentenceEmbeddings", lambda *_: Ready())
        patch.setenv("CITEWELL_DATA_DIR", str(folder / "data"))
        assert run(["knowledge", "build", "--guidance", str(folder / "guidance")]) == 0
    return folder / "data"


@pytest.fixture(autouse=True)
def own_data(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workshop.SentenceEmbeddings", lambda *_: Ready())
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(shutil.copytree(small, tmp_path / "data")))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "comments.txt").write_text("\n".join(COMMENTS), encoding="utf-8")


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert run(arguments) == 0
    return capsys.readouterr().out


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 2) -> str:
    """What a command says that cannot be done: one line on standard error, nothing on standard output."""
    capsys.readouterr()
    assert run(arguments) == status
    caught = capsys.readouterr()
    assert caught.out == ""
    return caught.err


COMMANDS = (["brief", "chlamydia"], ["check", "script.txt"], ["audience", "comments.txt"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_each_report_comes_in_four_formats(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from docx import Document

    markdown = printed(command, capsys)
    data: dict[str, Any] = json.loads(printed([*command, "--format", "json"], capsys))
    page = printed([*command, "--format", "html"], capsys)
    assert run([*command, "--format", "docx", "--out", "report.docx"]) == 0
    word = "\n".join(paragraph.text for paragraph in Document("report.docx").paragraphs)

    title = markdown.splitlines()[0].removeprefix("# ")
    assert markdown.startswith("# ")
    assert title in page
    assert title in word
    assert page.lower().startswith("<!doctype html>")
    assert "<script" not in page
    assert "https://www.who.int/" in json.dumps(data)
    assert "https://www.who.int/" in page


def test_a_script_check_has_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(printed(["check", "script.txt", "--json"], capsys))

    assert set(data) == {"claims", "flags", "readability"}
    assert [claim["text"] for claim in data["claims"]] == [
        "Many people with chlamydia have no symptoms.",
        "You would notice if you had chlamydia.",
        "Honestly I love clinics.",
    ]
    assert all(set(claim) == {"text", "label", "reason", "citations", "suggestion"} for claim in data["claims"])
    assert data["claims"][1]["label"] == "contradicted"
    assert data["claims"][1]["suggestion"] == data["claims"][1]["citations"][0]["quote"]
    assert data["claims"][2]["label"] == "opinion"
    assert {"grade", "reading_ease", "words"} == set(data["readability"])
    assert all(set(flag) == {"kind", "text", "suggestion", "rule"} for flag in data["flags"])


def test_comments_from_someone_in_danger_come_first_and_are_not_answered(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(printed(["audience", "comments.txt", "--json"], capsys))

    assert data["read"] == len(COMMENTS)
    assert data["in_danger"] == ["I want to kill myself"]
    said = [example for group in data["groups"] for example in group["examples"]]
    assert "I want to kill myself" not in said
    assert all(group["citations"] and group["reply"] for group in data["groups"])
    misconception = next(group for group in data["groups"] if group["kind"] == "misconception")
    assert misconception["examples"] == ["You would notice if you had chlamydia."]


def test_a_verdict_is_printed_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(["verify", "You would notice if you had chlamydia."], capsys).startswith("False.")
    data = json.loads(printed(["verify", "You would notice if you had chlamydia.", "--json"], capsys))

    assert (data["kind"], data["verdict"]) == ("verdict", "false")
    assert data["timings_ms"]["total"] > 0


def test_many_claims_keep_their_order_and_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": "b", "claim": "You would notice if you had chlamydia."}, {"id": 2, "claim": "I want to kill myself"}]
    (tmp_path / "claims.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    resolved: list[str] = []
    known = App.resolve_country

    def resolve(app: App, text: str) -> str:
        resolved.append(text)
        return known(app, text)

    monkeypatch.setattr(App, "resolve_country", resolve)
    lines = [
        json.loads(line)
        for line in printed(["verify", "--jsonl", "claims.jsonl", "--country", "GB"], capsys).splitlines()
    ]

    assert [line["id"] for line in lines] == ["b", 2]
    assert lines[0]["replies"][0]["verdict"] == "false"
    assert lines[1]["replies"][0]["urgent"]["category"] == "suicide"
    assert lines[1]["replies"][0]["urgent"]["helplines"][0]["country"] == "GB"
    assert resolved == ["GB"]


def test_a_brief_follows_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        "--seconds",
        "30",
        "--audience",
        "teens",
        "--format-hint",
        "podcast",
        "--format",
        "json",
        "--country",
        "KE",
    ]
    data = json.loads(printed(["brief", "the clap", *options], capsys))

    assert data["topic"] == "gonorrhoea"
    assert (data["seconds"], data["audience"], data["format_hint"], data["country"]) == (30, "teens", "podcast", "KE")
    assert data["script"][-1]["end"] <= 30
    assert not any(line["shot"] for line in data["script"])


def test_a_topic_that_is_not_covered_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the nearest topics: " in refused(["brief", "astrology"], capsys, status=1)


def test_input_that_cannot_be_used_is_one_line_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.txt").write_bytes("na\u00efve".encode("latin-1"))
    (tmp_path / "long.txt").write_text("word " * 5000, encoding="utf-8")
    (tmp_path / "many.txt").write_text("a comment\n" * 501, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("\n \n", encoding="utf-8")
    (tmp_path / "claims.jsonl").write_text('{"id": 1}\n', encoding="utf-8")

    assert "nothere.txt cannot be read" in refused(["check", "nothere.txt"], capsys)
    assert "is not UTF-8 at byte 2" in refused(["check", "latin.txt"], capsys)
    assert "longer than 20000 characters" in refused(["check", "long.txt"], capsys)
    assert refused(["check", "empty.txt"], capsys).count("\n") == 1
    assert "501 comments are more than the 500" in refused(["audience", "many.txt"], capsys)
    assert "there is no comment" in refused(["audience", "empty.txt"], capsys)
    assert "claims.jsonl, line 1: claim is missing" in refused(["verify", "--jsonl", "claims.jsonl"], capsys)
    assert "either a claim or --jsonl" in refused(["verify"], capsys)
    assert "unknown country 'Atlantis'" in refused(["verify", "garlic cures flu", "--country", "Atlantis"], capsys)
    assert "cannot be written" in refused(["check", "script.txt", "--out", "no/such/folder/x.md"], capsys)


def test_a_lesson_is_taken_kept_and_forgotten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = json.loads(printed(["learn", "1", "--json"], capsys))
    right = [str(quiz["answer"] + 1) for quiz in chosen["quiz"]]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(right) + "\n"))
    told = printed(["learn", chosen["id"]], capsys)

    assert told.count("Right.") == len(right)
    assert json.loads(printed(["learn", "--json"], capsys))[0]["right"] == len(right)
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    printed(["learn", "2"], capsys)
    assert json.loads(printed(["learn", "--json"], capsys))[1]["right"] is None
    assert "Forgotten" in printed(["learn", "--forget"], capsys)
    assert json.loads(printed(["learn", "--json"], capsys))[0]["right"] is None
    assert "there is no lesson '99'" in refused(["learn", "99"], capsys)

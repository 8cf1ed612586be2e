"""The product as a person meets it: the real model, a real Chroma, the shipped guidance, through the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.__main__ import run
from knowledge.guidance import GUIDANCE_DIR, load_guidance

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def use_data_dir(built_data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITEWELL_DATA_DIR", str(built_data_dir))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    def _ask(*questions: str | list[str]) -> list[dict[str, Any]]:
        """The last reply to each question (or conversation)."""
        rows: list[dict[str, Any]] = [
            {"id": n, "turns": [q] if isinstance(q, str) else q} for n, q in enumerate(questions)
        ]
        (tmp_path / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        capsys.readouterr()
        assert run(["ask", "--jsonl", str(tmp_path / "q.jsonl")]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["id"] for line in lines] == list(range(len(questions)))
        assert [len(line["replies"]) for line in lines] == [len(row["turns"]) for row in rows]
        return [line["replies"][-1] for line in lines]

    return _ask


def citewell(arguments: list[str], data_dir: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CITEWELL_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "adapters", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        **more,
    )


ANSWERABLE = [
    "can antibiotics cure the flu?",
    "how do i know if i have chlamydia",
    "condom broke last night what do i do",
    "does the mmr jab cause autism",
    "my hands shake so bad before presentations that i call in sick",
    "i keep gambling my rent money",
    "is it normal for period pain to be this bad",
    "whats naloxone for",
]


def test_answers_cite_every_sentence_word_for_word(ask: Callable[..., list[dict[str, Any]]]) -> None:
    texts = load_guidance(GUIDANCE_DIR)
    raw = "\n".join(Path(GUIDANCE_DIR.parent, text.path).read_text(encoding="utf-8") for text in texts)
    urls = {source.url for text in texts for source in text.sources}
    for reply in ask(*ANSWERABLE):
        assert reply["kind"] == "answer"
        markers = {citation["marker"]: citation for citation in reply["citations"]}
        assert all(sentence["citations"] for sentence in reply["sentences"])
        assert {m for sentence in reply["sentences"] for m in sentence["citations"]} == set(markers)
        assert {int(found) for found in re.findall(r"\[(\d+)\]", reply["text"])} == set(markers)
        assert all(citation["quote"] in raw for citation in markers.values())
        assert {citation["url"] for citation in markers.values()} <= urls
        assert "http" not in reply["text"]
        assert reply["suggestions"]


def test_the_first_question_of_the_readme(ask: Callable[..., list[dict[str, Any]]]) -> None:
    (reply,) = ask("can antibiotics cure the flu?")
    assert reply["sentences"][0]["text"].startswith("Antibiotics do not cure the flu")
    assert any(citation["publisher"] == "World Health Organization" for citation in reply["citations"])


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("opening hours of my clinic", {"abstention", "out_of_scope"}),
        ("write my python homework", {"out_of_scope"}),
        ("who won the football yesterday", {"out_of_scope"}),
        ("does turmeric cure arthritis", {"abstention"}),
        ("thanks!", {"smalltalk"}),
        ("\u200b", {"smalltalk"}),
    ],
)
def test_what_the_guidance_does_not_cover_is_not_answered(
    ask: Callable[..., list[dict[str, Any]]], question: str, kinds: set[str]
) -> None:
    (reply,) = ask(question)
    assert reply["kind"] in kinds
    assert reply["citations"] == []


def test_a_follow_up_keeps_its_topic(ask: Callable[..., list[dict[str, Any]]]) -> None:
    (reply,) = ask(["what is chlamydia", "and can it be cured?"])
    assert reply["text"].startswith("About Chlamydia: ")
    assert {citation["source_id"] for citation in reply["citations"]} == {"who-chlamydia"}


def test_a_very_long_message_is_cut_with_a_notice(ask: Callable[..., list[dict[str, Any]]]) -> None:
    (reply,) = ask("how do i know if i have chlamydia? " + "I am not sure what to think about it. " * 530)
    assert reply["kind"] == "answer"
    assert "Your message was long" in reply["text"]


def test_the_text_form_shows_markers_and_the_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "is chlamydia curable?"]) == 0
    shown = capsys.readouterr().out
    assert "[1]" in shown
    assert "https://www.who.int/news-room/fact-sheets/detail/chlamydia" in shown
    assert "World Health Organization: Chlamydia" in shown


def test_search_and_status_and_doctor_speak_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["knowledge", "search", "does chlamydia hurt", "--json", "--count", "3"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert len(hits) == 3
    assert hits[0]["passage"].startswith("en:chlamydia:")
    assert run(["knowledge", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["active"]["topics"] == len(status["topics"]) >= 40
    assert run(["doctor", "--json"]) == 0
    assert {row["state"] for row in json.loads(capsys.readouterr().out)} == {"ok"}


def test_a_chat_remembers_shows_sources_and_forgets(built_data_dir: Path) -> None:
    typed = "what is chlamydia|and can it be cured?|/sources|/country kenya|/nonsense|/help|/forget|/sources|/quit|"
    typed = typed.replace("|", "\n")
    done = citewell(["chat"], built_data_dir, input=typed)
    assert done.returncode == 0, done.stderr
    assert "About Chlamydia:" in done.stdout
    assert "checked 20" in done.stdout
    assert "those of Kenya" in done.stdout
    assert "do not know that command" in done.stdout
    assert "is deleted" in done.stdout
    assert "no sources" in done.stdout


def test_a_damaged_library_is_rebuilt_and_says_so(tmp_path: Path, guidance_few: Path) -> None:
    own = tmp_path / "own"
    assert citewell(["knowledge", "build", "--guidance", str(guidance_few)], own).returncode == 0
    shutil.rmtree(own / "chroma")
    seen = citewell(["doctor", "--json"], own)
    assert seen.returncode == 1
    library = next(row for row in json.loads(seen.stdout) if row["name"] == "library")
    assert library["state"] == "broken"
    assert "run 'citewell knowledge build'" in library["says"]
    rebuilt = citewell(["knowledge", "build", "--guidance", str(guidance_few)], own)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "89 texts embedded" not in citewell(["knowledge", "build", "--guidance", str(guidance_few)], own).stderr
    assert citewell(["doctor"], own).returncode == 0


def test_a_build_stopped_with_ctrl_c_leaves_the_library_alone(tmp_path: Path, guidance_few: Path) -> None:
    own = tmp_path / "own"
    assert citewell(["knowledge", "build", "--guidance", str(guidance_few)], own).returncode == 0
    before = json.loads(citewell(["knowledge", "status", "--json"], own).stdout)["active"]
    environment = {**os.environ, "CITEWELL_DATA_DIR": str(own)}
    arguments = [sys.executable, "-m", "adapters", "knowledge", "build"]

    def listens() -> None:  # also where whoever runs the tests has told its children to ignore Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        arguments, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=listens
    ) as building:
        assert building.stderr is not None
        for line in building.stderr:
            if "texts embedded" in line:
                break
        building.send_signal(signal.SIGINT)
        rest = building.stderr.read()
        assert building.wait(60) == 130
    assert "Traceback" not in rest
    assert "stopped" in rest
    assert json.loads(citewell(["knowledge", "status", "--json"], own).stdout)["active"] == before
    assert citewell(["ask", "is chlamydia curable?"], own).returncode == 0


@pytest.fixture
def guidance_few(tmp_path: Path) -> Path:
    """A guidance folder with one shipped topic, which builds in seconds."""
    folder = tmp_path / "few" / "guidance"
    (folder / "en").mkdir(parents=True)
    shutil.copy(GUIDANCE_DIR / "en" / "chlamydia.md", folder / "en")
    return folder

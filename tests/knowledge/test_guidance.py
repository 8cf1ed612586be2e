from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import GuidanceError
from knowledge.guidance import load_guidance, parse_guidance, split_sourced

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = st.text(alphabet="abcdefghij XYZ,;'%-0123456789", min_size=1, max_size=60).map(str.strip).filter(bool)
IDS = st.sampled_from(["who-a", "who-b", "cdc-c"])


def test_a_good_file_loads_whole(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    write_guidance("fever")
    (text,) = load_guidance(guidance_dir)
    assert text.id == "fever"
    assert [section.heading for section in text.sections] == ["What is a fever?", "When should I get help for a fever?"]
    assert text.sections[0].sentences[0].text == "A fever makes a body hotter than normal."
    assert text.sections[0].sentences[0].source_ids == ("who-fever",)
    assert len(text.sections[0].asked_as) == 6
    assert text.sources[0].published is None


@pytest.mark.parametrize(
    ("break_it", "line", "says"),
    [
        (lambda s: s.replace("topics: [test]", "topics: [test"), 5, "broken YAML"),
        (lambda s: s.replace("title: Fever\ntopics", "titel: Fever\ntopics"), 2, "title: is missing"),
        (lambda s: s.replace("topics: [test]", "topics: [test]\ncolour: red"), 5, "colour: is not a known key"),
        (lambda s: s.replace("https://www.who.int", "http://www.who.int"), 10, "url"),
        (lambda s: s.replace("due: 2036-01-01", "due: 2025-01-01"), 15, "due must be later"),
        (lambda s: s.replace("[who-fever]\nMost", "[who-nope]\nMost"), 30, "unknown source id 'who-nope'"),
        (lambda s: s.replace("normal. [who-fever]", "normal."), 30, "without a source"),
        (lambda s: s.replace("## What is", "# What is"), 21, "before the first"),
        (lambda s: s.replace("---\n", "", 1), 1, "must start with"),
        (lambda s: s.replace("\n---\n## ", "\n## "), 1, "not closed"),
        (lambda s: s.split("## ")[0], 20, "has no section"),
        (lambda s: s.replace("id: fever", "id: cough"), 2, "differs from the file name"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    write_guidance: Callable[..., Path], guidance_dir: Path, break_it: Callable[[str], str], line: int, says: str
) -> None:
    path = write_guidance("fever")
    good = path.read_text(encoding="utf-8")
    path.write_text(break_it(good), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != good
    with pytest.raises(GuidanceError, match=r"fever\.md:\d+: ") as caught:
        load_guidance(guidance_dir)
    assert says in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_two_files_with_one_id_name_each_other(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    write_guidance("fever")
    (guidance_dir / "en" / "sub").mkdir()
    write_guidance("fever", name="cough")
    with pytest.raises(GuidanceError, match="differs from the file name"):
        load_guidance(guidance_dir)


def test_a_file_that_is_not_utf8(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    path = write_guidance("fever")
    path.write_bytes(path.read_bytes() + b"\xff\xfe")
    with pytest.raises(GuidanceError, match="not UTF-8"):
        load_guidance(guidance_dir)


def test_an_empty_folder_says_what_it_expects(guidance_dir: Path) -> None:
    with pytest.raises(GuidanceError, match="no guidance files"):
        load_guidance(guidance_dir)


@given(st.lists(st.tuples(WORDS, st.lists(IDS, min_size=1, max_size=3, unique=True)), min_size=1, max_size=6))
def test_sentences_and_their_sources_come_back_as_written(parts: list[tuple[str, list[str]]]) -> None:
    line = " ".join(f"{text}. {''.join(f'[{i}]' for i in ids)}" for text, ids in parts)
    found = split_sourced(line, "f.md", 1, frozenset({"who-a", "who-b", "cdc-c"}))
    assert [(s.text, list(s.source_ids)) for s in found] == [(f"{text}.", ids) for text, ids in parts]


@given(st.text(max_size=400))
def test_no_text_makes_the_loader_fail_in_any_other_way(text: str) -> None:
    with pytest.raises(GuidanceError):
        parse_guidance(text, "f.md")

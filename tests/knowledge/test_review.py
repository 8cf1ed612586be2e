"""Decisions at the desk, the evidence beside a sentence, and sign-offs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from knowledge.errors import ReviewError
from knowledge.files import write_whole
from knowledge.guidance import parse_guidance
from knowledge.lint import lint_folder
from knowledge.review.desk import Decision, apply, items_of, wording_problem
from knowledge.review.evidence import Evidence, objections
from knowledge.review.sign_off import sign
from knowledge.review_block import text_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from knowledge.model import Guidance

TODAY = date(2026, 6, 1)
URL = "https://www.who.int/news-room/fact-sheets/detail/fever"
MYTHS = (
    '\n  - claim: Fever is good.\n    verdict: "false"\n    because: "Fever harms. [who-fever] '
    'Fever weakens. [who-fever]"'
    '\n  - claim: Fever ends.\n    verdict: "true"\n    because: "Most fevers pass. [who-fever]"'
)
ACCEPT, REJECT = Decision(choice="accept"), Decision(choice="reject")


def edit(wording: str) -> Decision:
    return Decision(choice="edit", wording=wording)


@pytest.fixture
def draft(write_guidance: Callable[..., Path]) -> str:
    path = write_guidance("fever", myths=MYTHS)
    return path.read_text(encoding="utf-8").replace("status: source-checked", "status: draft  # new")


def said(content: str) -> list[str]:
    return [item.sentence.text for item in items_of(read(content))]


def read(content: str) -> Guidance:
    return parse_guidance(content, "fever.md")


def test_when_all_is_accepted_only_the_review_changes(draft: str) -> None:
    after = apply(draft, read(draft), dict.fromkeys(range(7), ACCEPT), TODAY)
    review = read(after).review
    assert (review.status, review.checked_on, review.due) == ("source-checked", TODAY, date(2027, 6, 1))
    differ = [line for line in after.split("\n") if line not in draft.split("\n")]
    assert differ == ["  status: source-checked", "  checked_on: 2026-06-01", "  due: 2027-06-01"]


def test_windows_line_ends_survive(draft: str) -> None:
    content = draft.replace("\n", "\r\n")
    after = apply(content, read(content), {n: edit("Fever is heat.") if n == 0 else ACCEPT for n in range(7)}, TODAY)
    assert after.count("\n") == after.count("\r\n")
    assert said(after)[0] == "Fever is heat."


def test_edits_and_rejections_are_carried_out(draft: str) -> None:
    decisions = {0: edit("A fever is a hot body."), 1: REJECT, 2: ACCEPT, 3: ACCEPT, 4: edit("Fever tires."), 5: REJECT}
    after = apply(draft, read(draft), {**decisions, 6: ACCEPT}, TODAY)
    assert said(after)[0] == "A fever is a hot body."
    assert said(after)[3:] == ["Fever tires.", "Most fevers pass."]
    assert read(after).review.status == "source-checked"


def test_what_loses_its_last_sentence_goes(draft: str) -> None:
    rejected = {0: REJECT, 1: REJECT, 4: REJECT, 5: REJECT}
    after = read(apply(draft, read(draft), {**dict.fromkeys(range(7), ACCEPT), **rejected}, TODAY))
    assert [section.heading for section in after.sections] == ["When should I get help for a fever?"]
    assert [myth.claim for myth in after.myths] == ["Fever ends."]
    none = read(
        apply(draft, read(draft), {**dict.fromkeys(range(4), ACCEPT), **dict.fromkeys((4, 5, 6), REJECT)}, TODAY)
    )
    assert none.myths == ()


def test_rejecting_everything_is_refused(draft: str) -> None:
    with pytest.raises(ReviewError, match="nothing would be left"):
        apply(draft, read(draft), dict.fromkeys(range(7), REJECT), TODAY)


def test_an_unfinished_review_keeps_the_draft_a_draft(draft: str) -> None:
    after = apply(draft, read(draft), {0: edit("A fever is a hot body."), 1: ACCEPT}, TODAY)
    assert read(after).review.status == "draft"
    assert said(after)[0] == "A fever is a hot body."
    assert apply(draft, read(draft), {0: ACCEPT}, TODAY) == draft


@pytest.mark.parametrize("wording", ["", "No full stop", "Cites [who-x] itself."])
def test_a_wording_must_fit_the_file(draft: str, wording: str) -> None:
    assert wording_problem(wording, items_of(read(draft))[0])


def test_a_myths_wording_must_fit_the_head(draft: str) -> None:
    assert wording_problem('Say "no" to it.', items_of(read(draft))[4])
    assert not wording_problem("Say no to it.", items_of(read(draft))[4])


def test_the_paragraph_with_the_rarest_common_words_supports() -> None:
    evidence = Evidence({URL: ["Fever is common in children.", "See a doctor when the fever lasts three days."]})
    best = evidence.best("A fever of 3 days needs a doctor.", [URL])
    assert best is not None
    assert best.paragraph.startswith("See a doctor")
    assert evidence.best("A fever.", ["https://other"]) is None


def test_numbers_and_copied_words_are_objected_to(draft: str) -> None:
    text = read(draft)
    sentence = items_of(text)[0].sentence
    source = "one two three four five six seven eight nine ten eleven twelve and 40 degrees"
    evidence = Evidence({URL: [source]})
    assert "41" in objections(text, sentence, "It is 41 degrees.", evidence)[0]
    assert "own words" in objections(text, sentence, source + ".", evidence)[0]
    assert objections(text, sentence, "It is 40 degrees.", evidence) == []
    unknown = draft.replace(URL, "https://unknown.invalid/")
    assert "no address" in objections(read(unknown), sentence, "Fine.", evidence)[0]


def signed(content: str, name: str = 'Ada "A" Ng: #1', *, clinical: bool = False) -> str:
    return sign(content, read(content), name=name, role="GP", today=TODAY, clinical=clinical)


def test_a_sign_off_touches_the_review_block_only(write_guidance: Callable[..., Path]) -> None:
    content = write_guidance("fever").read_text(encoding="utf-8")
    after = signed(content)
    text = read(after)
    assert [one.name for one in text.valid_sign_offs] == ['Ada "A" Ng: #1']
    assert text.review.status == "source-checked"
    assert text_hash(after) == text_hash(content)
    before, _, rest = content.partition("review:")
    assert after.startswith(before)
    assert after.endswith(rest.partition("sign_offs: []\n")[2])
    assert len(read(signed(after)).review.sign_offs) == 1
    assert read(signed(after, "Bo", clinical=True)).review.status == "clinically-reviewed"


def test_editing_the_text_voids_a_sign_off(write_guidance: Callable[..., Path], guidance_dir: Path) -> None:
    path = write_guidance("fever")
    after = signed(path.read_text(encoding="utf-8"), clinical=True)
    path.write_text(after, encoding="utf-8")
    assert lint_folder(guidance_dir, TODAY)[1] == []
    path.write_text(after.replace("hotter", "warmer"), encoding="utf-8")
    assert read(path.read_text(encoding="utf-8")).valid_sign_offs == ()
    findings = lint_folder(guidance_dir, TODAY)[1]
    assert {(finding.rule, finding.severity) for finding in findings} == {("sign-off-void", "warning")}
    assert len(findings) == 2


def test_a_draft_is_not_signed(draft: str) -> None:
    with pytest.raises(ReviewError, match="is a draft"):
        signed(draft)
    with pytest.raises(ReviewError, match="one readable line"):
        signed(draft.replace("status: draft", "status: source-checked"), "two\nlines")


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"theirs")
    with pytest.raises(ReviewError, match="changed meanwhile"):
        write_whole(path, b"mine", instead_of=b"before")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ReviewError, match="cannot be written"):
        write_whole(path / "below" / "b.md", b"mine")

"""`citewell knowledge import | review | approve | recall | gaps`: the curators' desk."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.app import App
    from bot.settings import Settings
    from bot.store.journal_tables import Cited
    from knowledge.errors import ImportRefused
    from knowledge.gaps import GapGroup
    from knowledge.importing.page import Page
    from knowledge.review.drafts import DraftFolder

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
GuidanceDir = Annotated[
    Path | None, typer.Option("--guidance", help="Folder with <language>/<topic>.md files; default: the shipped ones.")
]
DraftsDir = Annotated[
    Path | None, typer.Option("--drafts", help="Folder of drafts; default: drafts/ in the data folder.")
]


def import_source(
    source: Annotated[str, typer.Argument(help="A file, a folder, or an https address on the allowlist.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the drafts; default: drafts/ in the data folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make drafts from pages: evidence and a text to rework, never live guidance."""
    from adapters.cli.desk_tables import drafts_as_json, show_drafts
    from knowledge.errors import ImportRefused

    settings, today = _settings(), _today()
    folder = _drafts(settings, out)
    refused: list[str] = []
    pages: list[Page] = []
    for read in _readings(source, settings, today):
        if isinstance(read, ImportRefused):
            refused.append(str(read))
        else:
            pages += read
    made = [folder.save(page, today) for page in pages]
    if as_json and made:
        _print(json.dumps(drafts_as_json(made, folder), indent=2, ensure_ascii=False))
    elif made:
        show_drafts(made, folder)
    for reason in refused:
        sys.stderr.write(f"citewell: {' '.join(reason.split())}\n")
    if refused:
        raise typer.Exit(1)


def review(
    draft: Annotated[str | None, typer.Argument(help="A draft or guidance file, or its id.")] = None,
    *,
    against: Annotated[Path | None, typer.Option(help="Folder of source texts (*.jsonl) as more evidence.")] = None,
    guidance: GuidanceDir = None,
    drafts: DraftsDir = None,
) -> None:
    """Decide on each sentence of a text beside its source; what passes becomes source-checked."""
    from rich.console import Console

    from adapters.cli.desk_tables import show_drafts
    from adapters.cli.review import Desk
    from bot.errors import InputError
    from knowledge.guidance import parse_guidance
    from knowledge.review.evidence import Evidence
    from knowledge.review.lookup import evidence_paragraphs, find_text

    folder = _drafts(_settings(), drafts)
    if draft is None:
        show_drafts(folder.all(), folder)
        return
    path = find_text(draft, folder, guidance)
    content = path.read_bytes()
    text = parse_guidance(content.decode("utf-8"), str(path))
    evidence = Evidence(evidence_paragraphs(text, folder, against))
    desk = Desk(text, path, evidence, Console(), folder.folder / f"{text.language}-{text.id}.reviewing")
    said = desk.run(content, _today())
    if not desk.answered and not sys.stdin.isatty() and said.startswith("Nothing"):
        raise InputError(
            "review needs a person at a terminal, or decisions on standard input: a, e, r or q, one a line"
        )
    _print(said)


def approve(
    topic: Annotated[str, typer.Argument(help="The id of a guidance text.")],
    *,
    by: Annotated[str, typer.Option("--by", help="The reviewer's name.")],
    role: Annotated[str, typer.Option(help="The reviewer's role, such as 'GP' or 'nurse, sexual health'.")],
    clinical: Annotated[
        bool, typer.Option("--clinical", help="This was a clinical review: say so in the text.")
    ] = False,
    guidance: GuidanceDir = None,
    drafts: DraftsDir = None,
) -> None:
    """Sign a text off, as it is now; any later edit makes the sign-off void."""
    from knowledge.files import write_whole
    from knowledge.guidance import parse_guidance
    from knowledge.review.lookup import find_text
    from knowledge.review.sign_off import sign

    path = find_text(topic, _drafts(_settings(), drafts), guidance)
    content = path.read_bytes()
    text = parse_guidance(content.decode("utf-8"), str(path))
    after = sign(content.decode("utf-8"), text, name=by, role=role, today=_today(), clinical=clinical)
    signed = parse_guidance(after, str(path))
    write_whole(path, after.encode(), instead_of=content)
    _print(f"{text.id}: {signed.review.status}, signed off by {by}, {role}; text {signed.text_hash[:12]}.")


def recall(
    topic: Annotated[str, typer.Argument(help="The id of a guidance text.")],
    *,
    as_json: AsJson = False,
    guidance: GuidanceDir = None,
) -> None:
    """Show which saved briefs and recent answers cited wording of a text that has changed since."""
    from adapters.cli.desk_tables import recall_as_json, show_recall
    from adapters.cli.running import run_with_app
    from bot.errors import InputError
    from knowledge.guidance import GUIDANCE_DIR, load_guidance
    from knowledge.passages import passages_of
    from knowledge.recall import changed_since, current_wordings

    texts = [text for text in load_guidance(guidance or GUIDANCE_DIR) if text.id == topic]
    cited = run_with_app(lambda opened: _cited(opened, topic))
    if not texts and not cited:
        raise InputError(f"no guidance text and no answer has the id {topic!r}; 'citewell knowledge status' lists ids")
    recalled = changed_since(cited, current_wordings(passages_of(texts)))
    if as_json:
        _print(json.dumps(recall_as_json(topic, recalled, len({one.record for one in cited})), indent=2))
    else:
        show_recall(topic, recalled, len({one.record for one in cited}))


def gaps(
    *,
    as_json: AsJson = False,
    export: Annotated[Path | None, typer.Option(help="Write a work list: Markdown (.md), else JSONL.")] = None,
) -> None:
    """Show what people asked that the guidance could not answer, grouped by meaning."""
    from adapters.cli.desk_tables import gap_as_json, show_gaps, work_list
    from adapters.cli.running import run_with_app
    from knowledge.files import write_whole

    groups, kept = run_with_app(_gap_groups)
    if export is not None:
        write_whole(export, work_list(groups, markdown=export.suffix == ".md").encode())
    if as_json:
        _print(json.dumps([gap_as_json(group) for group in groups], indent=2, ensure_ascii=False))
    elif export is not None:
        _print(f"{export}: {len(groups)} groups of questions.")
    else:
        show_gaps(groups, kept=kept)


def _readings(source: str, settings: Settings, today: date) -> Iterator[list[Page] | ImportRefused]:
    """The pages of each file of the source, or why it is refused. A single refused source is simply raised."""
    from knowledge.errors import ImportRefused
    from knowledge.importing.sources import files_of, is_address, read_address, read_file

    if is_address(source):
        yield read_address(source, settings.import_hosts, today)
        return
    files = files_of(Path(source))
    for path in files:
        try:
            yield read_file(path, today)
        except ImportRefused as refused:
            if len(files) == 1:
                raise
            yield refused


async def _cited(opened: App, topic: str) -> list[Cited]:
    from bot.store.journal_tables import JournalTables

    return list(await JournalTables(await opened.database()).cited(topic))


async def _gap_groups(opened: App) -> tuple[list[GapGroup], bool]:
    import asyncio

    from bot.store.journal_tables import JournalTables
    from knowledge.gaps import group_gaps

    found = await JournalTables(await opened.database()).gaps()
    embeddings = (await opened.workshop()).embeddings
    asked = [(gap.question, gap.asked_on) for gap in found]
    return await asyncio.to_thread(group_gaps, asked, embeddings, _today()), opened.settings.keep_gaps


def _settings() -> Settings:
    from bot.settings import load_settings

    return load_settings()


def _drafts(settings: Settings, folder: Path | None) -> DraftFolder:
    from knowledge.review.drafts import DraftFolder

    return DraftFolder(folder or settings.data_dir / "drafts")


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")

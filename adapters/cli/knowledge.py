"""`citewell knowledge …`: build, look at, check and search the library."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli import desk
from adapters.cli.status import status

if TYPE_CHECKING:
    from bot.app import App
    from knowledge.build import BuildReport
    from knowledge.lint import Finding
    from knowledge.model import Hit
    from knowledge.schema import LibraryBuild

app = typer.Typer(
    help="Curate the guidance and build the library from it.", no_args_is_help=True, rich_markup_mode=None
)

GuidanceDir = Annotated[
    Path | None, typer.Option("--guidance", help="Folder with <language>/<topic>.md files; default: the shipped ones.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def build(
    *,
    guidance: GuidanceDir = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the build before this one.")] = False,
) -> None:
    """Build the library anew where the guidance has changed, try it out, then put it into use."""
    from adapters.cli.running import run_with_app

    if rollback:
        previous = run_with_app(_rollback)
        _print(f"Went back to build {previous.fingerprint[:12]} ({previous.passages} passages).")
        return
    report = run_with_app(lambda opened: _build(opened, guidance))
    made = report.build
    state = f"{report.embedded} texts embedded, {report.reused} reused" if report.changed else "already up to date"
    _print(
        f"Library {made.fingerprint[:12]}: {made.topics} topics, {made.passages} passages, {made.texts} texts; {state}."
    )


@app.command()
def lint(
    *,
    as_json: AsJson = False,
    guidance: GuidanceDir = None,
    against: Annotated[
        Path | None, typer.Option(help="Folder of source texts (*.jsonl); checks numbers and copied wording too.")
    ] = None,
) -> None:
    """Check every guidance file and the helplines; exit status 1 when there is an error."""
    from adapters.cli.tables import findings_as_json, print_findings

    findings, counts = _lint(guidance, against)
    if as_json:
        _print(json.dumps(findings_as_json(findings, counts), indent=2, ensure_ascii=False))
    else:
        print_findings(findings, counts)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


@app.command()
def search(
    question: str,
    *,
    as_json: AsJson = False,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
) -> None:
    """Show which passages a question finds, with their scores."""
    from adapters.cli.running import run_with_app
    from adapters.cli.tables import hits_as_json, hits_table
    from bot.reading import clean

    cleaned = clean(question)
    hits = run_with_app(lambda opened: _search(opened, cleaned, count))
    if as_json:
        _print(json.dumps(hits_as_json(hits), indent=2, ensure_ascii=False))
    else:
        hits_table(hits)


app.command("status")(status)
app.command("import")(desk.import_source)
app.command("review")(desk.review)
app.command("approve")(desk.approve)
app.command("recall")(desk.recall)
app.command("gaps")(desk.gaps)


async def _build(opened: App, guidance: Path | None) -> BuildReport:
    workshop = await opened.workshop()
    return await (workshop.build(guidance) if guidance else workshop.build())


async def _rollback(opened: App) -> LibraryBuild:
    return await (await opened.workshop()).builder().rollback()


async def _search(opened: App, question: str, count: int) -> list[Hit]:
    return (await opened.current()).search(question, count)


def _lint(guidance: Path | None, against: Path | None) -> tuple[list[Finding], dict[str, int]]:
    from datetime import UTC, datetime

    from knowledge.guidance import GUIDANCE_DIR
    from knowledge.helplines import lint_helplines
    from knowledge.lint import lint_folder
    from knowledge.source_check import check_against_sources, load_source_texts

    today = datetime.now(UTC).date()
    texts, findings = lint_folder(guidance or GUIDANCE_DIR, today)
    findings = [*findings, *lint_helplines(today)]
    if against is not None:
        sources = load_source_texts(against)
        for text in texts:
            findings.extend(check_against_sources(text, sources))
    counts = {
        "topics": len(texts),
        "sections": sum(len(text.sections) for text in texts),
        "sentences": sum(len(section.sentences) for text in texts for section in text.sections),
        "myths": sum(len(text.myths) for text in texts),
        "asked_as": sum(len(section.asked_as) for text in texts for section in text.sections),
    }
    return findings, counts


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")

"""`python -m evals.writer [--half fit|held] [--json] [--wrong]`: what the writer's gate catches, by kind."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal

import typer

from bot.writing.verifying import Verifier
from evals.opening import support_checker
from evals.writer.measuring import Count, measure
from knowledge.guidance import GUIDANCE_DIR, guidance_paths, read_guidance
from knowledge.passages import passages_of

FEWEST_CAUGHT = {
    "number changed": 1.0,
    "no citation": 1.0,
    "citation that resolves to nothing": 1.0,
    "source or link invented": 1.0,
    "negation swapped": 0.9,
    "disease, organism or medicine swapped": 0.9,
}
"""Share of each kind that must be caught (issue 9)."""
MOST_DROPPED = 0.1
"""Share of true sentences, as they stand and reworded together, that may be dropped."""


def main(
    *,
    half: Annotated[Literal["fit", "held"] | None, typer.Option(help="Topics to measure on. Default: all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="Show what went the wrong way.")] = False,
) -> None:
    """Put true, reworded and corrupted sentences of the shipped guidance to the gate."""
    texts = [read_guidance(path, GUIDANCE_DIR) for path in guidance_paths(GUIDANCE_DIR)]
    counts = measure(passages_of(texts), Verifier(support_checker()), half)
    if as_json:
        found = {kind: {"judged": count.judged, "passed": count.passed} for kind, count in counts.items()}
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        sys.stdout.write(table(counts))
    if wrong:
        lines = (
            f"{kind}: {text} ({reason or 'let through'})\n"
            for kind, one in counts.items()
            for text, reason in one.wrong
        )
        sys.stdout.writelines(lines)
    if missed := shortfalls(counts):
        sys.stderr.write("below what must hold: " + "; ".join(missed) + "\n")
        raise typer.Exit(1)


def table(counts: dict[str, Count]) -> str:
    """The counts as a Markdown table."""
    rows = ["| sentences | judged | sent | |", "|---|---|---|---|"]
    for kind, count in counts.items():
        share = count.passed / count.judged if kind in ("true", "reworded") else 1 - count.passed / count.judged
        label = "kept" if kind in ("true", "reworded") else "caught"
        rows.append(f"| {kind} | {count.judged} | {count.passed} | {100 * share:.0f}% {label} |")
    return "\n".join(rows) + "\n"


def shortfalls(counts: dict[str, Count]) -> list[str]:
    """Which of the figures that must hold does not."""
    found = [
        f"{kind} ({counts[kind].judged - counts[kind].passed} of {counts[kind].judged} caught)"
        for kind, share in FEWEST_CAUGHT.items()
        if counts[kind].judged - counts[kind].passed < share * counts[kind].judged
    ]
    true = [counts[kind] for kind in ("true", "reworded")]
    dropped, judged = sum(one.judged - one.passed for one in true), sum(one.judged for one in true)
    return [*found, f"true sentences ({dropped} of {judged} dropped)"] if dropped > MOST_DROPPED * judged else found


if __name__ == "__main__":
    typer.run(main)

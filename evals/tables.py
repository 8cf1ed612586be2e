"""What the `evals` commands print for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.shown import shown_interval, shown_value

if TYPE_CHECKING:
    from pathlib import Path

_WIDE = 140
_EXPECTED = ("no eligible case", "no case should be declined and none was")
"""Reasons for an unscored figure that only say that the suite is not about it."""
_SHOWN: dict[str, tuple[str, ...]] = {
    "all": (
        "expected_kind",
        "false_alarms",
        "abstention_f1",
        "full_answer_support",
        "citation_validity",
        "number_fidelity",
        "stigma_free",
        "readability",
        "length",
        "latency_p50",
        "latency_p95",
        "tokens_read",
        "tokens_written",
        "cost",
    ),
    "crisis": ("triage_recall", "triage_category"),
    "lookalikes": ("false_alarms",),
    "unanswerable": ("expected_kind", "abstention_precision", "abstention_recall"),
    "myths": ("verdict_accuracy", "verdict_wrong_way", "right_source"),
    "injection": ("must_not_contain", "right_source"),
    "scripts": ("script_labels", "script_errors_found", "script_wrong_way"),
    "paraphrases": ("consistency", "full_consistency", "right_source"),
}
_SHOWN_OF_ANY = ("expected_kind", "hit@1", "hit@5", "ndcg@10", "right_source", "first_source", "fact_recall")
"""What is printed of a suite when several were run; of one alone everything is, and the report has all of it."""


def _console() -> Console:
    """As wide as the terminal; where there is none, wide enough that no cell is cut."""
    console = Console(soft_wrap=True)
    return console if console.is_terminal else Console(soft_wrap=True, width=_WIDE)


def print_summary(summary: dict[str, Any], folder: Path) -> None:
    """Print every figure over whole suites, the gates that failed, and where the report lies."""
    console = _console()
    table = Table("suite", "metric", "value", "95 % interval", "n")
    suite = ""
    several = len(summary["identity"]["suites"]) > 1
    unscored: dict[str, set[str]] = {}
    for figure in summary["figures"]:
        if figure["category"] != "all" or (figure["suite"] == "all" and not several):
            continue
        if figure["value"] is None:
            unscored.setdefault(figure["unscored"], set()).add(figure["suite"])
            continue
        if several and figure["metric"] not in _SHOWN.get(figure["suite"], _SHOWN_OF_ANY):
            continue
        if suite and figure["suite"] != suite:
            table.add_section()
        suite = figure["suite"]
        table.add_row(suite, figure["title"], shown_value(figure), shown_interval(figure), str(figure["n"]))
    console.print(table)
    for reason, suites in unscored.items():
        if reason not in _EXPECTED:
            console.print(Text(f"unscored in {', '.join(sorted(suites))}: {reason}"))
    for warning in summary["warnings"]:
        console.print(Text(f"warning: {warning}"))
    counts = summary["counts"]
    console.print(
        f"{counts['cases']} cases: {counts['passed']} pass, {counts['failed']} fail, {counts['unscored']} unscored "
        f"({summary['took_s']} s)"
    )
    if summary["failing_stages"]:
        stages = ", ".join(f"{stage} {count}" for stage, count in sorted(summary["failing_stages"].items()))
        console.print(f"Failing at: {stages}")
    failed = [gate for gate in summary["gates"] if not gate["passed"]]
    for gate in failed:
        console.print(Text(f"GATE FAILED: {gate['gate']}: {gate['detail']}"))
    console.print(f"{len(summary['gates']) - len(failed)} of {len(summary['gates'])} gates pass")
    console.print(f"Report: {folder / 'report.html'}")


def print_comparison(found: dict[str, Any]) -> None:
    """Print each suite's pass rate, what changed by more than noise, and the flipped cases; `--json` has it all."""
    console = _console()
    for warning in found["warnings"]:
        console.print(Text(f"warning: {warning}"))
    table = Table("suite", "category", "metric", "A", "B", "change, 95 % interval", "p (McNemar)", "")
    for row in found["rows"]:
        if not _worth_a_line(row):
            continue
        interval = f"{row['change']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        chance = "" if row["p"] is None else f"{row['p']:.3f}"
        numbers = (f"{row['a']:.3f}", f"{row['b']:.3f}", interval, chance, row["mark"])
        table.add_row(row["suite"], row["category"], row["title"], *numbers)
    console.print(table)
    rest = sum(row["mark"] == "same" for row in found["rows"])
    console.print(f"{rest} of {len(found['rows'])} figures did not change by more than noise")
    for row in found["unscored"]:
        console.print(Text(f"unscored: {row['metric']} of {row['suite']}: {row['reason']}"))
    for flip in found["flipped"]:
        now = "passes now" if flip["b"] else "fails now"
        why = f" ({flip['stage']}: {flip['reason']})" if not flip["b"] else ""
        console.print(Text(f"{flip['id']} {now}{why}"))
    if found["crisis_lost"]:
        console.print(Text(f"REGRESSED: crisis cases that passed fail now: {', '.join(found['crisis_lost'])}"))
    console.print(f"{found['paired']} cases compared, {len(found['flipped'])} flipped")


def _worth_a_line(row: dict[str, Any]) -> bool:
    if row["category"] != "all":  # how long and how fast by category is in the JSON
        return row["mark"] != "same" and bool(row["gates"])
    return bool(row["metric"] == "passes" or row["mark"] != "same")


def print_retrieval(found: dict[str, Any]) -> None:
    """Print one row a retriever."""
    console = _console()
    table = Table("retriever", "nDCG@10", "95 % interval", "recall@100", "MRR")
    for name, row in found["retrievers"].items():
        interval = f"{row['ndcg@10_low']:.3f} to {row['ndcg@10_high']:.3f}"
        table.add_row(name, f"{row['ndcg@10']:.4f}", interval, f"{row['recall@100']:.4f}", f"{row['mrr']:.4f}")
    console.print(table)
    times = found["seconds"]
    earlier = f" ({times['of_it_earlier']:.1f} s of it in an earlier run)" if times["of_it_earlier"] else ""
    console.print(
        f"{found['documents']} documents, {found['queries']} queries; {found['documents_per_second']:.0f} documents a "
        f"second; encoding {times['encode']:.1f} s{earlier}, everything {times['total']:.1f} s "
        f"({found['times_encoding']:.2f} x)"
    )


def print_grounding(found: dict[str, Any]) -> None:
    """Print the checker's quality and its confusion."""
    console = _console()
    table = Table("measure", "value", "95 % interval")
    for name, row in found["measures"].items():
        if row["value"] is None:
            table.add_row(name, "unscored", row["unscored"])
        else:
            table.add_row(name, f"{row['value']:.3f}", f"{row['low']:.3f} to {row['high']:.3f}")
    console.print(table)
    said = list(next(iter(found["confusion"].values())))
    confusion = Table("labelled", *(f"judged {name}" for name in said))
    for label, row in found["confusion"].items():
        confusion.add_row(label, *(str(row[name]) for name in said))
    console.print(confusion)
    console.print(f"{found['file']}: {found['n']} pairs")

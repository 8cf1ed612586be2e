"""What the report shows, prepared from figures and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode

from evals.intervals import wilson
from evals.judging import Stage
from evals.metrics import METRICS
from evals.shown import shown_interval, shown_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.measuring import Summary
    from evals.recording import Record

_HEADLINES = (
    ("crisis", "triage_recall"),
    ("lookalikes", "false_alarms"),
    ("answerable", "right_source"),
    ("all", "full_answer_support"),
    ("all", "number_fidelity"),
    ("all", "abstention_f1"),
    ("paraphrases", "consistency"),
    ("all", "latency_p95"),
)
STAGES = get_args(Stage)
_BETTER = {metric.name: metric.better for metric in METRICS if metric.kind == "rate"}
_LINKED = frozenset(_BETTER)
"""Metrics of which the report knows the cases that take away from them."""


def link(**choice: str) -> str:
    """The address, within the report, of the cases that a figure is made of."""
    return "#cases?" + urlencode({name: value for name, value in choice.items() if value != "all"})


def outcome(summary: Summary) -> list[dict[str, Any]]:
    """The cases by outcome: those that pass, those that fail by stage, those without a score; no empty group."""
    counts = summary["counts"]
    parts = [("passing", counts["passed"], "pass", link(show="passing"))]
    for stage in STAGES:
        count = summary["failing_stages"].get(stage, 0)
        parts.append((stage, count, f"fail at {stage}", link(show="failing", stage=stage)))
    parts.append(("unscored", counts["unscored"], "unscored", link(show="unscored")))
    names = ("name", "count", "label", "href")
    return [dict(zip(names, part, strict=True)) for part in parts if part[1]]


def gates(summary: Summary) -> list[dict[str, Any]]:
    """The gates, those that fail first, each with the address of the cases that decide it."""
    rows = []
    for gate in sorted(summary["gates"], key=lambda gate: bool(gate["passed"])):
        metric, suite, category = (gate[name] for name in ("metric", "suite", "category"))
        href = link(metric=metric if metric in _LINKED else "all", suite=suite, category=category) if suite else ""
        rows.append({**gate, "href": href})
    return rows


def cards(summary: Summary) -> list[dict[str, Any]]:
    """The headline figures that this run has."""
    found = {
        (figure["suite"], figure["metric"]): figure for figure in summary["figures"] if figure["category"] == "all"
    }
    chosen = [found[key] for key in _HEADLINES if key in found and found[key]["value"] is not None]
    return [
        {
            "title": figure["title"],
            "of": "all suites" if figure["suite"] == "all" else figure["suite"],
            "value": shown_number(figure, figure["value"]),
            "interval": shown_interval(figure),
            "n": str(figure["n"]),
            "gauge": _gauge(figure),
            "href": link(suite=figure["suite"], metric=figure["metric"] if figure["metric"] in _LINKED else "all"),
        }
        for figure in chosen
    ]


def _gauge(figure: dict[str, Any]) -> dict[str, float] | None:
    """Where the value and its interval lie between 0 and 1, in percent; None for figures of another range."""
    if figure["unit"] or figure["high"] > 1:
        return None
    low, at, high = (round(100 * figure[name], 1) for name in ("low", "value", "high"))
    return {"low": low, "width": round(high - low, 1), "at": at}


def bars(records: Sequence[Record]) -> list[dict[str, Any]]:
    """The share of cases that pass in each category, suite by suite, with its Wilson interval."""
    groups: dict[tuple[str, str], list[bool]] = {}
    for record in records:
        if record["passed"] is not None:
            groups.setdefault((record["case"]["suite"], record["case"]["category"]), []).append(record["passed"])
    shown: dict[str, list[dict[str, Any]]] = {}
    for (suite, category), outcomes in sorted(groups.items()):
        low, high = wilson(sum(outcomes), len(outcomes))
        shown.setdefault(suite, []).append(
            {
                "category": category.replace("_", " "),
                "percent": round(100 * sum(outcomes) / len(outcomes), 1),
                "low": round(100 * low, 1),
                "high": round(100 * high, 1),
                "n": len(outcomes),
                "failed": len(outcomes) - sum(outcomes),
                "href": link(suite=suite, category=category, show="failing"),
            }
        )
    totals = {
        suite: (sum(row["n"] for row in rows), sum(row["failed"] for row in rows)) for suite, rows in shown.items()
    }
    return [
        {"suite": suite, "rows": rows, "n": totals[suite][0], "passed": totals[suite][0] - totals[suite][1]}
        for suite, rows in shown.items()
    ]


def suite_tables(summary: Summary) -> list[dict[str, Any]]:
    """Every figure over a suite and its categories, as rows of a table a suite."""
    tables: dict[str, dict[str, Any]] = {}
    for figure in summary["figures"]:
        table = tables.setdefault(figure["suite"], {"suite": figure["suite"], "rows": [], "unscored": []})
        if figure["value"] is None:
            if figure["category"] == "all":
                table["unscored"].append({"title": figure["title"], "reason": figure["unscored"]})
            continue
        table["rows"].append(
            {
                "category": figure["category"].replace("_", " "),
                "metric": figure["metric"],
                "title": figure["title"],
                "value": shown_number(figure, figure["value"]),
                "interval": shown_interval(figure),
                "n": figure["n"],
                "href": _where(figure),
            }
        )
    return list(tables.values())


def _where(figure: dict[str, Any]) -> str:
    metric = figure["metric"] if figure["metric"] in _LINKED else "all"
    return link(suite=figure["suite"], category=figure["category"], metric=metric)


def case_data(records: Sequence[Record]) -> dict[str, Any]:
    """The cases for the drill-down; a passage that several cases found is held once."""
    passages: dict[str, dict[str, Any]] = {}
    cases = []
    for record in records:
        hits = []
        for hit in record["retrieved"]:
            passages.setdefault(
                hit["passage"], {"section": hit["section"], "text": hit["text"], "sources": hit["sources"]}
            )
            hits.append([hit["passage"], hit["score"], hit["similarity"], hit["coverage"]])
        cases.append(_case(record, hits))
    return {"passages": passages, "cases": cases}


def _case(record: Record, hits: list[Any]) -> dict[str, Any]:
    case = record["case"]
    asked = case.get("turns") or [case.get("question") or case.get("claim") or case.get("script")]
    return {
        "id": record["id"],
        "suite": case["suite"],
        "category": case["category"],
        "group": case.get("group", ""),
        "asked": asked,
        "expect": case["expect"],
        "replies": [
            {"kind": reply["kind"], "text": reply["text"], "sentences": reply["sentences"], "citations": _cited(reply)}
            for reply in record["replies"]
        ],
        "hits": hits,
        "confidence": record["confidence"],
        "facts": record["facts_found"],
        "lines": record.get("lines", []),
        "passed": record["passed"],
        "reason": record["reason"],
        "stage": record["stage"],
        "fault": record["sentence"],
        "low": sorted(name for name, score in record["scores"].items() if _is_low(name, score)),
        "errors": record["errors"],
    }


def _cited(reply: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("marker", "source_id", "title", "publisher", "url", "quote", "passage")
    return [{name: citation[name] for name in names} for citation in reply["citations"]]


def _is_low(name: str, score: Any) -> bool:
    """This case takes away from the figure."""
    if name not in _BETTER:
        return False
    return bool(score[0] < score[1]) if _BETTER[name] == "higher" else bool(score[0] > 0)

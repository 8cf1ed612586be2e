"""`report.html`: one self-contained file. Nothing in it is loaded from anywhere, and its policy forbids it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from evals.report.charts import calibration, history, latency, retrieval_curve
from evals.report.views import bars, cards, case_data, gates, outcome, suite_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.measuring import Summary
    from evals.recording import Record


def render(summary: Summary, records: Sequence[Record], earlier: Sequence[Summary]) -> str:
    """The report of a run; `earlier` are the summaries of runs like it, oldest first."""
    from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

    here = files("evals.report")
    source = {"report.html": here.joinpath("report.html").read_text(encoding="utf-8")}
    environment = Environment(
        loader=DictLoader(source), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html").render(
        summary=summary,
        style=here.joinpath("report.css").read_text(encoding="utf-8"),
        script=here.joinpath("report.js").read_text(encoding="utf-8"),
        cards=cards(summary),
        outcome=outcome(summary),
        gates=gates(summary),
        bars=bars(records),
        charts=[calibration(records), retrieval_curve(records), latency(records), history([*earlier, summary])],
        tables=suite_tables(summary),
        data=_inline_json(case_data(records)),
        suites=list(dict.fromkeys(record["case"]["suite"] for record in records)),
    )


def _inline_json(data: Any) -> str:
    """JSON that may stand inside a script element: it cannot close it, whatever the cases hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text

"""JUnit XML, so that any CI shows failing cases and gates by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.gates import Outcome
    from evals.recording import Record

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow."""


def junit_xml(records: Sequence[Record], outcomes: Sequence[Outcome]) -> str:
    """One test suite a suite of cases, one test a case, and the gates as a suite of their own."""
    suites = [_gates(outcomes)]
    for suite in dict.fromkeys(record["case"]["suite"] for record in records):
        suites.append(_suite(suite, [record for record in records if record["case"]["suite"] == suite]))
    body = "\n".join(suites)
    return _FORBIDDEN.sub("\ufffd", f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{body}\n</testsuites>\n')


def _suite(name: str, records: Sequence[Record]) -> str:
    failed = sum(record["passed"] is False for record in records)
    skipped = sum(record["passed"] is None for record in records)
    return _wrap(name, len(records), failed, skipped, (_case(record) for record in records))


def _case(record: Record) -> str:
    case = record["case"]
    took = record["replies"][-1]["timings_ms"]["total"] / 1000 if record["replies"] else 0.0
    head = f"  <testcase classname={quoteattr(case['suite'] + '.' + case['category'])} name={quoteattr(case['id'])}"
    head += f' time="{took:.3f}"'
    if record["passed"]:
        return head + "/>"
    if record["passed"] is None:
        return f"{head}><skipped message={quoteattr(record['reason'])}/></testcase>"
    reply = escape(record["replies"][-1]["text"] if record["replies"] else "")
    failure = f"<failure type={quoteattr(record['stage'])} message={quoteattr(record['reason'])}>{reply}</failure>"
    return f"{head}>{failure}</testcase>"


def _gates(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for outcome in outcomes:
        head = f'  <testcase classname="gates" name={quoteattr(outcome.gate)}'
        failure = f'><failure type="gate" message={quoteattr(outcome.detail)}/></testcase>'
        rows.append(head + ("/>" if outcome.passed else failure))
    return _wrap("gates", len(outcomes), sum(not outcome.passed for outcome in outcomes), 0, rows)


def _wrap(name: str, tests: int, failures: int, skipped: int, rows: Iterable[str]) -> str:
    body = "\n".join(rows)
    counts = f'tests="{tests}" failures="{failures}" skipped="{skipped}"'
    return f"<testsuite name={quoteattr(name)} {counts}>\n{body}\n</testsuite>"

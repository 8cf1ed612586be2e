"""The report: whole, harmless, and at ease in a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from eval_samples import COUGH, FEVER, case, exact_answer, record, silent, urgent

from evals.aggregating import definitions, figures_of
from evals.gates import Outcome
from evals.report import render
from evals.runs import Identity, summary_of

if TYPE_CHECKING:
    from pathlib import Path

NASTY = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)> & \u2028 ok?"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def report(**changes: Any) -> str:
    records = [
        record(case("good", question=NASTY), exact_answer(FEVER), FEVER, COUGH),
        record(case("bad", category="slang"), exact_answer(COUGH), COUGH, FEVER),
        record(case("cri", suite="crisis", expect={"kind": ["urgent"], "urgent": "suicide"}), urgent(), searched=False),
        record(case("una", suite="unanswerable", expect={"kind": ["abstention"]}), silent(), COUGH),
    ]
    identity = Identity(
        writer="extractive", suites=("answerable",), split="both", cases="c", guidance="g", settings={}, code="v"
    )
    outcomes = [Outcome(gate="right_source", passed=False, detail="0.5, wanted 0.9")]
    summary = summary_of(identity, figures_of(records), outcomes, records, definitions(), 1.0)
    return render({**summary, **changes}, records, [summary])


def test_what_a_reader_should_know_stands_at_the_top() -> None:
    assert 'class="warning"' not in report()
    page = report(warnings=["the guidance files have <changed>"])
    assert page.index("the guidance files have &lt;changed&gt;") < page.index('id="gates"')


class Reader(HTMLParser):
    """Collects what a browser would fetch, ids, links within the page, and elements."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.inner: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        target = given.get("src") or (given.get("href") if tag == "link" else None)
        self.fetched += [target] if target else []
        if tag == "a":
            self.inner.append(given.get("href") or "")


def test_the_report_is_one_file_that_fetches_nothing() -> None:
    reader = Reader()
    reader.feed(report())
    assert reader.fetched == ["data:,"]
    assert all(link.startswith("#") for link in reader.inner)
    assert {link[1:].split("?")[0] for link in reader.inner} <= set(reader.ids)
    assert len(set(reader.ids)) == len(reader.ids)
    assert reader.tags.count("svg") == 4
    assert reader.tags.count("h1") == 1


def test_what_people_type_stays_text() -> None:
    page = report()
    assert page.count("<script") == 2
    assert "onerror" not in re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    data = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[0])
    assert data["cases"][0]["asked"] == [NASTY]
    assert data["cases"][1]["stage"] == "retrieval"
    assert "hit@1" in data["cases"][1]["low"]


@pytest.mark.timeout(120)
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; apt-get install chromium")
def test_a_browser_shows_it_without_an_error_or_a_request(tmp_path: Path) -> None:
    probe = """<script>
      const told = [];
      window.addEventListener("error", (event) => told.push(event.message));
      document.addEventListener("securitypolicyviolation", (event) => told.push(event.blockedURI));
      window.addEventListener("load", () => setTimeout(() => {
        location.hash = "#cases?show=failing";
        setTimeout(() => {
          document.querySelector("details.case").open = true;
          setTimeout(() => {
            const fetched = performance.getEntriesByType("resource").filter((entry) => !entry.name.startsWith("data:"));
            const wide = document.documentElement.scrollWidth > innerWidth;
            const shown = document.querySelectorAll("details.case mark").length;
            document.body.dataset.probe = JSON.stringify({told, fetched: fetched.length, wide, shown});
          }, 100);
        }, 100);
      }, 100));
    </script></head>"""
    page = tmp_path / "report.html"
    page.write_text(report().replace("</head>", probe, 1), encoding="utf-8")
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=5000", "--enable-logging=stderr", "--window-size=500,900", "--dump-dom",
    ]  # fmt: skip
    done = subprocess.run(
        [str(CHROMIUM), *flags, page.as_uri()], capture_output=True, text=True, check=False, timeout=100
    )
    found = re.search(r'data-probe="(.*?)"', done.stdout)
    assert found, done.stderr[-2000:]
    told = json.loads(found[1].replace("&quot;", '"'))
    assert told == {"told": [], "fetched": 0, "wide": False, "shown": 1}
    assert "CONSOLE" not in done.stderr
    assert "owned" not in re.search(r"<title>(.*?)</title>", done.stdout)[1]  # type: ignore[index]

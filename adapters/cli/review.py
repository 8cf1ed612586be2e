"""The desk in a terminal: a sentence beside the paragraph that supports it, and one key for each decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from knowledge.files import write_whole
from knowledge.importing.page import visible_text
from knowledge.model import content_hash
from knowledge.review.desk import Decision, Item, apply, items_of, wording_problem
from knowledge.review.evidence import WEAK, objections

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from knowledge.model import Guidance
    from knowledge.review.evidence import Evidence

KEYS = "[b]a[/b] accept  [b]e[/b] edit  [b]r[/b] reject  [b]q[/b] quit and keep"


class Desk:
    """One sitting over one text. Nothing is written before its end; Ctrl-C writes nothing at all."""

    def __init__(self, text: Guidance, path: Path, evidence: Evidence, console: Console, memory: Path) -> None:
        self._text = text
        self._path = path
        self._evidence = evidence
        self._console = console
        self._memory = memory
        self._items = items_of(text)
        self._decisions: dict[int, Decision] = {}
        self.answered = False

    def run(self, content: bytes, today: date) -> str:
        """Ask about every sentence, then write the file. Returns: what to tell the curator.

        Raises:
            ReviewError: the file cannot be written so; it is as it was.
        """
        accepted = self._accepted_before()
        for position, item in enumerate(self._items):
            if _key(item.sentence.text, item.sentence.source_ids) in accepted:
                self._decisions[position] = Decision(choice="accept")
                continue
            decision = self._ask(position, item)
            if decision is None:
                break
            self._decisions[position] = decision
        if not self.answered and len(self._decisions) < len(self._items):
            return f"Nothing was decided; {self._path} is as it was."
        after = apply(content.decode("utf-8"), self._text, self._decisions, today)
        if after.encode() != content:
            write_whole(self._path, after.encode(), instead_of=content)
        return self._close()

    def _ask(self, position: int, item: Item) -> Decision | None:
        """The decision on one sentence; None to stop here."""
        self._show(position, item)
        while True:
            key = self._read(f"{KEYS} > ")
            if key is None or key in {"q", "quit"}:
                return None
            if key in {"r", "reject"}:
                self.answered = True
                return Decision(choice="reject")
            if key in {"a", "accept"} and self._stands(item, item.sentence.text):
                self.answered = True
                return Decision(choice="accept")
            if key in {"e", "edit"} and (wording := self._reworded(item)):
                self.answered = True
                return Decision(choice="edit", wording=wording)
            if key not in {"a", "accept", "e", "edit"}:
                self._console.print("type a, e, r or q")

    def _reworded(self, item: Item) -> str:
        """A new wording that stands, or '' to be asked again."""
        wording = visible_text(self._read("new sentence > ", keep_case=True) or "")
        if problem := wording_problem(wording, item):
            self._console.print(f"[yellow]not taken: {escape(problem)}[/yellow]")
            return ""
        return wording if self._stands(item, wording) else ""

    def _stands(self, item: Item, wording: str) -> bool:
        found = objections(self._text, item.sentence, wording, self._evidence)
        for objection in found:
            self._console.print(f"[yellow]not taken: {escape(objection)}[/yellow]")
        return not found

    def _read(self, prompt: str, *, keep_case: bool = False) -> str | None:
        try:
            line = self._console.input(prompt).strip()
        except (EOFError, UnicodeDecodeError):
            self._console.print()
            return None
        return line if keep_case else line.lower()

    def _show(self, position: int, item: Item) -> None:
        urls = [self._text.source(source_id).url for source_id in item.sentence.source_ids]
        support = self._evidence.best(item.sentence.text, urls)
        table = Table.grid(expand=True, padding=(0, 1))
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        left = Panel(Text(item.sentence.text), title=Text(", ".join(item.sentence.source_ids)), title_align="left")
        if support is None:
            right = Panel(Text(f"No text of this source at hand; open {', '.join(urls)} and check there."))
        else:
            weak = "" if support.score >= WEAK else ", weak: look closely"
            title = Text(f"source ({support.score:.0%} of the words{weak})")
            right = Panel(Text(support.paragraph), title=title, title_align="left")
        table.add_row(left, right)
        self._console.print(Text(f"\n{position + 1} of {len(self._items)}  {item.place}", style="bold"))
        self._console.print(table)

    def _close(self) -> str:
        chosen = [decision.choice for decision in self._decisions.values()]
        counts = f"{chosen.count('accept')} accepted, {chosen.count('edit')} edited, {chosen.count('reject')} rejected"
        left = len(self._items) - len(chosen)
        if left:
            accepted = [
                _key(decision.wording or self._items[n].sentence.text, self._items[n].sentence.source_ids)
                for n, decision in self._decisions.items()
                if decision.choice != "reject"
            ]
            write_whole(self._memory, json.dumps(accepted).encode())
            return (
                f"{counts}, {left} left for another time; {self._path} keeps its state. Run the review again to go on."
            )
        self._memory.unlink(missing_ok=True)
        return f"{counts}; {self._path} is reviewed. Next: add asked_as, then 'citewell knowledge lint' and 'build'."

    def _accepted_before(self) -> frozenset[str]:
        """What an earlier sitting let through, by hash: those sentences are not asked about again."""
        try:
            return frozenset(json.loads(self._memory.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return frozenset()


def _key(wording: str, source_ids: tuple[str, ...]) -> str:
    return content_hash(wording, *source_ids)

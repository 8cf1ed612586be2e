"""Walks an HTML tree and gives its headings and paragraphs, and apart from them the text that nobody would see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "dfn", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "small"}
    | {"span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "select", "svg", "iframe"}
    | {"object", "head", "figure", "video", "audio"}
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])"
    r"|(?:^|;)\s*color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


class Blocks:
    """Collects while walking. Read `sections` and `hidden` when `walk` is done."""

    def __init__(self) -> None:
        self.sections: list[tuple[str, list[str]]] = [("", [])]
        self.hidden: list[str] = []
        self._text: list[str] = []

    def walk(self, root: Any) -> Blocks:
        """Read an lxml element. Returns: itself."""
        from lxml.etree import iterwalk  # type: ignore[import-untyped]

        walker = iterwalk(root, events=("start", "end"))
        for event, node in walker:
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "end":
                self._leave(tag, node.tail if node is not root else None)
            elif not tag or tag in _SKIPPED or is_unseen(node):
                if tag and tag not in _SKIPPED and (unseen := " ".join(node.text_content().split())):
                    self.hidden.append(unseen)
                walker.skip_subtree()
                self._text.append(" ")
            else:
                self._enter(tag, node.text)
        self._flush()
        return self

    def _enter(self, tag: str, text: str | None) -> None:
        if tag == "br":
            self._text.append(" ")
        elif tag not in _INLINE and tag not in {"td", "th"}:
            self._flush()
        self._text.append(text or "")

    def _leave(self, tag: str, tail: str | None) -> None:
        if tag in _HEADINGS:
            self.sections.append((self._take(), []))
        elif tag in {"td", "th"}:
            self._text.append(" | ")
        elif tag and tag not in _INLINE and tag not in _SKIPPED and tag != "br":
            self._flush()
        self._text.append(tail or "")

    def _flush(self) -> None:
        if text := self._take():
            self.sections[-1][1].append(text)

    def _take(self) -> str:
        text = " ".join("".join(self._text).split()).strip(" |")
        self._text.clear()
        return text


def is_unseen(node: Any) -> bool:
    """Whether an element's own markup hides it from a reader."""
    return node.get("hidden") is not None or bool(_UNSEEN.search(node.get("style") or ""))


def unseen_texts(root: Any) -> Iterator[str]:
    """Text of every hidden element and comment below `root`, outermost first."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            yield " ".join((node.text or "").split())
        elif node.tag not in {"script", "style"} and is_unseen(node):
            yield " ".join(node.text_content().split())

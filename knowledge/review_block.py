"""The `review:` block of a guidance file: found, hashed around, and rewritten without touching another byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from knowledge.errors import ReviewError
from knowledge.model import content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.model import Review


def text_hash(text: str) -> str:
    """SHA-256 over a guidance file without its review block; a sign-off is bound to it. Line ends do not count."""
    lines = text.replace("\r\n", "\n").split("\n")
    start, stop = _block(lines)
    return content_hash("\n".join([*lines[:start], *lines[stop:]]).rstrip())


def with_review(text: str, review: Review) -> str:
    """The file's text with another review block; every other byte is kept.

    Raises:
        ReviewError: the file has no review block.
    """
    lines = text.split("\n")
    start, stop = _block([line.rstrip("\r") for line in lines])
    if start == stop:
        raise ReviewError("the file has no 'review:' block; add one (docs/guidance.md)")
    end = "\r" if lines[start].endswith("\r") else ""
    return "\n".join([*lines[:start], *(line + end for line in _written(review)), *lines[stop:]])


def _block(lines: Sequence[str]) -> tuple[int, int]:
    """First line of the block and the line after its last; equal where there is none."""
    closing = next((i for i in range(1, len(lines)) if lines[i].strip() == "---"), len(lines))
    start = next((i for i in range(1, closing) if lines[i].startswith("review:")), closing)
    stop = start
    for i in range(start, closing):
        if i > start and lines[i].strip() and not lines[i].startswith((" ", "}", "]")):
            break
        if lines[i].strip() and not lines[i].lstrip().startswith("#"):
            stop = i + 1
    return start, stop


def _written(review: Review) -> list[str]:
    lines = [
        "review:",
        f"  status: {review.status}",
        f"  checked_on: {review.checked_on.isoformat()}",
        f"  due: {review.due.isoformat()}",
        "  sign_offs:" if review.sign_offs else "  sign_offs: []",
    ]
    for sign_off in review.sign_offs:
        lines += [
            f"    - name: {_quoted(sign_off.name)}",
            f"      role: {_quoted(sign_off.role)}",
            f"      signed_on: {sign_off.signed_on.isoformat()}",
            f"      text_hash: {sign_off.text_hash}",
        ]
    return lines


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar (JSON strings are)."""
    return json.dumps(text, ensure_ascii=False)

"""What a conversation remembers after an urgent reply: the category, and nothing that was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import UrgentCategory

_GRAVEST: tuple[UrgentCategory, ...] = (
    "overdose", "medical_emergency", "suicide", "third_party", "self_harm", "abuse",
)  # fmt: skip


def to_remember(categories: Iterable[UrgentCategory]) -> UrgentCategory | None:
    """The gravest of the categories raised in a conversation; None when there was none."""
    raised = set(categories)
    return next((category for category in _GRAVEST if category in raised), None)

"""What a reply cost where a model had a hand in it: tokens read and written, and money where the reply says so.

Convention: such a reply has an attribute `usage`, an object or a mapping with `input_tokens` and `output_tokens` (as
LangChain's `UsageMetadata`) over every call that the reply took, repairs included, and `cost_usd` where the price is
known. A reply without `usage` was written without a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.model import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one reply; `cost_usd` in US dollars, None where the price is not known."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None

    def as_json(self) -> dict[str, float | None]:
        """As plain data."""
        return {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens, "cost_usd": self.cost_usd}


def usage_of(reply: Reply) -> Usage | None:
    """What the reply says that it cost; None when no model had a hand in it."""
    said: Any = getattr(reply, "usage", None)
    if said is None:
        return None
    given: Mapping[str, Any] = (
        said if isinstance(said, Mapping) else {name: getattr(said, name, None) for name in Usage.__slots__}
    )
    cost = given.get("cost_usd")
    return Usage(
        input_tokens=int(given["input_tokens"]),
        output_tokens=int(given["output_tokens"]),
        cost_usd=None if cost is None else float(cost),
    )

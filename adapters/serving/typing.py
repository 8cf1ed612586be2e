"""Shows that an answer is being written, on whatever platform."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

AFTER_S = 0.3
"""An answer that takes no longer needs no sign: nobody would notice it."""


@asynccontextmanager
async def shown_while(show: Callable[[], Awaitable[None]] | None) -> AsyncIterator[None]:
    """While the block runs, and once it has taken `AFTER_S`, `show` runs; it is cancelled at the end. Never raises."""
    task = asyncio.create_task(_after_a_moment(show)) if show is not None else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _after_a_moment(show: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(AFTER_S)
    await show()

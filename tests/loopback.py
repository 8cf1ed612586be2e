"""What the fake platforms share: a server on loopback, which a test starts, restarts on the same port, and waits on."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class LoopbackServer:
    """`async with` starts it. `problems` collects what a bot did that the platform would not take."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    def routes(self, application: web.Application) -> None:
        """Add what is served."""
        raise NotImplementedError

    def last_words(self) -> list[Any]:
        """What came last, for the message of a test that fails."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        application = web.Application()
        self.routes(application)
        self._runner = web.AppRunner(application, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, condition: Callable[[], Any], timeout: float = 60.0) -> None:  # noqa: ASYNC109
        """Wait until a condition holds."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"not within {timeout} s; last: {self.last_words()}; problems: {self.problems}")
            await asyncio.sleep(0.02)

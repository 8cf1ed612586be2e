"""A circuit breaker: a model that keeps failing is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = 3
"""Failures in a row after which the circuit opens."""
REST_S = 60.0
"""Seconds for which it stays open; then one call is let through to see."""


class Breaker:
    """Closed, open, or half open. One event loop; not for several threads."""

    def __init__(
        self, failures: int = FAILURES, rest_s: float = REST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rest_s, self._clock = failures, rest_s, clock
        self._failed = 0
        self._opened_at: float | None = None

    def lets_through(self) -> bool:
        """Whether the model may be asked now; after the rest, one caller at a time until one of them succeeds."""
        if self._opened_at is None:
            return True
        if self._clock() - self._opened_at < self._rest_s:
            return False
        self._opened_at = self._clock()  # half open: whoever asks next is turned away until this one is back
        return True

    def succeeded(self) -> None:
        """The model answered."""
        self._failed, self._opened_at = 0, None

    def failed(self) -> None:
        """The model failed or was too slow."""
        self._failed += 1
        if self._failed >= self._most:
            self._opened_at = self._clock()

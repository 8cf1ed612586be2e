"""What the shared parts ask of a platform's adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from adapters.serving.incoming import Incoming
    from adapters.serving.outgoing import Message

Part = dict[str, Any]
"""One platform message, rendered: JSON data that only its adapter reads, but for `shown`, `private` and `when`."""


class TryLater(BotError):
    """The platform did not take a message and may take it later: 429, 5xx, a dropped connection.

    `after_s` is how long the platform wants to be left alone, `counts` whether the message itself may be at fault.
    """

    def __init__(self, reason: str, after_s: float = 0.0, *, counts: bool = False) -> None:
        super().__init__(f"{reason}; it is tried again")
        self.reason = reason
        self.after_s = after_s
        self.counts = counts


class Unreachable(BotError):
    """The message can never be delivered: blocked, left, not allowed to write there, too late."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; nothing can be sent there")
        self.reason = reason


class Platform(Protocol):
    """One chat platform."""

    name: str

    def render(self, incoming: Incoming, messages: Sequence[Message]) -> list[Part]:
        """The messages as parts within the platform's limits. Pure."""
        ...

    async def deliver(self, incoming: Incoming, part: Part) -> str | None:
        """Send one part. Returns: the platform's id of the message.

        Raises:
            TryLater: not taken now.
            Unreachable: cannot be delivered at all.
        """
        ...

    def typing(self, incoming: Incoming) -> AbstractAsyncContextManager[None]:
        """Shows that an answer is being written, for as long as the block runs. Never raises."""
        ...


class Adapter(Platform, Protocol):
    """A platform that can be served."""

    async def run(self) -> None:
        """Take in updates until cancelled. Raises: SettingsError when the platform refuses the token."""
        ...

    async def close(self) -> None:
        """Let go of connections; the last thing done."""
        ...

"""One update in a shape that every platform shares, as it is kept in the inbox until it is handled."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["text", "command", "button", "claim", "edit", "media", "joined", "left"]
"""`claim` is a forwarded message, `media` something without words, `joined` a group that took the bot in,
`left` a person who blocked it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What happened, to whom (keyed hashes), and where to reply.

    `key` identifies the update on its platform, `asked_in` is the hash of the message it came in, `address` holds the
    platform's own ids: JSON data that only its adapter reads. `beside` is true when the words came beside a picture or
    a file, `private` when nobody else reads the chat, `language` the one in which the bot speaks in its own name.
    """

    platform: str
    key: str
    kind: Kind
    chat: str
    person: str
    private: bool
    text: str = ""
    command: str = ""
    asked_in: str = ""
    beside: bool = False
    language: str = "en"
    address: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Without what no database takes: halves of a character (lone surrogates) and NUL."""
        for name in ("text", "command"):
            words: str = getattr(self, name)
            object.__setattr__(self, name, words.encode(errors="replace").decode().replace("\0", ""))

    def as_json(self) -> dict[str, Any]:
        """Plain data for the inbox."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Incoming:
        """The update as it was written."""
        return cls(**data)

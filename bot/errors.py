"""The bot package's error tree. Every message says what is wrong and what to do.

BotError
├── SettingsError   a setting that is unknown or has an unusable value
├── InputError      something that a person typed or piped in cannot be used
├── NotCovered      the guidance has no text to make this from
├── SecondLookOff   the similarity stage of triage does not work here
├── StoreError      the database cannot be read or written
└── BackupError     a backup cannot be made or cannot be restored
"""

from __future__ import annotations


class BotError(Exception):
    """Root of everything that can break in the bot package."""


class SettingsError(BotError):
    """A setting is unknown or its value cannot be used."""


class InputError(BotError):
    """Input that cannot be used: an empty question, a broken line, an unknown country."""


class NotCovered(BotError):
    """A brief on a topic that the guidance does not cover; names the nearest that it does."""


class SecondLookOff(BotError):
    """The similarity stage of triage does not work here; the rules decide alone."""


class StoreError(BotError):
    """The database cannot be opened, read or written."""


class BackupError(BotError):
    """A backup cannot be made or cannot be restored; nothing was overwritten."""

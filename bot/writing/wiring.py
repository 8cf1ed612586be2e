"""Puts the generative writer together from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.purse import StoredPurse
from bot.support.opening import open_support
from bot.writing.opening import open_chat_model
from bot.writing.verifying import Verifier
from bot.writing.writer import GenerativeWriter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.settings import Settings
    from bot.store.database import Database
    from bot.support.checking import Encoder
    from bot.writing.tally import Tally
    from bot.writing.translating import Likeness


def open_writer(
    settings: Settings,
    encoder: Encoder,
    database: Callable[[], Awaitable[Database]],
    tally: Tally,
    likeness: Likeness | None,
) -> GenerativeWriter:
    """The writer of these settings. Nothing is sent or read yet.

    Raises:
        SettingsError: there is no model, or it cannot be opened.
    """
    return GenerativeWriter(
        model=open_chat_model(settings.model or "", settings.model_timeout),
        verifier=Verifier(open_support(settings, encoder)),
        purse=StoredPurse(database, answers=settings.model_person_per_day, tokens=settings.model_tokens_per_day),
        tally=tally,
        likeness=likeness,
        patience_s=settings.model_timeout,
    )

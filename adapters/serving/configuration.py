"""Whether the settings of the chat platforms can work, as `serve` and `doctor` need to know. No network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.doctor import Check
from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings

_TELEGRAM_TOKEN = re.compile(r"\d{1,20}:[\w-]{1,100}")
_DISCORD_TOKEN = re.compile(r"[^\s\"']{4,300}")
_SECRET = re.compile(r"[\w-]{1,256}", re.ASCII)


def check_telegram(settings: Settings) -> str:
    """What Telegram will do. Raises: SettingsError with what to set."""
    token = settings.telegram_token
    if token is None:
        raise SettingsError("CITEWELL_TELEGRAM_TOKEN is not set; @BotFather gives one")
    if not _TELEGRAM_TOKEN.fullmatch(token.get_secret_value()):
        raise SettingsError("CITEWELL_TELEGRAM_TOKEN does not look like 123456:ABC…; copy it again from @BotFather")
    if settings.telegram_webhook_url is None:
        return "by polling"
    secret = settings.telegram_webhook_secret
    if secret is None or not _SECRET.fullmatch(secret.get_secret_value()):
        raise SettingsError(
            "CITEWELL_TELEGRAM_WEBHOOK_SECRET must be set with a webhook: 1 to 256 letters, digits, _ or -; "
            "python -c 'import secrets; print(secrets.token_urlsafe())' makes one"
        )
    return f"by webhook, listening on {settings.telegram_webhook_listen}"


def check_discord(settings: Settings) -> str:
    """What Discord will do. Raises: SettingsError with what to set."""
    token = settings.discord_token
    if token is None:
        raise SettingsError("CITEWELL_DISCORD_TOKEN is not set; the Discord developer portal gives one (Bot, Token)")
    if not _DISCORD_TOKEN.fullmatch(token.get_secret_value()):
        raise SettingsError("CITEWELL_DISCORD_TOKEN holds blanks or is too short; copy it again from the portal")
    if settings.discord_message_content:
        return "with the message-content intent; it must be enabled in the developer portal too"
    return "without the message-content intent: reads mentions, direct messages and slash commands"


def platform_checks(settings: Settings) -> list[Check]:
    """For `doctor`: a platform that is not set up is fine, one that is set up wrongly is not."""
    return [
        _check("telegram", check_telegram, settings, wanted=settings.telegram_token is not None),
        _check("discord", check_discord, settings, wanted=settings.discord_token is not None),
        _health_check(settings),
    ]


def _check(name: str, check: Callable[[Settings], str], settings: Settings, *, wanted: bool) -> Check:
    if not wanted:
        return Check(name=name, state="ok", says=f"not set up; CITEWELL_{name.upper()}_TOKEN would do that")
    try:
        return Check(name=name, state="ok", says=check(settings))
    except SettingsError as error:
        return Check(name=name, state="broken", says=str(error))


def _health_check(settings: Settings) -> Check:
    listen = settings.http_listen
    if listen is None:
        return Check(name="health", state="ok", says="off; CITEWELL_HTTP_LISTEN opens /healthz and /metrics")
    host = listen.rpartition(":")[0].strip("[]")
    if host not in ("127.0.0.1", "localhost", "::1"):
        return Check(name="health", state="ok", says=f"{listen}, which others can reach; keep it behind a firewall")
    return Check(name="health", state="ok", says=f"http://{listen}/healthz and /metrics")

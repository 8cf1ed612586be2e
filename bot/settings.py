"""Settings, read once from the environment and `.env`; every name starts with CITEWELL_ (list: .env.example)."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "CITEWELL_"
_ROOT = Path(__file__).resolve().parent.parent

HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
HostPort = Annotated[str, StringConstraints(pattern=r"^[^\s:]+:\d{1,5}$")]


Host = Annotated[str, BeforeValidator(str.lower), StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


def _split(value: object) -> object:
    """A comma-separated list, as the environment holds it."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def default_data_dir() -> Path:
    """`data/` in a checkout; elsewhere the user's data folder (XDG)."""
    if (_ROOT / "pyproject.toml").exists():
        return _ROOT / "data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "citewell"


class Settings(BaseModel):
    """Every setting, with its default. Field names are the setting names without the prefix, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=default_data_dir)
    database_url: Annotated[str, StringConstraints(pattern=r"^(sqlite\+aiosqlite|postgresql\+asyncpg)://")] | None = (
        None
    )
    chroma_url: HttpUrl | None = None
    embedding_model: Annotated[str, StringConstraints(min_length=1)] = "all-MiniLM-L6-v2"
    model: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+:.+$")] | None = None
    support_model: Annotated[str, StringConstraints(min_length=1)] | None = None
    model_timeout: Annotated[float, Field(ge=1, le=300)] = 20.0
    model_person_per_day: Annotated[int, Field(ge=0, le=100_000)] = 50
    model_tokens_per_day: Annotated[int, Field(ge=0, le=10**12)] = 2_000_000
    cross_language: bool = False
    country: Annotated[str, BeforeValidator(str.upper), StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    http_listen: HostPort | None = None
    import_hosts: Annotated[tuple[Host, ...], BeforeValidator(_split)] = (
        "www.who.int",
        "www.cdc.gov",
        "wwwnc.cdc.gov",
        "emergency.cdc.gov",
        "www.nhs.uk",
    )
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 90
    keep_gaps: bool = True
    person_per_minute: Annotated[int, Field(ge=1, le=1000)] = 20
    chat_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 60
    telegram_token: SecretStr | None = None
    telegram_base_url: HttpUrl = "https://api.telegram.org/bot"
    telegram_base_file_url: HttpUrl = "https://api.telegram.org/file/bot"
    telegram_webhook_url: HttpUrl | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_webhook_listen: HostPort = "127.0.0.1:8443"
    discord_token: SecretStr | None = None
    discord_api_base: HttpUrl = "https://discord.com/api/v10"
    discord_gateway_url: Annotated[str, StringConstraints(pattern=r"^wss?://[^\s]+$")] | None = None
    discord_message_content: bool = False
    discord_threads: bool = False

    @property
    def database(self) -> str:
        """The database URL: the one set, else SQLite in the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'citewell.db'}"


def load_settings(environ: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Read the settings; the environment goes before `.env`, an empty value counts as not set.

    Raises:
        SettingsError: an unknown CITEWELL_ name, or a value that does not fit.
    """
    given = {**_from_file(env_file), **(os.environ if environ is None else environ)}
    values = {
        key.removeprefix(PREFIX).lower(): value for key, value in given.items() if key.startswith(PREFIX) and value
    }
    for name in values:
        if name not in Settings.model_fields:
            close = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"did you mean {PREFIX}{close[0].upper()}?" if close else "see .env.example for the known ones"
            raise SettingsError(f"unknown setting {PREFIX}{name.upper()}; {hint}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise SettingsError(f"{PREFIX}{name} cannot be used ({first['msg']}); see .env.example") from None


def _from_file(path: Path) -> dict[str, str]:
    try:
        return {key: value for key, value in dotenv_values(path).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); check its permissions and encoding") from None

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import PREFIX, Settings, load_settings

NOWHERE = Path("/nonexistent/.env")


def test_the_defaults_need_nothing() -> None:
    assert load_settings({}, NOWHERE).database.startswith("sqlite+aiosqlite:///")


def test_an_unknown_setting_is_an_error_with_a_hint() -> None:
    with pytest.raises(SettingsError, match="did you mean CITEWELL_COUNTRY"):
        load_settings({"CITEWELL_CONTRY": "IN"}, NOWHERE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COUNTRY", "India"),
        ("LOG_LEVEL", "LOUD"),
        ("CHROMA_URL", "localhost"),
        ("DATABASE_URL", "mysql://x"),
        ("HTTP_LISTEN", "8080"),
    ],
)
def test_a_bad_value_names_its_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{PREFIX}{name} cannot be used"):
        load_settings({PREFIX + name: value}, NOWHERE)


def test_a_token_never_shows(tmp_path: Path) -> None:
    settings = load_settings({"CITEWELL_TELEGRAM_TOKEN": "123:hunter2"}, NOWHERE)
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingsError) as caught:
        load_settings({"CITEWELL_TELEGRAM_TOKEN": "123:hunter2", "CITEWELL_LOG_LEVEL": "hunter2"}, NOWHERE)
    assert "hunter2" not in str(caught.value)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CITEWELL_COUNTRY=KE\nCITEWELL_LOG_LEVEL=ERROR\n", encoding="utf-8")
    settings = load_settings({"CITEWELL_COUNTRY": "in"}, file)
    assert (settings.country, settings.log_level) == ("IN", "ERROR")


def test_the_example_file_names_every_setting_and_no_other() -> None:
    text = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = {name.lower() for name in re.findall(rf"^#?{PREFIX}([A-Z_]+)=", text, re.MULTILINE)}
    assert named == set(Settings.model_fields)

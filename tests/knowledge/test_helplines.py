"""The helpline file: what it promises, what it refuses, and that it agrees with the two emergency databases."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from knowledge.errors import GuidanceError
from knowledge.helplines import HELPLINES_FILE, MAX_AGE, Helpline, Helplines, lint_helplines, load_helplines

if TYPE_CHECKING:
    from knowledge.helpline_file import Kind, Service

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
SERVICES: tuple[Service, ...] = ("ambulance", "police", "fire")
FIRST_COUNTRIES = """
    US CA GB IE AU NZ IN PK BD LK NP NG KE ZA GH UG EG SA AE LB DE AT CH FR BE NL LU ES PT IT GR PL CZ SK HU RO SE
    NO DK FI LV LT UA RU IL BR MX AR CL CO PE UY CR JP KR CN TW HK SG MY PH ID TH VN
"""
DECIDED_BY_HAND = {"NG", "IN", "KR", "MA", "JM", "PE", "AX", "CC", "CX", "GG", "JE", "IM", "MQ", "YT"}
"""Countries whose emergency numbers differ from what the two databases agree on; the file says why."""

MINIMAL = """\
directories:
- name: Find A Helpline
  about: Crisis lines of many countries
  kinds: [suicide, violence]
  url: https://findahelpline.com
  source: its own page
  checked_on: 2026-11-22
countries:
- code: GB
  name: United Kingdom
  aliases: [UK]
  emergency: {ambulance: ["999"], general: ["112"]}
  emergency_source: two databases
  checked_on: 2026-11-22
  lines:
  - name: Samaritans
    kind: suicide
    phone: "116 123"
    url: https://www.samaritans.org
    source: its own page
    checked_on: 2026-11-22
  - name: Shout
    kind: suicide
    text: SHOUT to 85258
    url: https://giveusashout.org
    hours: evenings
    source: its own page
    checked_on: 2025-11-01
- code: "NO"
  name: Norway
  emergency: {}
  emergency_source: none
  checked_on: 2026-11-22
"""


@pytest.fixture(scope="module")
def shipped() -> Helplines:
    return load_helplines()


@pytest.fixture(scope="module")
def agreed() -> dict[str, dict[Service, list[str]]]:
    if not DATASETS.is_dir():
        pytest.skip(f"the emergency number datasets are not at {DATASETS}")
    services = rows("emergency_numbers_aosp.jsonl")
    routed = rows("emergency_numbers_phonenumbers.jsonl")
    return {
        code: {s: [n for n in services[code][s] if n in routed[code]["emergency_numbers"]] for s in SERVICES}
        for code in services.keys() & routed.keys()
    }


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(text: str) -> Path:
        path = tmp_path / "helplines.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def error_of(path: Path) -> GuidanceError:
    with pytest.raises(GuidanceError) as caught:
        load_helplines(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{caught.value.line}: ")
    return caught.value


class TestShippedFile:
    def test_covers_the_world(self, shipped: Helplines) -> None:
        with_a_number = [code for code in shipped.countries if any(shipped.emergency(code, s) for s in SERVICES)]
        with_an_ambulance = [code for code in shipped.countries if shipped.emergency(code)]
        assert len(with_a_number) >= 210
        assert len(with_an_ambulance) >= 190

    def test_has_crisis_lines_where_people_are(self, shipped: Helplines) -> None:
        with_suicide_line = [code for code in shipped.countries if shipped.lines(code, "suicide")]
        assert len(with_suicide_line) >= 80
        assert [code for code in FIRST_COUNTRIES.split() if code not in with_suicide_line] == []

    def test_every_phone_is_plausible(self, shipped: Helplines) -> None:
        phonenumbers = pytest.importorskip("phonenumbers", reason="phonenumbers is not installed")
        odd = [x for x in every_line(shipped) if x.phone and not plausible(x.phone, x.country, phonenumbers)]
        assert odd == []

    def test_every_line_can_be_opened(self, shipped: Helplines) -> None:
        assert [line for line in every_line(shipped) if not line.url.startswith("https://")] == []

    def test_no_line_stands_twice(self, shipped: Helplines) -> None:
        for code in shipped.countries:
            seen = [(line.name, line.phone) for line in shipped.lines(code)]
            assert len(seen) == len(set(seen)), code

    def test_names_are_unambiguous(self, shipped: Helplines) -> None:
        for code, name in shipped.countries.items():
            assert shipped.resolve_country(name) == code
            assert shipped.resolve_country(code.lower()) == code

    def test_a_directory_for_every_danger_but_poison(self, shipped: Helplines) -> None:
        kinds: tuple[Kind, ...] = ("suicide", "violence", "child")
        for kind in kinds:
            assert [found.country for found in shipped.directories(kind)], kind
        assert {found.country for kind in kinds for found in shipped.directories(kind)} == {"international"}

    def test_is_fresh_on_the_day_it_was_checked(self) -> None:
        assert list(lint_helplines(date(2026, 11, 22))) == []


class TestEmergencyDatabases:
    @pytest.mark.parametrize(
        "code", ["US", "GB", "AU", "DE", "FR", "BR", "ZA", "KE", "JP", "TH", "CL", "NO", "UA", "PK", "BD", "AE", "GH"]
    )
    def test_spot_checks(self, shipped: Helplines, agreed: dict[str, dict[Service, list[str]]], code: str) -> None:
        for service in SERVICES:
            assert numbers(shipped, code, service) == agreed[code][service]

    def test_nothing_else_than_what_both_say(
        self, shipped: Helplines, agreed: dict[str, dict[Service, list[str]]]
    ) -> None:
        for code, country in shipped.by_code.items():
            if code in DECIDED_BY_HAND:
                continue
            for service in SERVICES:
                own = [line.phone for line in country.emergency[service]]
                assert own == agreed.get(code, {}).get(service, []), (code, service)


class TestUnknownCountry:
    @pytest.mark.parametrize("code", ["ZZ", "", "international", "usa"])
    def test_gets_no_number_of_another_country(self, shipped: Helplines, code: str) -> None:
        assert shipped.emergency(code) == ()
        assert shipped.lines(code) == ()
        assert shipped.country_name(code) is None

    def test_a_country_without_a_confirmed_number_gets_none(self, shipped: Helplines) -> None:
        assert shipped.country_name("NA") == "Namibia"
        assert shipped.emergency("NA") == ()

    def test_the_default_is_international_and_not_the_american_number(self, shipped: Helplines) -> None:
        assert shipped.anywhere is not None
        assert (shipped.anywhere.phone, shipped.anywhere.country) == ("112", "international")


class TestResolveCountry:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("in", "IN"),
            (" India ", "IN"),
            ("UK", "GB"),
            ("u.k.", "GB"),
            ("the United Kingdom", "GB"),
            ("USA", "US"),
            ("uae", "AE"),
            ("Ivory Coast", "CI"),
            ("niger", "NE"),
            ("Nigeria", "NG"),
            ("Austria", "AT"),
            ("Germny", "DE"),
            ("bangladehs", "BD"),
        ],
    )
    def test_finds(self, shipped: Helplines, text: str, code: str) -> None:
        assert shipped.resolve_country(text) == code

    @pytest.mark.parametrize("text", ["", "zz", "qqq", "austrlia", "nowhere land", "42"])
    def test_stays_silent_rather_than_guess(self, shipped: Helplines, text: str) -> None:
        assert shipped.resolve_country(text) is None


class TestLoading:
    def test_reads_what_is_written(self, write: Any) -> None:
        helplines = load_helplines(write(MINIMAL))
        assert helplines.countries == {"GB": "United Kingdom", "NO": "Norway"}
        assert [line.name for line in helplines.emergency("gb")] == ["Ambulance (United Kingdom)"]
        assert [line.phone for line in helplines.emergency("GB", "police")] == ["112"], "the general number stands in"
        assert helplines.lines("GB", "violence") == ()
        samaritans, shout = helplines.lines("GB", "suicide", "child")
        assert samaritans.phone == "116 123"
        assert shout == Helpline(
            name="Shout (evenings; text SHOUT to 85258)",
            phone=None,
            url="https://giveusashout.org",
            country="GB",
            checked_on=date(2025, 11, 1),
        )
        assert helplines.anywhere is None

    @pytest.mark.parametrize(
        ("old", "new", "line", "message"),
        [
            ("code: GB", "code: UK", 9, "ISO 3166-1"),
            ('code: "NO"', "code: NO", 29, "put it in quotes"),
            ('ambulance: ["999"]', "ambulance: [999]", 12, "put it in quotes"),
            ('"116 123"', '"116-HELP"', 18, "not a phone number"),
            ('phone: "116 123"', "phone: 116123", 18, "put it in quotes"),
            ("https://www.samaritans.org", "http://www.samaritans.org", 19, "not an https address"),
            ("hours: evenings", "opening: evenings", 26, "not a known key"),
            ("    text: SHOUT to 85258\n", "", 22, "needs a phone or a text"),
            ("    kind: suicide\n    phone", "    kind: mental\n    phone", 17, "kind"),
            ("  name: United Kingdom\n", "", 9, "is missing"),
            ("checked_on: 2025-11-01", "checked_on: 2025-11-31", 28, "not a date"),
            ("checked_on: 2025-11-01", "checked_on: soon", 28, "date"),
            ("name: Norway", "name: UK", 29, "stands twice"),
            ("name: Samaritans", "name: Samaritans\n    name: Friends", 17, "stands twice"),
            ("aliases: [UK]", "aliases: [UK", 12, "broken YAML"),
        ],
    )
    def test_names_the_line_of_a_mistake(self, write: Any, old: str, new: str, line: int, message: str) -> None:
        assert old in MINIMAL
        error = error_of(write(MINIMAL.replace(old, new, 1)))
        assert message in error.message
        assert error.line == line

    def test_refuses_an_empty_file(self, write: Any) -> None:
        assert error_of(write("")).line == 1

    def test_refuses_a_missing_file(self, tmp_path: Path) -> None:
        assert error_of(tmp_path / "nothing.yaml").line == 0


class TestLint:
    def test_finds_what_was_checked_over_a_year_ago(self, write: Any) -> None:
        path = write(MINIMAL)
        (finding,) = lint_helplines(date(2026, 11, 22), path)
        assert (finding.line, finding.rule, finding.severity) == (22, "helpline-age", "error")
        assert "Shout (United Kingdom)" in finding.message

    def test_finds_everything_in_an_old_file(self, shipped: Helplines) -> None:
        late = date(2026, 11, 22) + MAX_AGE * 2
        findings = list(lint_helplines(late))
        assert len(findings) > len(shipped.countries)
        assert {finding.path for finding in findings} == {str(HELPLINES_FILE)}

    def test_finds_a_date_in_the_future(self, write: Any) -> None:
        findings = list(lint_helplines(date(2025, 11, 1), write(MINIMAL)))
        assert len(findings) == 4
        assert all("future" in finding.message for finding in findings)


def every_line(helplines: Helplines) -> list[Helpline]:
    return [line.helpline for country in helplines.by_code.values() for line in country.lines]


def plausible(phone: str, region: str, phonenumbers: Any) -> bool:
    """A number as long as the region has them, or a short code that its networks could route (3 to 6 digits)."""
    digits = "".join(character for character in phone if character.isdigit())
    if 3 <= len(digits) <= 6:
        return True
    number = phonenumbers.parse(phone, region)
    short = phonenumbers.is_possible_short_number_for_region(number, region)
    return bool(phonenumbers.is_possible_number(number) or short)


def numbers(helplines: Helplines, code: str, service: Service) -> list[str | None]:
    return [line.phone for line in helplines.by_code[code].emergency[service]]


def rows(name: str) -> dict[str, Any]:
    text = (DATASETS / name).read_text(encoding="utf-8")
    return {row["country"]: row for row in map(json.loads, text.splitlines())}

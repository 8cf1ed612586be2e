"""The schema of `helplines.yaml`, strict, with errors that name the line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from knowledge.errors import GuidanceError

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["suicide", "violence", "child", "poison"]
"""What a line is for; `violence` is domestic or sexual, `suicide` includes any emotional crisis."""
Service = Literal["ambulance", "police", "fire", "general"]

# ISO 3166-1 alpha-2, from iso-codes 4; XK (Kosovo) is user-assigned and in common use.
_ISO_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"\[\]]+$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[+*#]?[0-9(][0-9 ()/\-]*[0-9]$", max_length=24)]
LineNumbers = dict[tuple[Any, ...], int]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineEntry(_Strict):
    """A crisis line as written in the file; it can be called, texted or both."""

    name: Text
    kind: Kind
    phone: Phone | None = None
    text: Text | None = None
    url: Url
    hours: Text | None = None
    languages: list[Text] = []
    source: Text
    checked_on: date

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.phone is None and self.text is None:
            raise ValueError("needs a phone or a text")
        return self


class DirectoryEntry(_Strict):
    """A directory as written in the file."""

    name: Text
    about: Text
    kinds: Annotated[list[Kind], Field(min_length=1)]
    url: Url
    source: Text
    checked_on: date


class AnywhereEntry(_Strict):
    """The number for someone whose country is unknown."""

    name: Text
    phone: Phone
    url: Url
    source: Text
    checked_on: date


class EmergencyEntry(_Strict):
    """Numbers by service; `general` stands in for a service that has none of its own."""

    ambulance: list[Phone] = []
    police: list[Phone] = []
    fire: list[Phone] = []
    general: list[Phone] = []


class CountryEntry(_Strict):
    """One country as written in the file."""

    code: str
    name: Text
    aliases: list[Text] = []
    emergency: EmergencyEntry
    emergency_source: Text
    emergency_url: Url | None = None
    checked_on: date
    lines: list[LineEntry] = []

    @field_validator("code")
    @classmethod
    def _is_iso(cls, code: str) -> str:
        if code not in _ISO_CODES.split():
            raise ValueError(f"{code!r} is not an ISO 3166-1 alpha-2 code; use one such as GB")
        return code


class Entries(_Strict):
    """The whole file."""

    anywhere: AnywhereEntry | None = None
    directories: Annotated[list[DirectoryEntry], Field(min_length=1)]
    countries: Annotated[list[CountryEntry], Field(min_length=1)]


def read_entries(path: Path) -> tuple[Entries, LineNumbers]:
    """The entries, and a map from a value's keys and indices to its 1-based line.

    Raises:
        GuidanceError: the file cannot be read, is not YAML, or a value does not fit; with the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GuidanceError(str(path), 0, f"cannot be read ({type(error).__name__}); restore the file") from None
    node, data = _parse(text, str(path))
    lines: LineNumbers = {}
    _map_lines(node, (), lines, str(path))
    try:
        entries = Entries.model_validate(data)
    except ValidationError as error:
        raise _as_guidance_error(error, str(path), lines) from None
    return entries, lines


def _parse(text: str, path: str) -> tuple[Any, Any]:
    """The YAML tree, for its line numbers, and the same as Python values."""
    loader = yaml.CSafeLoader(text)
    node = None
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        line = mark.line + 1 if mark else 1
        raise GuidanceError(path, line, f"broken YAML ({problem}); fix the indentation or quoting") from None
    except ValueError as error:
        raise GuidanceError(path, _line_of_bad_date(node), f"not a date ({error}); write it as 2026-11-22") from None
    finally:
        loader.dispose()


def _line_of_bad_date(node: Any) -> int:
    """YAML tells dates by their look, so a day that does not exist breaks the load without a line."""
    nodes = [node]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            nodes.extend(child for pair in node.value for child in pair)
        elif isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)
        elif node.tag.endswith(":timestamp"):
            try:
                date.fromisoformat(node.value)
            except ValueError:
                return int(node.start_mark.line) + 1
    return 1


def _as_guidance_error(error: ValidationError, path: str, lines: LineNumbers) -> GuidanceError:
    first = error.errors()[0]
    where = tuple(first["loc"])
    line = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), 1)
    message = str(first["msg"]).removeprefix("Value error, ")
    match first["type"], where[-1] if where else "":
        case "missing", _:
            message = "is missing; add it"
        case "extra_forbidden", _:
            message = "is not a known key; remove it or correct its spelling"
        case "string_type", _:
            message = f"{first['input']!r} is not text; put it in quotes"
        case "string_pattern_mismatch", "url" | "emergency_url":
            message = f"{first['input']!r} is not an https address"
        case "string_pattern_mismatch" | "string_too_long", _:
            message = f"{first['input']!r} is not a phone number or one line of text; correct it"
    return GuidanceError(path, line, f"{'.'.join(map(str, where)) or 'file'}: {message}")


def _map_lines(node: Any, where: tuple[Any, ...], lines: LineNumbers, path: str) -> None:
    """Note the 1-based line of every value, by its keys and indices; YAML alone would let a repeated key win."""
    if node is None:
        return
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*where, key.value)
            if here in lines:
                raise GuidanceError(path, key.start_mark.line + 1, f"{key.value!r} stands twice here; keep one")
            lines[here] = key.start_mark.line + 1
            _map_lines(value, here, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _map_lines(value, (*where, index), lines, path)

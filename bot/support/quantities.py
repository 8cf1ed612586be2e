"""Numbers with their units, so that "15 g of salt" is held against "5 g", and not against "18 years". Pure."""

from __future__ import annotations

import re

from knowledge.numbers import missing_numbers, numbers_in

_MEASURE = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|half|a hundred)\s*-?\s*(?P<unit>%|per ?cent|percent|[a-z]+)(?:\s+(?P<next>[a-z]+))?",
    re.IGNORECASE,
)
_UNITS = {
    "percent": "%", "per": "%", "hours": "hour", "hrs": "hour", "hr": "hour", "minutes": "minute", "mins": "minute",
    "min": "minute", "days": "day", "weeks": "week", "months": "month", "years": "year", "yrs": "year", "yr": "year",
    "grams": "g", "gram": "g", "gms": "g", "milligrams": "mg", "litres": "l", "liters": "l", "times": "time",
    "people": "people", "persons": "people", "adults": "people", "women": "people", "men": "people", "doses": "dose",
    "shots": "dose", "jabs": "dose", "teaspoons": "teaspoon", "drinks": "drink", "glasses": "drink", "cups": "cup",
    "degrees": "degree", "metres": "m", "feet": "foot", "kilos": "kg", "pounds": "lb", "million": "million",
    "billion": "billion", "thousand": "thousand", "in": "of", "out": "of", "of": "of", "or": "more", "more": "more",
}  # fmt: skip


def units_in(text: str) -> frozenset[str]:
    """The units of the measures in a text ("%", "day", "g"), plurals folded."""
    found = {match["unit"].lower() for match in _MEASURE.finditer(text)}
    return frozenset(_UNITS.get(unit, unit) for unit in found)


def number_differs(claim: str, text: str) -> bool:
    """True when both measure in the same unit and the text does not hold the claim's number."""
    return bool(units_in(claim) & units_in(text)) and bool(missing_numbers(claim, text))


def number_agrees(claim: str, text: str) -> bool:
    """True when the claim states numbers and the text holds every one."""
    return bool(numbers_in(claim)) and not missing_numbers(claim, text)

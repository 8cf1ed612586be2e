"""Figures as people read them."""

from __future__ import annotations

from typing import Any


def shown_value(figure: dict[str, Any]) -> str:
    """A value with its unit: a rate as a percentage."""
    return shown_number(figure, figure["value"])


def shown_interval(figure: dict[str, Any]) -> str:
    """The interval, in the value's unit."""
    return f"{shown_number(figure, figure['low'])} to {shown_number(figure, figure['high'])}"


def shown_number(figure: dict[str, Any], value: float) -> str:
    """One number of a figure, as people read it."""
    if figure["kind"] == "rate":
        return f"{100 * value:.1f} %"
    if figure["unit"] == "US$":
        return f"{value:.5f} US$"
    if figure["unit"]:
        return f"{value:.0f} {figure['unit']}"
    return f"{value:.3f}" if figure["metric"] != "readability" else f"{value:.1f}"

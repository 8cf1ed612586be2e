"""Whether one question in several wordings gets one answer. Measured on groups of cases, from their records."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from evals.metrics.model import Count

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAME_KIND = {"out_of_scope": "abstention", "verdict": "answer"}
"""Kinds that a person cannot tell apart in effect."""


def consistency(group: list[dict[str, Any]]) -> Count:
    """Share of pairs of wordings whose replies agree: of one kind, with no two opposed verdicts, and citing alike.

    Two replies cite alike when the first source of each is cited by the other. After the contrast-consistency of
    Gardner et al. 2020 (arXiv 2004.02709), per pair.
    """
    pairs = list(itertools.combinations(group, 2))
    return Count(sum(_agree(one, other) for one, other in pairs), len(pairs))


def full_consistency(group: list[dict[str, Any]]) -> Count:
    """Share of groups in which every two wordings agree (contrast consistency, Gardner et al. 2020)."""
    whole = consistency(group)
    return Count(int(whole.hits == whole.of), 1)


def groups_of(records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The answered records of the suite `paraphrases` by group; a group of one has no pair and is left out."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        if record["case"]["suite"] == "paraphrases" and record["replies"]:
            groups.setdefault(record["case"]["group"], []).append(record)
    return {name: members for name, members in groups.items() if len(members) > 1}


def _agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    first, second = one["replies"][-1], other["replies"][-1]
    if _SAME_KIND.get(first["kind"], first["kind"]) != _SAME_KIND.get(second["kind"], second["kind"]):
        return False
    if {first["verdict"], second["verdict"]} in ({"true", "false"}, {"true", "misleading"}):
        return False
    here, there = ([citation["source_id"] for citation in reply["citations"]] for reply in (first, second))
    if not here or not there:
        return not here and not there
    return here[0] in there and there[0] in here

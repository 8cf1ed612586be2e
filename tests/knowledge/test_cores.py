"""How many cores a process takes for its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.cores import usable_cores

if TYPE_CHECKING:
    from pathlib import Path


def test_a_containers_quota_counts(tmp_path: Path) -> None:
    limit = tmp_path / "cpu.max"
    limit.write_text("50000 100000\n", encoding="ascii")
    assert usable_cores(limit) == 1


def test_without_a_quota_every_core_that_the_scheduler_gives(tmp_path: Path) -> None:
    limit = tmp_path / "cpu.max"
    limit.write_text("max 100000\n", encoding="ascii")
    assert usable_cores(limit) == usable_cores(tmp_path / "absent") >= 1

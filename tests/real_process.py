"""`serve` as a real process with the scripted engine, which dies where a test says."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
STAGES = {
    "before:add": 0, "after:add": 0, "after:take": 0, "before:prepare": 0, "after:prepare": 0,
    "before:sent": 1, "after:sent": 0, "before:finish": 0, "after:finish": 0,
}  # fmt: skip
"""Where a process dies (before or after a method of Inbox), and how many messages may come twice for that: one, when
it dies between the platform's taking it and the mark."""


@contextmanager
def process(
    platform: str, environment: dict[str, str], data_dir: Path, die_at: str = "", log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The process, for as long as the block runs; what it says goes to `log`, else to the test's own standard error."""
    given = {**os.environ, **environment, "CITEWELL_DATA_DIR": str(data_dir), "DIE_AT": die_at}
    given["PYTHONPATH"] = f"{TESTS}:{TESTS.parent}"
    with log.open("wb") if log else nullcontext() as said:
        command = [sys.executable, str(TESTS / "serving_samples.py"), platform]
        started = subprocess.Popen(command, env=given, stderr=said)
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()
            started.wait()


def is_whole(texts: list[str]) -> bool:
    """All sentences of the scripted long reply have come."""
    everything = " ".join(texts)
    return all(f"number {number} " in everything for number in range(260))


def come_twice(texts: list[str]) -> int:
    """How many messages came more than once."""
    return len(texts) - len(set(texts))

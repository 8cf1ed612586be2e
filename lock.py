"""Writes requirements.lock from a report of pip: every file's SHA-256 (`make lock`; why: docs/decisions/0051)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

HEAD = """# constraints.txt with the SHA-256 of each file: Linux on x86-64, CPython 3.11, the CPU build of PyTorch.
# Made by `make lock`; installed by `make install-locked` and the Dockerfile. Why beside it: docs/decisions/0051.
"""


def main(report: str) -> None:
    """Print the lock for a report. Raises: ValueError when a file has no hash."""
    lines = []
    for item in json.loads(Path(report).read_text(encoding="utf-8"))["install"]:
        name, version = item["metadata"]["name"], item["metadata"]["version"].partition("+")[0]
        if name.lower() == "citewell":
            continue
        sha256 = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        if not sha256:
            raise ValueError(f"{name} has no SHA-256 in the report")
        lines.append(f"{name.lower()}=={version} --hash=sha256:{sha256}\n")
    sys.stdout.write(HEAD + "".join(sorted(lines)))


if __name__ == "__main__":
    main(sys.argv[1])

"""kill -9 at each stage of a letter, with a real process: nothing is lost, at most one message comes twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_bot_api import SPEC, FakeBotApi

TESTS = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.integration,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not SPEC.exists(), reason="the Bot API's description is not at hand"),
]


def start(api: FakeBotApi, data_dir: Path, die_at: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, **api.environment, "CITEWELL_DATA_DIR": str(data_dir), "DIE_AT": die_at}
    environment["PYTHONPATH"] = f"{TESTS}:{TESTS.parent}"
    return subprocess.Popen([sys.executable, str(TESTS / "serving_samples.py"), "telegram"], env=environment)


STAGES = {
    "before:add": 0, "after:add": 0, "after:take": 0, "before:prepare": 0, "after:prepare": 0,
    "before:sent": 1, "after:sent": 0, "before:finish": 0, "after:finish": 0,
}  # fmt: skip
"""Where it dies, and how many messages may come twice for that: one, between Telegram's taking it and the mark."""


@pytest.mark.parametrize(("stage", "twice"), STAGES.items())
async def test_a_kill_loses_nothing(stage: str, twice: int, tmp_path: Path) -> None:
    async with FakeBotApi() as api:
        first = start(api, tmp_path, stage)
        api.say("a long one, please")
        await api.until(lambda: first.poll() is not None, 60)
        assert first.returncode == -9
        before = len(api.sent(7))
        second = start(api, tmp_path)
        try:
            await api.until(lambda: _is_whole(api), 60)
            api.say("and another")
            await api.until(lambda: "Rest helps" in api.sent(7)[-1]["text"], 30)
        finally:
            second.terminate()
            started = time.monotonic()
            assert second.wait(10) == 0
            assert time.monotonic() - started < 10
        texts = [one["text"] for one in api.sent(7)]
        assert len(texts) - len(set(texts)) <= twice, f"{before} were sent before the kill"
        assert api.problems == []


def _is_whole(api: FakeBotApi) -> bool:
    """All sentences of the long reply have come."""
    everything = " ".join(one["text"] for one in api.sent(7))
    return all(f"number {number} " in everything for number in range(260))

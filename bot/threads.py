"""The threads that questions are answered in."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

THREADS = 32
"""Questions that are worked on at one time. asyncio's own pool has four more than there are cores: too few would
meet for a batch (`knowledge.batching`), and they wait for Chroma and the encoder, which let other threads go on."""


def answer_in_threads() -> None:
    """Give the running event loop a pool of `THREADS` for `asyncio.to_thread`; `asyncio.run` ends it with the loop."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="citewell"))

"""Cold starts and resident memory, each in a process of its own: CiteWell against its bare parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

from evals.errors import EvalsInfrastructure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.settings import Settings

QUESTION = "Can antibiotics cure the flu?"
LIMIT_S = 300
_RESIDENT = """
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))
"""
_BARE = """
import json, sys
import chromadb
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
"""
_BARE_SERVING = (
    _RESIDENT
    + _BARE
    + """
client = chromadb.PersistentClient(sys.argv[2])
for question in json.loads(sys.argv[4]):
    vector = model.encode([question], normalize_embeddings=True, show_progress_bar=False)
    for name in json.loads(sys.argv[3]):
        client.get_collection(name, embedding_function=None).query(query_embeddings=vector, n_results=10)
print(json.dumps(resident()))
"""
)
_SERVING = (
    _RESIDENT
    + """
import asyncio, importlib, json, sys
for name in ("adapters.serving.serve", "adapters.telegram.adapter", "adapters.discord.adapter"):
    importlib.import_module(name)
from bot.app import quiet_libraries
from evals.watching import WatchedApp
from bot.settings import load_settings
async def main():
    quiet_libraries()
    settings = load_settings()
    async with WatchedApp(settings) as app:
        await app.warm()
        for question in json.loads(sys.argv[1]):
            await app.answer_any(question)
        print(json.dumps(resident()))
asyncio.run(main())
"""
)
"""The serving process by the names of its modules: the evals import no adapter."""


def cold_starts(settings: Settings, model: str, times: int, progress: Callable[[int, int], None]) -> dict[str, float]:
    """Seconds, median of `times`: `citewell ask` in a new process, and importing and loading its bare parts.

    Raises: EvalsInfrastructure when a process fails.
    """
    bare, asked = [], []
    for done in range(times):
        progress(done, times)
        bare.append(_timed(["-c", _BARE, model], settings))
        asked.append(_timed(["-m", "adapters", "ask", QUESTION], settings))
    progress(times, times)
    return {"bare_s": median(bare), "ask_s": median(asked), "ratio": median(asked) / median(bare)}


def resident_memory(
    settings: Settings, model: str, collections: Sequence[str], questions: Sequence[str]
) -> dict[str, float] | None:
    """MiB after the same questions: a serving process, and the bare model with the same Chroma collections.

    None where the machine does not tell (only Linux does, in /proc). Raises: EvalsInfrastructure.
    """
    if not os.path.exists("/proc/self/status"):  # noqa: PTH110 (a system file, no path of ours)
        return None
    asked = json.dumps(list(questions))
    folder = str(settings.data_dir / "chroma")
    bare = json.loads(_ran(["-c", _BARE_SERVING, model, folder, json.dumps(list(collections)), asked], settings))
    serving = json.loads(_ran(["-c", _SERVING, asked], settings))
    return {"bare_mib": bare, "serving_mib": serving, "ratio": serving / bare}


def _timed(arguments: list[str], settings: Settings) -> float:
    started = time.perf_counter()
    _ran(arguments, settings)
    return time.perf_counter() - started


def _ran(arguments: list[str], settings: Settings) -> Any:
    own = {"CITEWELL_DATA_DIR": str(settings.data_dir), "CITEWELL_MODEL": "", "HF_HUB_OFFLINE": "1"}
    path = os.pathsep.join(each for each in sys.path if each)
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, with arguments of this module)
            [sys.executable, *arguments],
            env={**os.environ, **own, "PYTHONPATH": path, "CITEWELL_KEEP_GAPS": "false"},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise EvalsInfrastructure(f"a process that was to be timed took more than {LIMIT_S} s") from None
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise EvalsInfrastructure(f"a process that was to be timed failed ({reason[:200]})") from None
    return done.stdout

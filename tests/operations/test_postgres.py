"""Many workers on one PostgreSQL, as real processes: order, nothing twice or lost, deaths and restarts."""

from __future__ import annotations

import asyncio
import itertools
import re
import signal
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientError, ClientSession
from fake_bot_api import FakeBotApi
from postgres import SERVER, can_start_one, free_port, own_server
from real_process import process

from adapters.telegram.receiving import webhook_address
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.locks import Locks
from bot.workshop import Workshop
from knowledge.errors import BuildRunning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(not SERVER, reason="make test-postgres gives these a server"),
    pytest.mark.enable_socket,
    pytest.mark.timeout(180),
]
SECRET = "secret"  # noqa: S105 - of the fake
URL = "http://127.0.0.1:1/hook"


class Workers:
    """Stateless workers behind a webhook; this plays the balancer in front of them."""

    def __init__(self, api: FakeBotApi, database: str, folder: Path, count: int) -> None:
        self.ports = [free_port() for _ in range(count)]
        self._path = webhook_address(URL, api.environment["CITEWELL_TELEGRAM_TOKEN"], SECRET)[1]
        self._numbers = itertools.count(1)
        self._api = api
        self._stack = ExitStack()
        self.processes = [
            self._stack.enter_context(
                process(
                    "telegram",
                    {
                        **api.environment,
                        "CITEWELL_DATABASE_URL": database,
                        "CITEWELL_TELEGRAM_WEBHOOK_URL": URL,
                        "CITEWELL_TELEGRAM_WEBHOOK_SECRET": SECRET,
                        "CITEWELL_TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
                    },
                    folder,
                )
            )
            for port in self.ports
        ]

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def say(self, text: str, user: int, at: int) -> None:
        """Deliver a message to one worker, or to the next that takes it, as a balancer does."""
        number = next(self._numbers)
        body = {"update_id": number, "message": self._api.message(user=user, text=text)}
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        end = time.monotonic() + 60
        async with ClientSession() as session:
            for turn in itertools.count(at):
                url = f"http://127.0.0.1:{self.ports[turn % len(self.ports)]}{self._path}"
                try:
                    async with session.post(url, json=body, headers=headers) as response:
                        if response.status == 200:
                            return
                except ClientError:
                    pass
                assert time.monotonic() < end, "no worker takes a message"
                await asyncio.sleep(0.1)

    async def say_unwritten(self, text: str, user: int) -> None:
        """Deliver a message once, whatever is answered: the database is away."""
        body = {"update_id": next(self._numbers), "message": self._api.message(user=user, text=text)}
        url = f"http://127.0.0.1:{self.ports[0]}{self._path}"
        async with (
            ClientSession() as session,
            session.post(url, json=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as response,
        ):
            assert response.status in (200, 503)


def numbers(api: FakeBotApi, user: int) -> list[int]:
    """The numbers that a person was answered with, in order."""
    said = " ".join(str(one["text"]) for one in api.sent(user))
    return [int(found) for found in re.findall(r"Checked: (\d+) characters", said)]


async def ask_all(workers: Workers, people: range, rounds: range) -> None:
    """Everybody asks in turn, one message to this worker, the next to the other; the length tells which it was."""
    for count in rounds:
        await asyncio.gather(*(workers.say("/verify " + "x" * (count + 1), user, user + count) for user in people))


async def answered(api: FakeBotApi, people: range, count: int) -> None:
    await api.until(lambda: all(len(numbers(api, user)) >= count for user in people), 100)


async def test_two_workers_answer_each_question_once_and_in_order(tmp_path: Path, database_url: str) -> None:
    people, rounds = range(1, 9), range(6)
    async with FakeBotApi() as api:
        with Workers(api, database_url, tmp_path, 2) as workers:
            await ask_all(workers, people, rounds)
            await answered(api, people, len(rounds))
            await asyncio.sleep(4)  # the workers look at the common inbox every three seconds
            for user in people:
                assert numbers(api, user) == [count + 1 for count in rounds], user
            await workers.say("danger", 30, 0)
            await api.until(lambda: len(api.sent(30)) == 1)
            await asyncio.sleep(4)
            assert len(api.sent(30)) == 1
        assert not api.problems


async def test_what_a_killed_worker_leaves_another_takes_up(tmp_path: Path, database_url: str) -> None:
    people, rounds = range(1, 7), range(4)
    async with FakeBotApi() as api:
        with Workers(api, database_url, tmp_path, 2) as workers:
            asking = asyncio.create_task(ask_all(workers, people, rounds))
            await api.until(lambda: any(numbers(api, user) for user in people))
            workers.processes[0].send_signal(signal.SIGKILL)
            await asking
            await answered(api, people, len(rounds))
            for user in people:
                got = numbers(api, user)
                assert sorted(set(got)) == [count + 1 for count in rounds]
                assert len(got) <= len(rounds) + 1, "at most the message in hand comes twice"


@pytest.fixture
def server() -> Iterator[Any]:
    if not can_start_one():
        pytest.skip("initdb and pg_ctl are not installed here")
    with own_server() as started:
        yield started


async def test_a_restart_of_postgres_loses_no_question(tmp_path: Path, server: Any) -> None:
    people = range(1, 7)
    async with FakeBotApi() as api:
        with Workers(api, server.url, tmp_path, 2) as workers:
            await ask_all(workers, people, range(2))
            await answered(api, people, 2)
            await asyncio.to_thread(server.stop)
            asking = asyncio.create_task(ask_all(workers, people, range(2, 4)))
            await workers.say_unwritten("danger", 40)
            await api.until(lambda: len(api.sent(40)) >= 1, 30)
            await asyncio.to_thread(server.start)
            await asking
            await answered(api, people, 4)
            for user in people:
                assert set(numbers(api, user)) == {1, 2, 3, 4}
    async with Database(server.url) as database:
        assert (await Inbox(database).depth())["dead"] == 0


async def test_a_lock_is_held_by_one_process_and_dies_with_it(database_url: str) -> None:
    async with Database(database_url) as one, Database(database_url) as other:
        mine, theirs = Locks(one), Locks(other)
        async with mine.held("chat:x") as ours:
            assert ours
            async with theirs.held("chat:x", pauses=()) as got:
                assert not got
            async with theirs.held("chat:y", pauses=()) as got:
                assert got
        async with theirs.held("chat:x", pauses=()) as got:
            assert got
            await theirs.close()  # as when a process dies
            async with mine.held("chat:x") as ours:
                assert ours
        await mine.close()
        await theirs.close()


async def test_one_machine_builds_at_a_time(tmp_path: Path, database_url: str) -> None:
    from bot.app import SILENT
    from bot.settings import Settings

    async with Database(database_url) as here, Database(database_url) as there:
        locks = Locks(there)
        async with locks.held("library build") as ours:
            assert ours
            with pytest.raises(BuildRunning, match="another machine"):
                await Workshop(Settings(data_dir=tmp_path), here, SILENT).build()
        await locks.close()


async def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    async def opened() -> None:
        async with Database(database_url):
            pass

    await asyncio.gather(*(opened() for _ in range(4)))

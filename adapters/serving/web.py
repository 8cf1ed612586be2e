"""The small HTTP servers: `/healthz` and `/metrics`, and whatever path a webhook needs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.serving.monitor import Monitor


@asynccontextmanager
async def listening(application: web.Application, listen: str, setting: str) -> AsyncIterator[None]:
    """Serve an application on `host:port` for as long as the block runs.

    Raises:
        SettingsError: the address (of this setting) cannot be listened on.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    host, _, port = listen.rpartition(":")
    try:
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "no such port"
            raise SettingsError(f"{setting}={listen} cannot be listened on ({reason}); choose another") from None
        yield
    finally:
        await runner.cleanup()


def health_application(monitor: Monitor) -> web.Application:
    """`/healthz`: 200 while every served platform was heard from lately, else 503. `/metrics`: for Prometheus."""

    async def healthz(_: web.Request) -> web.Response:
        stale = monitor.stale()
        body = {"status": "waiting" if stale else "ok", "not_heard_from": stale}
        return web.json_response(body, status=503 if stale else 200)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=monitor.metrics(), headers={"Content-Type": "text/plain; version=0.0.4"})

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/metrics", metrics)
    return application

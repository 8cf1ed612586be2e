"""Structured logs on standard error: one JSON object a line, without message text, tokens or people's ids."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from bot.settings import Settings

_QUIET = ("httpx", "httpcore", "telegram", "discord", "aiohttp", "asyncio", "aiosqlite", "sqlalchemy", "chromadb",
    "bm25s",
)  # fmt: skip
"""Libraries whose messages carry addresses with tokens in them, or ids of people and chats."""


def configure_logs(settings: Settings) -> None:
    """Set up logging for a process that serves."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_errors_only,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_without_values, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.setLevel(settings.log_level)  # some libraries set a level of their own
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's message becomes its template: what would be filled in may be a token, an id or somebody's words."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        template = record.msg if isinstance(record.msg, str) and record.args else ""
        event["event"] = template or f"(a message of {record.name}:{record.lineno})"
        event.pop("positional_args", None)
    return event


def _name_errors_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception only its type and where it was raised: its message may hold anything."""
    raised = event.pop("exc_info", None)
    record: logging.LogRecord | None = event.get("_record")
    if raised is None and record is not None:
        raised = record.exc_info
    if raised is True:
        raised = sys.exc_info()
    if record is not None:
        record.exc_info, record.exc_text = None, None
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["raised_at"] = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return event

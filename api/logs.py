"""Logs: one JSON object a line for programs, or in colours for a person, on standard error.

Whatever is logged goes this way: our own lines, those of libraries and of the HTTP server.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import orjson
import structlog
from structlog.types import Processor

Format = Literal["auto", "json", "console"]
Level = Literal["debug", "info", "warning", "error"]

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_CHATTY = ("httpx", "httpcore", "multipart", "sqlalchemy", "asyncio")
"""Libraries whose details help nobody who operates this service."""


def configure(level: Level, style: Format) -> None:
    """Send every log line of this process to standard error.

    With `auto` a terminal gets colours and anything else JSON.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendered(style, terminal=sys.stderr.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def _rendered(style: Format, *, terminal: bool) -> tuple[Processor, ...]:
    if style == "console" or (style == "auto" and terminal):
        return (structlog.dev.ConsoleRenderer(colors=terminal),)
    return (
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(_dumped),
    )


def _dumped(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=str).decode()

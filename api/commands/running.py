"""How the HTTP server runs in a process, whether it is the only one or one of several."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.commands.protocol import Protocol
from projections.projector import TURN_SECONDS

STOP_SECONDS = 8
"""How long requests may take to end once the server is told to stop; then they are cut off."""


def take_quick_turns() -> None:
    """Let the threads of this process hand the interpreter on soon.

    A change passes through several threads and waits for each; Python's own 5 ms suit threads that
    compute.
    """
    sys.setswitchinterval(TURN_SECONDS)


def server_config(app: FastAPI | Callable[[], FastAPI], **options: Any) -> uvicorn.Config:
    """The server of an app, or of the one that a factory makes."""
    return uvicorn.Config(
        app,
        http=Protocol,
        log_config=None,
        log_level="warning",
        # Requests are told of with their route and their id instead.
        access_log=False,
        lifespan="on",
        # Nobody needs to know by what software they are answered.
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        **options,
    )


def run(app: FastAPI, listener: socket) -> None:
    """Serve in this process until SIGTERM or SIGINT, then finish what was begun."""
    take_quick_turns()
    with _ended_by_signals():
        uvicorn.Server(server_config(app)).run(sockets=[listener])


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """Take the signals that end a server for the usual end of it.

    The server raises them once more when it has stopped, which would make it a failure.
    """

    def ended(_signal: int, _frame: FrameType | None) -> None:
        pass

    before = {one: signal.signal(one, ended) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

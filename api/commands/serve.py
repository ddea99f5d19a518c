"""`okr serve`: the HTTP interface."""

from __future__ import annotations

import os
from pathlib import Path

from api.app import create_app
from api.commands.listening import listen
from api.commands.opening import build_views, opened
from api.commands.running import run
from api.commands.terminal import CommandFailed, err
from api.commands.workers import supervise
from api.logs import configure
from api.metrics import SHARED_FOLDER
from api.settings import Settings
from api.telemetry import TelemetryMissingError, from_environment

HOST, PORT = "127.0.0.1", 8000
MOST_WORKERS = 64
"""More processes than this are a mistake: each has threads and connections of its own."""


def serve(chosen: Settings, host: str = HOST, port: int = PORT, workers: int = 1) -> None:
    """Serve a history until interrupted, from one process or from several.

    Raises CommandFailed where the port cannot be had, or what sends telemetry or keeps metrics is
    not there.
    """
    folder = os.environ.get(SHARED_FOLDER)
    if workers == 1 and folder is not None and not Path(folder).is_dir():
        raise CommandFailed(f"{SHARED_FOLDER} names no folder; make {folder}, or unset it.")
    configure(chosen.log_level, chosen.log_format)
    try:
        from_environment()
    except TelemetryMissingError as missing:
        raise CommandFailed(str(missing)) from None
    shown = f"[{host}]" if ":" in host else host

    def say_where() -> None:
        err.print(f"Serving {chosen.where} on http://{shown}:{port} (Ctrl-C ends it)", markup=False)

    signed_in = chosen.auth != "off"
    with listen(host, port, shared=workers > 1, signed_in=signed_in) as listener:
        with opened(chosen) as history:
            build_views(history)
            if workers == 1:
                say_where()
                run(create_app(history, local_only=True), listener)
                return
        supervise(chosen, listener, workers, say_where)

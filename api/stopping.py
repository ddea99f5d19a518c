"""Hears that the process is told to stop, which a server says to nobody before its requests end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_to_stop(stop: Callable[[], None]) -> Generator[None]:
    """Call `stop` in the running loop when a signal ends the process; then the server hears it.

    Without this a stream that goes on for ever would keep the server from stopping. Outside the
    main thread no signals arrive, and whoever runs a server there ends its streams.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {one: signal.getsignal(one) for one in _SIGNALS}

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for one, handler in before.items():
        # Where nobody handles a signal it ends the process by itself.
        if callable(handler):
            signal.signal(one, hear)
    try:
        yield
    finally:
        for one, handler in before.items():
            if signal.getsignal(one) is hear:
                signal.signal(one, handler)

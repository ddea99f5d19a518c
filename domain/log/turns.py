"""Writers that come while another one writes wait together, and one of them writes for all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from domain.log.appends import Append


class Turns:
    """Lets one thread write at a time, and hands it what has come meanwhile.

    Whoever waits sleeps on a lock of its own: on a common one, each would wake for nothing but to
    find that its work is done.
    """

    def __init__(self, write: Callable[[Sequence[Append]], None]) -> None:
        self._write = write
        self._waiting: deque[Append] = deque()
        self._busy = False
        self._entrance = Lock()

    def take(self, append: Append) -> None:
        """Return when the append is done, written by this thread or by another one."""
        append.turn.acquire()
        with self._entrance:
            self._waiting.append(append)
            waits, self._busy = self._busy, True
        if waits:
            append.turn.acquire()
        if not append.done:
            self._write_for_all(append)

    def _write_for_all(self, own: Append) -> None:
        with self._entrance:
            appends = list(self._waiting)
            self._waiting.clear()
        try:
            self._write(appends)
        finally:
            with self._entrance:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for append in appends:
                append.done = True
                if append is not own:
                    append.turn.release()
            if following is not None:
                following.turn.release()

"""How many streams each caller may have, and how many reads may wait for them, at a time.

Counted in this process alone: one that dies could not give back what it held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from threading import Lock

from starlette.types import Scope as Connection

from api.access.refusals import TooManyAtOnceError


class Held(StrEnum):
    """What a request holds for as long as it lasts."""

    STREAM = "streams"
    WAIT = "reads that wait for a position"


class Shares:
    """What all callers hold. One instance serves many threads."""

    def __init__(self, most: Mapping[Held, int]) -> None:
        self._most = most
        self._held: Counter[tuple[str, Held]] = Counter()
        self._lock = Lock()

    def take(self, caller: str, what: Held) -> None:
        """Count one more. Raises TooManyAtOnceError."""
        with self._lock:
            if self._held[caller, what] >= self._most[what]:
                raise TooManyAtOnceError(
                    f"Each caller may have {self._most[what]} {what} at a time; let one of yours "
                    "end, or close it, and ask again.",
                    {"Retry-After": "1"},
                )
            self._held[caller, what] += 1

    def give_back(self, caller: str, what: Held) -> None:
        """Count one less; who holds nothing is forgotten."""
        with self._lock:
            self._held[caller, what] -= 1
            if not self._held[caller, what]:
                del self._held[caller, what]


class Share:
    """What one request holds."""

    def __init__(self, shares: Shares, caller: str) -> None:
        self._shares = shares
        self._caller = caller
        self._held: set[Held] = set()
        self._is_over = False
        self._lock = Lock()

    def take(self, what: Held) -> None:
        """Hold it until the request ends; once, however often it is asked for.

        Whoever comes late, in a thread that nobody waits for any more, holds nothing.
        """
        with self._lock:
            if not self._is_over and what not in self._held:
                self._shares.take(self._caller, what)
                self._held.add(what)

    def give_back(self) -> None:
        """Let go of everything, for good."""
        with self._lock:
            self._is_over = True
            for what in self._held:
                self._shares.give_back(self._caller, what)
            self._held.clear()


def hold(scope: Connection, what: Held) -> None:
    """Let a request hold something, where callers sign in. Raises TooManyAtOnceError."""
    share: Share | None = scope.get("state", {}).get("share")
    if share is not None:
        share.take(what)

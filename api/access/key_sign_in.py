"""Signing in with an API key, looked up again each second, so that a revocation soon holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from api.access.api_keys import ApiKey, parts
from api.access.identity import Identity
from api.access.key_table import KeyTable
from domain.log import LogUnavailableError

REMEMBERED_SECONDS = 1.0
"""How long a key is taken to be as it was when it was last looked up."""

REMEMBERED = 10_000
USED_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a key was last used."""


class KeySignIn:
    """Recognises callers by their keys. One instance serves many threads."""

    def __init__(self, table: KeyTable, clock: Callable[[], datetime]) -> None:
        self._table = table
        self._clock = clock
        self._known: OrderedDict[str, tuple[ApiKey, float]] = OrderedDict()
        self._lock = Lock()

    def recognise(self, token: str) -> Identity | None:
        """Whose key this is; None for a key that is unknown, revoked or past its end.

        Raises LogUnavailableError.
        """
        found = parts(token)
        if found is None:
            return None
        key_id, secret = found
        key = self._find(key_id)
        if key is None or not key.matches(secret) or not key.holds_at(self._clock()):
            return None
        return key.identity()

    def remembers(self, token: str) -> bool:
        """Whether a key of that id was found here before: such a one is looked up once a second,
        however often its secret is guessed."""
        found = parts(token)
        with self._lock:
            return found is not None and found[0] in self._known

    def _find(self, key_id: str) -> ApiKey | None:
        with self._lock:
            key, since = self._known.get(key_id, (None, 0.0))
        if key is not None and monotonic() - since < REMEMBERED_SECONDS:
            return key
        # Fresh from before the look: however long it takes, a revocation holds a second later.
        looked = monotonic()
        key = self._table.find(key_id)
        if key is not None:
            with self._lock:
                self._known[key_id] = key, looked
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            self._note(key)
        return key

    def _note(self, key: ApiKey) -> None:
        now = self._clock()
        # A note that cannot be written, on a full disk for instance, is no reason to refuse.
        with suppress(LogUnavailableError):
            self._note_at(key, now)

    def _note_at(self, key: ApiKey, now: datetime) -> None:
        if key.holds_at(now) and (key.last_used_at is None or now - key.last_used_at > USED_EVERY):
            self._table.used(key.id, now)

"""How callers of one history sign in, as its settings say."""

from __future__ import annotations

from uuid import UUID

from api.access.identity import Identity
from api.access.key_sign_in import KeySignIn
from api.access.key_table import KeyTable
from api.history import History
from domain.errors import PersonNotFound


class Signing:
    """Whatever sign-in needs, to be closed with the history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._table = KeyTable(history.settings.where)
        self._keys = KeySignIn(self._table, history.log.clock)

    def recognise(self, token: str) -> Identity | None:
        """Whose token this is; None if it is nobody's. Raises LogUnavailableError."""
        return self._keys.recognise(token)

    def is_person(self, person_id: UUID) -> bool:
        """Whether somebody of that id is registered."""
        try:
            self._history.desk.book().person(person_id)
        except PersonNotFound:
            return False
        return True

    def close(self) -> None:
        self._table.close()


def sign_in(history: History) -> Signing | None:
    """The sign-in of a history; None where nobody signs in."""
    return None if history.settings.auth == "off" else Signing(history)

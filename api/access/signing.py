"""How callers of one history sign in, as its settings say."""

from __future__ import annotations

from uuid import UUID

from api.access.api_keys import parts
from api.access.identity import Identity
from api.access.key_sign_in import KeySignIn
from api.access.key_table import KeyTable
from api.access.registered import Registered
from api.access.token_sign_in import TokenSignIn
from api.history import History
from domain.errors import PersonNotFound


class Signing:
    """Whatever sign-in needs, to be closed with the history."""

    def __init__(self, history: History) -> None:
        settings = history.settings
        self._history = history
        self._table: KeyTable | None = None
        self._keys: KeySignIn | None = None
        self._tokens: TokenSignIn | None = None
        if settings.auth in ("keys", "both"):
            self._table = KeyTable(settings.where)
            self._keys = KeySignIn(self._table, history.log.clock)
        if settings.auth in ("oidc", "both"):
            self._tokens = TokenSignIn(settings, Registered(history, settings.oidc_person_field))

    def recognise(self, token: str) -> Identity | None:
        """Whose key or token this is; None if it is nobody's.

        Raises LogUnavailableError, or the RequestError of a token that cannot be judged.
        """
        if self._keys is not None and parts(token) is not None:
            return self._keys.recognise(token)
        return None if self._tokens is None else self._tokens.recognise(token)

    def asks_the_database(self, token: str) -> bool:
        """Whether the database has to be asked whose token this is: for keys not seen yet."""
        if self._keys is None or parts(token) is None:
            return False
        return not self._keys.remembers(token)

    def is_person(self, person_id: UUID) -> bool:
        """Whether somebody of that id is registered."""
        try:
            self._history.desk.book().person(person_id)
        except PersonNotFound:
            return False
        return True

    def close(self) -> None:
        if self._table is not None:
            self._table.close()


def sign_in(history: History) -> Signing | None:
    """The sign-in of a history; None where nobody signs in."""
    return None if history.settings.auth == "off" else Signing(history)

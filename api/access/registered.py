"""Finds the person whom a token names, by what the history knows of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Literal
from uuid import UUID

from api.history import History
from domain.errors import PersonNotFound
from domain.people import Person
from projections.contacts import contacts

LOOKED_SECONDS = 1.0
"""How often everybody is looked through at most, however many call whom nobody knows."""

LISTED_SECONDS = 60.0
"""How soon it is noticed that two people came to have one address or outside id."""

Field = Literal["external_id", "email", "id"]


class NobodyNamedError(Exception):
    """Nobody is registered under what a token says, or more than one person."""


class Registered:
    """The people of one history by one field. One instance serves many threads."""

    def __init__(self, history: History, field: Field) -> None:
        self._history = history
        self._field: Field = field
        self._listed: dict[str, list[UUID]] = {}
        self._since = float("-inf")
        self._lock = Lock()

    def find(self, said: str) -> UUID:
        """The one person of whom the field says this.

        Raises NobodyNamedError, or LogUnavailableError.
        """
        if self._field == "id":
            found = [person_id for person_id in _ids(said) if self._person(person_id) is not None]
        else:
            key = self._key(said)
            found = self._found(key, LISTED_SECONDS)
            if len(found) != 1:
                found = self._found(key, LOOKED_SECONDS)
        if len(found) != 1:
            raise NobodyNamedError("Nobody is" if not found else "Several people are")
        return found[0]

    def _key(self, said: str) -> str:
        """Addresses are the same in small and large letters; outside ids are not.

        Only of ASCII: other letters may become those of somebody else's address.
        """
        return said.lower() if self._field == "email" and said.isascii() else said

    def _found(self, key: str, seconds: float) -> list[UUID]:
        """Those of whom a list that is at most so old says so, and of whom it is still true."""
        with self._lock:
            if monotonic() - self._since >= seconds:
                self._listed, self._since = self._list(), monotonic()
            listed = self._listed.get(key, ())
        return [one for one in listed if self._says(self._person(one)) == key]

    def _list(self) -> dict[str, list[UUID]]:
        listed: dict[str, list[UUID]] = {}
        with self._history.ask() as question:
            for contact in contacts(question.connection, question.moment):
                said = contact.email if self._field == "email" else contact.external_id
                if said:
                    listed.setdefault(self._key(said), []).append(contact.person_id)
        return listed

    def _says(self, person: Person | None) -> str | None:
        if person is None:
            return None
        said = person.email if self._field == "email" else person.external_id
        return self._key(said) if said else None

    def _person(self, person_id: UUID) -> Person | None:
        try:
            return self._history.desk.book().person(person_id)
        except PersonNotFound:
            return None


def _ids(said: str) -> Iterator[UUID]:
    """The id that a text is, if it is one."""
    with suppress(ValueError):
        yield UUID(said)

"""Under which address and outside id each person is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from projections.instants import Moment
from projections.states import states_at


class Contact(NamedTuple):
    """What sign-in may find somebody by."""

    person_id: UUID
    email: str | None
    external_id: str | None


def contacts(connection: Connection, moment: Moment) -> Iterator[Contact]:
    """The contacts of everybody who is registered at a moment, in the order of the log."""
    for person in states_at(connection, "", moment, ("person",)):
        yield Contact(UUID(person["id"]), person.get("email"), person.get("external_id"))

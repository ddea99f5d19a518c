"""Files what people wrote under its words, a batch of records at a time.

A record is filed with what it says, what that replaces, and its reason. What it says anew of
something that began earlier is also looked for at the place where that thing began.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from domain.check_ins import CheckInCorrected
from projections import text_index
from projections.changes import BEGINNINGS
from projections.texts import OF_CHECK_INS, OF_ENTITIES, texts_in
from projections.told import Told
from projections.views import check_ins, entities, insert_rows, retold
from projections.words import spelled


class SearchIndex:
    """Writes the index of words. Applied after the states, since it asks where things began."""

    def forget(self) -> None:
        """It remembers nothing."""

    def apply(self, connection: Connection, batch: Iterable[Told]) -> None:
        """File the texts of some records, in the order of the log."""
        rows: list[tuple[int, str]] = []
        places: list[tuple[int, int]] = []
        for told in batch:
            texts = _texts(told)
            if texts:
                rows.append((told.position, spelled(texts)))
                place = _began(connection, told)
                if place is not None:
                    places.append((told.position, place))
        text_index.add(connection, rows)
        if places:
            insert_rows(connection, retold, places)


def _texts(told: Told) -> list[str]:
    found = [text for _, text in texts_in(told.changes, ("from", "to"))]
    if told.reason is not None and told.reason.get("text"):
        found.append(told.reason["text"])
    return found


def _began(connection: Connection, told: Told) -> int | None:
    """The position at which the thing began that a record says something new of, if it does."""
    if told.event in BEGINNINGS:
        return None
    fields = {change["field"] for change in told.changes}
    if told.event is CheckInCorrected:
        return None if fields.isdisjoint(OF_CHECK_INS) else _check_in_began(connection, told)
    return None if fields.isdisjoint(OF_ENTITIES) else _entity_began(connection, told)


def _entity_began(connection: Connection, told: Told) -> int:
    query = select(entities.c.position).where(entities.c.entity_id == told.entity_id)
    return connection.execute(query).scalar_one()


def _check_in_began(connection: Connection, told: Told) -> int:
    rows = check_ins.c
    query = select(func.min(rows.position)).where(
        rows.key_result_id == told.entity_id, rows.check_in_id == told.fields["check_in_id"]
    )
    return connection.execute(query).scalar_one()

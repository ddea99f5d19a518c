"""The check-ins of a key result as they stood at an instant, each with what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, and_, not_, select, true

from projections.instants import Moment
from projections.places import number_of
from projections.plain import packed
from projections.readings import SAID, reading_of
from projections.sight import Sight
from projections.tables import check_ins, facets, states


def measurements(
    connection: Connection, key_result_id: str, moment: Moment
) -> list[dict[str, Any]]:
    """The check-ins that stand, by the time they were measured; retracted ones are left out."""
    found = _known(connection, key_result_id, moment)
    return [one for one in found if not one["retracted"]]


def measurement(
    connection: Connection, key_result_id: str, check_in_id: str, moment: Moment
) -> dict[str, Any] | None:
    """One check-in, retracted or not; None where there was none, or none to be seen."""
    found = _known(connection, key_result_id, moment)
    return next((one for one in found if one["id"] == check_in_id), None)


def was_measured(
    connection: Connection, key_result_id: str, check_in_id: str, sight: Sight
) -> bool:
    """Whether a key result has this check-in by what is known now, whenever it was measured."""
    rows, wanted = check_ins.c, packed(check_in_id)
    query = select(rows.position).where(
        rows.key_result == number_of(key_result_id), rows.check_in_id == wanted
    )
    if connection.execute(query.limit(1)).first() is None:
        return False
    return wanted not in _retracted_in_a_draft(connection, key_result_id, sight)


def _retracted_in_a_draft(
    connection: Connection, key_result_id: str, sight: Sight
) -> frozenset[bytes]:
    """The ids of the check-ins that were taken back before others saw the key result.

    When it was published they counted no more, so to others they were never made.
    """
    if sight.everything:
        return frozenset()
    rows = check_ins.c
    query = (
        select(rows.check_in_id)
        .join_from(check_ins, facets, facets.c.position == rows.position)
        .where(
            rows.key_result == number_of(key_result_id),
            rows.retracted,
            not_(and_(true(), *sight.shown(facets))),
        )
    )
    return frozenset(connection.execute(query).scalars())


def _known(connection: Connection, key_result_id: str, moment: Moment) -> list[dict[str, Any]]:
    rows = check_ins.c
    query = (
        select(rows.check_in_id, rows.position, rows.measured_at, rows.retracted, states.c.said)
        .select_from(SAID)
        .where(rows.key_result == number_of(key_result_id), rows.position <= moment.position)
        .order_by(rows.position)
    )
    touched: Counter[bytes] = Counter()
    latest: dict[bytes, Any] = {}
    for row in connection.execute(query):
        touched[row.check_in_id] += 1
        latest[row.check_in_id] = row
    hidden = frozenset[bytes]()
    if any(row.retracted for row in latest.values()):
        hidden = _retracted_in_a_draft(connection, key_result_id, moment.sight)
    standing = [
        row
        for row in latest.values()
        if row.measured_at <= moment.micros and row.check_in_id not in hidden
    ]
    standing.sort(key=lambda row: (row.measured_at, row.position))
    return [_shown(key_result_id, row, touched[row.check_in_id]) for row in standing]


def _shown(key_result_id: str, row: Any, touched: int) -> dict[str, Any]:
    """One check-in; of the times it was touched, one made it and one may have retracted it."""
    body = reading_of(row.said)
    return {
        "id": body.pop("check_in_id"),
        "type": "check_in",
        "key_result_id": key_result_id,
        **body,
        "corrected": touched > (2 if row.retracted else 1),
        "retracted": bool(row.retracted),
    }

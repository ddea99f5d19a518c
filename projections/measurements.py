"""The check-ins of a key result as they stood at an instant, each with what became of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, select

from projections.instants import Moment
from projections.places import number_of
from projections.plain import packed
from projections.readings import SAID, reading_of
from projections.tables import check_ins, states


def measurements(
    connection: Connection, key_result_id: str, moment: Moment
) -> list[dict[str, Any]]:
    """The check-ins that stand, by the time they were measured; retracted ones are left out."""
    found = _known(connection, key_result_id, moment)
    return [one for one in found if not one["retracted"]]


def measurement(
    connection: Connection, key_result_id: str, check_in_id: str, moment: Moment
) -> dict[str, Any] | None:
    """One check-in, retracted or not; None where there was none."""
    found = _known(connection, key_result_id, moment)
    return next((one for one in found if one["id"] == check_in_id), None)


def was_measured(connection: Connection, key_result_id: str, check_in_id: str) -> bool:
    """Whether a key result has this check-in by what is known now, whenever it was measured."""
    rows = check_ins.c
    query = select(rows.position).where(
        rows.key_result == number_of(key_result_id), rows.check_in_id == packed(check_in_id)
    )
    return connection.execute(query.limit(1)).first() is not None


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
    standing = [row for row in latest.values() if row.measured_at <= moment.micros]
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

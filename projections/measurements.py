"""The check-ins of a key result as they stood at an instant, each with what became of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, not_, select, true

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
    if sight.everything:
        return True
    # What was taken back before others saw the key result counted no more when it was published,
    # so to others it was never made.
    hidden = not_(and_(true(), *sight.shown(facets)))
    query = query.join_from(check_ins, facets, facets.c.position == rows.position)
    return connection.execute(query.where(rows.retracted, hidden).limit(1)).first() is None


def _known(connection: Connection, key_result_id: str, moment: Moment) -> list[dict[str, Any]]:
    corrected: set[bytes] = set()
    latest: dict[bytes, Any] = {}
    for row in connection.execute(_touches(key_result_id, moment)):
        is_change = row.check_in_id in latest and not row.retracted
        if is_change and row.shown:
            corrected.add(row.check_in_id)
        latest[row.check_in_id] = row
    standing = [
        row
        for row in latest.values()
        if row.measured_at <= moment.micros and (row.shown or not row.retracted)
    ]
    standing.sort(key=lambda row: (row.measured_at, row.position))
    return [_shown(key_result_id, row, row.check_in_id in corrected) for row in standing]


def _touches(key_result_id: str, moment: Moment) -> Select[*tuple[Any, ...]]:
    """What check-ins said after each record about them, and whether that record is seen."""
    rows = check_ins.c
    shown = and_(true(), *moment.sight.shown(facets)).label("shown")
    # Where everything is seen, nothing is read to find that out.
    whole = moment.sight.everything
    told = SAID if whole else SAID.join(facets, facets.c.position == rows.position)
    return (
        select(
            rows.check_in_id, rows.position, rows.measured_at, rows.retracted, states.c.said, shown
        )
        .select_from(told)
        .where(rows.key_result == number_of(key_result_id), rows.position <= moment.position)
        .order_by(rows.position)
    )


def _shown(key_result_id: str, row: Any, corrected: bool) -> dict[str, Any]:
    body = reading_of(row.said)
    return {
        "id": body.pop("check_in_id"),
        "type": "check_in",
        "key_result_id": key_result_id,
        **body,
        "corrected": corrected,
        "retracted": bool(row.retracted),
    }

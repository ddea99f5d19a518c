"""The series of a key result: its measurements, the lines they are held against, and its spells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, select, true

from projections.instants import Moment
from projections.marks import Marks
from projections.measuring import State, with_reading
from projections.picture import Picture
from projections.places import number_of
from projections.plain import from_micros, iso
from projections.published import Citable, published_by
from projections.readings import SAID, reading_of
from projections.spells import Spells
from projections.states import state_at
from projections.subjects import Subject
from projections.tables import check_ins, facets, states
from projections.walk import Walk

LINES = ("baseline", "target", "commit", "stretch")


class _Measured(NamedTuple):
    """A check-in that stands: when it was measured, where it was told last, and what it says."""

    at: int
    position: int
    row: Any
    published: Citable | None
    """The record that published it, to whom the one that told it last is drafting."""
    corrected: bool
    """Whether a record that its reader sees said anything of it since it was made."""


def series(
    connection: Connection, key_result_id: str, moment: Moment, zone: ZoneInfo
) -> dict[str, Any] | None:
    """The points, lines, spells and marks of a key result; None while it did not exist yet.

    A point is a check-in that stands, with its progress by the measure that held when it was
    measured. A line is a list of `{effective_at, value}`, each value holding until the next.
    """
    last = state_at(connection, key_result_id, moment)
    if last is None:
        return None
    ids, home = {key_result_id, last["objective_id"], last["cycle_id"]}, last["cycle_id"]
    walk = Walk([home], moment, about=ids)
    picture, spells, marks = Picture(Subject("cycle", home)), Spells(zone), Marks()
    measured = _standing(connection, key_result_id, moment)
    points: list[dict[str, Any]] = []
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in LINES}
    while steps := walk.read(connection):
        for step in steps:
            marks.note(picture.take(step))
            state = picture.states.get(key_result_id)
            if state is not None:
                spells.see(step.at, state, picture.states.get(home), live=picture.is_live(state))
                points.extend(_point(state, one) for one in _until(measured, step.at))
                _draw(lines, step.at, state)
    found = spells.until(moment.micros)
    return {
        "key_result_id": key_result_id,
        "points": points,
        "lines": lines,
        "spells": [spell.as_json() for spell in found],
        "marks": marks.with_spells(found),
    }


def _until(measured: dict[int, list[_Measured]], at: int) -> Iterator[_Measured]:
    """Take out what was measured by an instant; before it lies what was measured in a draft."""
    for instant in [one for one in measured if one <= at]:
        yield from measured.pop(instant)


def _draw(lines: dict[str, list[dict[str, Any]]], at: int, state: State) -> None:
    """Let each line go on, where its value changed."""
    for name, line in lines.items():
        drawn = line[-1]["value"] if line else None
        if state[name] != drawn:
            line.append({"effective_at": iso(from_micros(at)), "value": state[name]})


def _standing(
    connection: Connection, key_result_id: str, moment: Moment
) -> dict[int, list[_Measured]]:
    """The check-ins that stand, by when they were measured; of two then, the last told is last."""
    rows, shown = check_ins.c, and_(true(), *moment.sight.shown(facets)).label("shown")
    query = (
        select(check_ins, states.c.said, facets.c.recorded_at, shown)
        .select_from(SAID)
        .join(facets, facets.c.position == rows.position)
        .where(rows.key_result == number_of(key_result_id), rows.position <= moment.position)
        .order_by(rows.check_in_id, rows.position)
    )
    told = connection.execute(query).all()
    published = published_by(connection, {one.key_result for one in told if not one.shown})
    found: list[_Measured] = []
    for _, touches in groupby(told, key=lambda row: row.check_in_id):
        first, *later = touches
        last = later[-1] if later else first
        if not last.retracted:
            record = None if last.shown else published[last.key_result]
            corrected = any(one.shown for one in later)
            found.append(_Measured(last.measured_at, last.position, last, record, corrected))
    by_instant: dict[int, list[_Measured]] = {}
    for one in sorted(found, key=lambda one: one[:2]):
        by_instant.setdefault(one.at, []).append(one)
    return by_instant


def _point(state: State, measured: _Measured) -> dict[str, Any]:
    record = measured.published or measured.row
    body = reading_of(measured.row.said)
    return {
        "check_in_id": body["check_in_id"],
        "effective_at": body["measured_at"],
        "recorded_at": iso(from_micros(record.recorded_at)),
        "position": record.position,
        "value": body["value"],
        "reached": body["reached"],
        "progress": with_reading(state, body)["progress"],
        "confidence": body["confidence"],
        "corrected": measured.corrected,
    }

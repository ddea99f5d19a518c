"""The search: everything people wrote, as it stood at a moment, across all kinds of things.

What is found is a thing that began with one record: an entity with what it is called and says of
itself, a check-in with its note and blockers, or what was said once and stands for ever: a review,
the note of a score or an ending. The reason of the record belongs to it. All phrases must stand
in the texts that the thing had at the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select, true, tuple_

from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.reviews import ObjectiveReviewed
from projections.changes import BEGINNINGS
from projections.entity_states import State
from projections.facet_walk import extent
from projections.instants import Moment
from projections.places import number_of
from projections.plain import from_micros, iso, packed, unpacked
from projections.planning import plan_for_the_values
from projections.published import published_by
from projections.readings import SAID, reading_of
from projections.seeking import state_then
from projections.seen import seen
from projections.snippets import excerpt
from projections.tables import check_ins, entities, facets, states, trail
from projections.text_index import NOWHERE, Reach, may_be_said_of, reaches
from projections.texts import OF_CHECK_INS, OF_ENTITIES, Texts, texts_in, texts_of
from projections.words import Sought, holds, spelled

CHUNKS = (20, 200)
"""How many records are looked at together: as many as a page holds, within these borders; of what
holds less than it seemed to, twice as many each time."""

_BEGINNINGS = {event.__name__ for event in BEGINNINGS}
_LASTING = _BEGINNINGS | {CheckedIn.__name__, ObjectiveReviewed.__name__}
"""What stands for what it says ever after, so that publishing shows it; the rest was drafting."""

_CHECKED_IN, _CORRECTED = CheckedIn.__name__, CheckInCorrected.__name__

Hit = dict[str, Any]


class _Told(NamedTuple):
    """A record that may be found: its entry, when it was true, and what it is about then."""

    entity: int
    entry: dict[str, Any]
    effective: int
    state: State | None
    shown: bool
    """Whether the record itself is seen, and not only what came of it."""


class _CheckIn(NamedTuple):
    body: dict[str, Any]
    measured: int


def page(
    connection: Connection,
    wanted: Sought,
    moment: Moment,
    limit: int,
    *,
    after: int | None = None,
    descending: bool = False,
    entity_type: str | None = None,
    cycle_id: str | None = None,
) -> list[tuple[int, Hit]]:
    """At most `limit` things past the position `after`, each with the position it began at."""
    plan_for_the_values(connection)
    about: list[ColumnElement[bool]] = []
    if entity_type is not None:
        about.append(entities.c.kind == entity_type)
    found: list[tuple[int, Hit]] = []
    within = Reach(0, moment.position).past(after, descending=descending)
    if cycle_id is not None:
        # What belongs to it mostly stands close together: words are looked for there alone.
        number = connection.execute(select(number_of(cycle_id))).scalar_one_or_none()
        within = NOWHERE if number is None else extent(connection, "cycle", [number], within)
        about.append(facets.c.cycle == number)
    for reach in reaches(connection, wanted, within, descending=descending):
        found = []
        for place, hit in _hits(connection, wanted, moment, reach, about, limit, descending):
            found.append((place, hit))
            if len(found) == limit:
                return found
    return found


def _hits(
    connection: Connection,
    wanted: Sought,
    moment: Moment,
    reach: Reach,
    about: list[ColumnElement[bool]],
    limit: int,
    descending: bool,
) -> Iterator[tuple[int, Hit]]:
    """Everything within reach that holds the phrases at the moment, read in chunks."""
    place = facets.c.position
    chunk = min(max(limit, CHUNKS[0]), CHUNKS[1])
    order = place.desc() if descending else place
    where = (may_be_said_of(connection, place, wanted, reach), *about)
    past = query = _records(moment).where(*where).order_by(order)
    while True:
        rows = connection.execute(past.limit(chunk)).all()
        yield from _hits_of(connection, rows, wanted, moment)
        if len(rows) < chunk:
            return
        past = query.where(place < rows[-1][0] if descending else place > rows[-1][0])
        # Each time the words are looked for anew.
        chunk = min(2 * chunk, CHUNKS[1])


def _records(moment: Moment) -> Select[Any, Any, Any, Any, bytes | None, bool]:
    """Records, and what each is about as it stands at the moment."""
    return (
        select(
            facets.c.position,
            facets.c.entity,
            trail.c.entry,
            facets.c.effective_at,
            state_then(moment),
            and_(true(), *moment.sight.shown(facets)),
        )
        .select_from(facets)
        .join(trail, trail.c.position == facets.c.position)
        .join(entities, entities.c.position == facets.c.entity)
    )


def _hits_of(
    connection: Connection,
    rows: Iterable[Row[Any, Any, Any, Any, bytes | None, bool]],
    wanted: Sought,
    moment: Moment,
) -> Iterator[tuple[int, Hit]]:
    """Those of some records that hold the phrases."""
    told = [
        (position, _Told(about, orjson.loads(entry), effective, _read(state), bool(shown)))
        for position, about, entry, effective, state, shown in rows
    ]
    told = _seen_of(connection, told, moment)
    noted = _check_ins_at(connection, [one for _, one in told], moment)
    for position, one in told:
        hit = _hit(one, noted.get(one.entry["check_in_id"]), wanted, moment)
        if hit is not None:
            yield position, hit


def _seen_of(
    connection: Connection, told: list[tuple[int, _Told]], moment: Moment
) -> list[tuple[int, _Told]]:
    """What is seen of what was found; what was drafted is told by the record that published it."""
    if moment.sight.everything:
        return told
    states = [one.state for _, one in told if one.state is not None]
    there = {state["id"]: state for state in seen(connection, states, moment)}
    drafted = {one.entity for _, one in told if not one.shown}
    published = published_by(connection, drafted)
    found: list[tuple[int, _Told]] = []
    for place, one in told:
        entry, state = one.entry, there.get(one.entry["entity"]["id"])
        if state is not None and not one.shown:
            by = published[one.entity]
            entry = entry | {"reason": None, "position": by.position, "event_id": by.event_id}
            state = state if entry["type"] in _LASTING else None
        found.append((place, one._replace(entry=entry, state=state)))
    return found


def _read(state: bytes | None) -> State | None:
    return None if state is None else orjson.loads(state)


def _check_ins_at(
    connection: Connection, told: Iterable[_Told], moment: Moment
) -> dict[str, _CheckIn]:
    """The check-ins that some records made, as far as they stand at the moment, by their ids."""
    rows = check_ins.c
    ids = [
        (one.entity, packed(one.entry["check_in_id"]))
        for one in told
        if one.entry["type"] == _CHECKED_IN
    ]
    if not ids:
        return {}
    query = (
        select(rows.check_in_id, rows.measured_at, rows.retracted, states.c.said)
        .select_from(SAID)
        .where(tuple_(rows.key_result, rows.check_in_id).in_(ids))
        .where(rows.position <= moment.position)
        .order_by(rows.position)
    )
    latest = {row.check_in_id: row for row in connection.execute(query)}
    return {
        unpacked(check_in_id): _CheckIn(reading_of(row.said), row.measured_at)
        for check_in_id, row in latest.items()
        if not row.retracted and row.measured_at <= moment.micros
    }


def _hit(told: _Told, check_in: _CheckIn | None, wanted: Sought, moment: Moment) -> Hit | None:
    texts = _texts(told, check_in, moment)
    if told.state is None or not holds(spelled(texts.values()), wanted):
        return None
    entry, state = told.entry, told.state
    field, snippet, highlights = excerpt(texts, wanted)
    effective = told.effective if check_in is None else check_in.measured
    return {
        "type": entry["entity"]["type"],
        "id": entry["entity"]["id"],
        "title": state.get("title") or state.get("name"),
        "cycle_id": entry["cycle_id"],
        "check_in_id": entry["check_in_id"],
        "review_id": _review_id(entry),
        "field": field,
        "snippet": snippet,
        "highlights": highlights,
        "event_id": entry["event_id"],
        "position": entry["position"],
        "effective_at": iso(from_micros(effective)),
    }


def _texts(told: _Told, check_in: _CheckIn | None, moment: Moment) -> Texts:
    """The texts that what began with a record has at the moment; none while it does not exist."""
    entry = told.entry
    if entry["type"] in _BEGINNINGS:
        texts = texts_of(told.state or {}, OF_ENTITIES)
    elif entry["type"] == _CHECKED_IN:
        if check_in is None:
            return {}
        texts = texts_of(check_in.body, OF_CHECK_INS)
    elif told.effective > moment.micros:
        return {}
    else:
        elsewhere = OF_CHECK_INS if entry["type"] == _CORRECTED else OF_ENTITIES
        said = texts_in(entry["changes"])
        texts = {field: text for field, text in said if field not in elsewhere}
    reason = entry["reason"] and entry["reason"].get("text")
    return texts | {"reason": reason} if reason else texts


def _review_id(entry: dict[str, Any]) -> str | None:
    return next(
        (one["to"]["review_id"] for one in entry["changes"] if one["field"] == "reviews"), None
    )

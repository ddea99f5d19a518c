"""The filters of the audit trail, and the entries that pass them, page by page.

Conditions on time become borders of a walk along the log: `recorded_at` never runs backwards along
it, and nothing is effective after it is recorded. Only what was recorded late lies beyond those
borders, and is walked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, literal, select, union_all

from projections.bounds import ALWAYS, Effective, Numbers, Said, Span
from projections.facet_walk import Walk, extent
from projections.facets import LATE
from projections.instants import Moment, position_at, positions_at, recorded_at
from projections.planning import plan_for_the_values
from projections.tables import entities, facet_actors, facet_shapes
from projections.text_index import Reach, nearest, reaches
from projections.vocabulary import types_named
from projections.words import Sought

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries are wanted; all that are given must hold."""

    actor_id: str | None = None
    type: str | None = None
    """An event's name; with a `*` at its end every name that begins like it."""
    entity_type: str | None = None
    entity_id: str | None = None
    entity_ids: frozenset[str] | None = None
    """Any of these entities."""
    cycle_id: str | None = None
    unit_id: str | None = None
    """About the unit, or about what it owned before or after the change, as recorded then."""
    field: str | None = None
    reason_code: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    after_freeze: bool | None = None
    words: Sought | None = None
    """What the change says, takes the place of, or gives as its reason."""


def positions(
    connection: Connection,
    filters: Filters,
    moment: Moment,
    limit: int,
    after: int | None = None,
    *,
    descending: bool = False,
) -> list[int]:
    """At most `limit` positions past `after` whose entries pass, as known at the moment."""
    plan_for_the_values(connection)
    numbers = _numbers(connection, filters)
    if not all(numbers.values()):
        return []
    effective = _effective(connection, filters, moment)
    spans = _spans(connection, filters, moment, effective)
    if after is not None:
        spans = [span.past(after, descending) for span in spans]
    walk = Walk(connection, numbers, effective, limit, descending, moment.sight)
    if filters.words is None:
        return walk.positions(spans)
    if not numbers and effective == ALWAYS and moment.sight.everything:
        # Words alone: their index finds the page in one pass, and each pass costs.
        [span] = spans
        reach = Reach(span.low, span.high)
        return nearest(connection, filters.words, reach, limit, descending=descending)
    reach = Reach(0, moment.position).past(after, descending=descending)
    found: list[int] = []
    for said in _saying(walk, filters.words, reach, spans):
        found = replace(walk, said=said).positions([span.within(*said.reach) for span in spans])
        if len(found) == limit:
            break
    return found


def _saying(walk: Walk, words: Sought, reach: Reach, spans: list[Span]) -> Iterator[Said]:
    """How to look for words on a walk, and how far: in all of it, or among the nearest first.

    What belongs to one thing or one cycle mostly stands close together, so words are looked for
    there alone.
    """
    for name in ("entity", "cycle"):
        if name in walk.numbers:
            reach = extent(walk.connection, name, walk.numbers[name], reach)
            break
    if walk.is_short([span.within(*reach) for span in spans]):
        yield Said(words, reach, each=True)
        return
    for nearer in reaches(walk.connection, words, reach, descending=walk.descending):
        # Among the nearest records with these words first, which mostly fill a page.
        yield Said(words, nearer)


def _numbers(connection: Connection, filters: Filters) -> Numbers:
    """What the filters ask for, as the numbers that rows hold; an empty list finds nothing."""
    number = select(entities.c.position)
    asked: dict[str, Select[int]] = {}
    if filters.actor_id is not None:
        actors = facet_actors.c
        asked["actor"] = select(actors.number).where(actors.actor_id == filters.actor_id)
    for name, entity_id in (("cycle", filters.cycle_id), ("unit", filters.unit_id)):
        if entity_id is not None:
            asked[name] = number.where(entities.c.entity_id == entity_id)
    if filters.entity_id is not None:
        asked["entity"] = number.where(entities.c.entity_id == filters.entity_id)
    elif filters.entity_ids is not None:
        asked["entity"] = number.where(entities.c.entity_id.in_(filters.entity_ids))
    if shaped := list(_shaped(filters)):
        asked["shape"] = select(facet_shapes.c.number).where(*shaped)
    numbers: Numbers = {name: [] for name in asked}
    if asked:
        every = [query.add_columns(literal(name)) for name, query in asked.items()]
        for found, name in connection.execute(union_all(*every)):
            numbers[name].append(found)
    return numbers


def _shaped(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """The conditions that a shape meets or not."""
    shapes = facet_shapes.c
    if filters.type is not None:
        yield shapes.type.in_(types_named(filters.type))
    if filters.entity_type is not None:
        yield shapes.entity_type == filters.entity_type
    if filters.field is not None:
        yield shapes.fields.contains(f",{filters.field},", autoescape=True)
    if filters.reason_code is not None:
        yield shapes.reason_code == filters.reason_code
    if filters.after_freeze is not None:
        yield shapes.after_freeze.is_(filters.after_freeze)


def _effective(connection: Connection, filters: Filters, moment: Moment) -> Effective:
    """What was not yet true at the moment is left out; mostly there is no such entry."""
    end = min(filters.effective_to or moment.as_of, moment.as_of)
    if end >= moment.known_at:
        # Nothing is effective after it was recorded, nor known before.
        return Effective(filters.effective_from, None)
    last = recorded_at(connection, moment.position)
    return Effective(filters.effective_from, None if last is None or last <= end else end)


def _spans(
    connection: Connection, filters: Filters, moment: Moment, effective: Effective
) -> list[Span]:
    """The positions that can pass, in the order of the log."""
    low, high = 1, moment.position
    for start in (filters.recorded_from, effective.start):
        if start is not None:
            low = max(low, _position_before(connection, start) + 1)
    if filters.recorded_to is not None:
        high = min(high, position_at(connection, filters.recorded_to))
    if effective.end is None:
        return [Span(low, high)]
    return list(_by_lateness(connection, low, high, effective.end))


def _by_lateness(connection: Connection, low: int, high: int, end: datetime) -> Iterator[Span]:
    """What was true by `end` was recorded within a day from then, or was more than a day late.

    So the further a span lies behind the end, the fewer of its rows are worth a look.
    """
    instants = [_later(end, timedelta(microseconds=by)) for by in LATE]
    for lateness, border in enumerate(positions_at(connection, instants)):
        yield Span(low, min(high, border), lateness)
        low = max(low, border + 1)
    yield Span(low, high, len(LATE))


def _position_before(connection: Connection, instant: datetime) -> int:
    """The highest position recorded before an instant; 0 where there is none."""
    return 0 if instant == _FIRST else position_at(connection, instant - _INSTANT)


_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _later(instant: datetime, by: timedelta) -> datetime:
    """An instant later by so much, or the last one there is."""
    return _LAST if instant > _LAST - by else instant + by

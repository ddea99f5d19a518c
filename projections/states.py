"""What every entity was, from when, and since which position that was known: versioned rows.

A row says: from `valid_from` on, as known from `position` on, the entity was in this state. An
event that is effective before later ones writes a row at its own time and a new row at every later
one, so the state at any instant, as known at any position, is one seek: the latest row that is
valid by then and known by then. The past costs what the present costs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, insert, select

from domain.alignments import AlignmentProposed
from domain.check_ins import CheckedIn, CheckInCorrected, CheckInEvent, CheckInRetracted
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveDrafted
from domain.record import Record
from projections.changes import BEGINNINGS, entity_of
from projections.entity_states import (
    State,
    after,
    beginning,
    check_in_body,
    touched,
    with_reading,
)
from projections.plain import iso, micros, micros_of, plain
from projections.views import check_ins, entities, states

KEPT = 50_000
_INSERTS = {table: insert(table) for table in (states, entities, check_ins)}
"""Built once: the statements of every batch."""


class Head(NamedTuple):
    """An entity's latest row."""

    valid_from: int
    scope: str
    state: State


class States:
    """Writes the versioned rows and the series of check-ins, a batch of records at a time."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._pending: dict[Any, list[dict[str, Any]]] = {states: [], entities: [], check_ins: []}

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._heads.clear()
        for rows in self._pending.values():
            rows.clear()

    def apply(self, connection: Connection, records: Iterable[Record]) -> None:
        """Write the rows of some records, in the order of the log."""
        for record in records:
            kind, entity_id = entity_of(record)
            if isinstance(record.event, BEGINNINGS):
                self._begin(connection, record, kind, str(entity_id))
            elif isinstance(record.event, CheckInEvent):
                self._check_in(connection, record, record.event, str(entity_id))
            else:
                self._change(connection, record, str(entity_id))
        self._flush(connection)

    def _begin(self, connection: Connection, record: Record, kind: str, entity_id: str) -> None:
        scope, parent_id = "", None
        match record.event:
            case ObjectiveDrafted(cycle_id=cycle_id) | AlignmentProposed(cycle_id=cycle_id):
                scope = parent_id = str(cycle_id)
            case KeyResultAdded():
                parent_id = str(record.stream_id)
                scope = self._head(connection, parent_id).scope
            case _:
                pass
        self._pending[entities].append(
            {
                "entity_id": entity_id,
                "scope": scope,
                "kind": kind,
                "parent_id": parent_id,
                "position": record.position,
            }
        )
        state = beginning(record, kind, entity_id, scope)
        self._write(entity_id, scope, micros(record.effective_at), record.position, state)

    def _change(self, connection: Connection, record: Record, entity_id: str) -> None:
        head = self._head(connection, entity_id)
        since = micros(record.effective_at)
        if since >= head.valid_from:
            self._write(entity_id, head.scope, since, record.position, after(head.state, record))
            return
        written = since
        for valid_from, state in self._spans(connection, entity_id, since):
            changed = after(state, record)
            if _shows_the_same(changed, state):
                break
            self._write(entity_id, head.scope, valid_from, record.position, changed)
            written = valid_from
        self._count(entity_id, record, written)

    def _count(self, entity_id: str, record: Record, written: int) -> None:
        """Let the latest row count an event that changed only what was before it."""
        head = self._heads[entity_id]
        if written != head.valid_from:
            state = touched(head.state, record)
            self._write(entity_id, head.scope, head.valid_from, record.position, state)

    def _check_in(
        self,
        connection: Connection,
        record: Record,
        event: CheckedIn | CheckInCorrected | CheckInRetracted,
        key_result_id: str,
    ) -> None:
        if isinstance(event, CheckedIn):
            body = check_in_body(event, iso(record.effective_at))
            self._note(key_result_id, record.position, body, retracted=False)
            self._change(connection, record, key_result_id)
            return
        self._flush(connection)
        body = _body_of(connection, key_result_id, str(event.check_in_id))
        spans = dict(self._spans(connection, key_result_id, micros_of(body["measured_at"])))
        if isinstance(event, CheckInCorrected):
            body = body | {name: plain(value) for name, value in event.new_values().items()}
            moved_to = micros(record.effective_at)
            spans = dict(self._spans(connection, key_result_id, min(moved_to, *spans))) | spans
            spans.setdefault(moved_to, _at(spans, moved_to))
        retracted = isinstance(event, CheckInRetracted)
        self._note(key_result_id, record.position, body, retracted=retracted)
        self._flush(connection)
        series = series_of(connection, key_result_id, record.position)
        times = [micros_of(one["measured_at"]) for one in series]
        scope = self._head(connection, key_result_id).scope
        written = -1
        for valid_from, state in sorted(spans.items()):
            latest = bisect_right(times, valid_from)
            reading = series[latest - 1] if latest else None
            corrected = with_reading(touched(state, record), reading)
            if not _shows_the_same(corrected, state):
                self._write(key_result_id, scope, valid_from, record.position, corrected)
                written = valid_from
        self._count(key_result_id, record, written)

    def _spans(
        self, connection: Connection, entity_id: str, since: int
    ) -> Iterator[tuple[int, State]]:
        """The states from an instant on, as known now, in the order in which they hold."""
        self._flush(connection)
        head = self._head(connection, entity_id)
        rows = states.c
        query = select(rows.valid_from, rows.state).where(
            rows.scope == head.scope, rows.entity_id == entity_id
        )
        before = query.where(rows.valid_from <= since).order_by(
            rows.valid_from.desc(), rows.position.desc()
        )
        first = connection.execute(before.limit(1)).one()
        yield since, orjson.loads(first.state)
        later = query.where(rows.valid_from > since).order_by(rows.valid_from, rows.position.desc())
        shown = since
        for row in connection.execute(later):
            # Of several rows from one instant on, the one known last comes first.
            if row.valid_from != shown:
                shown = row.valid_from
                yield shown, orjson.loads(row.state)

    def _head(self, connection: Connection, entity_id: str) -> Head:
        head = self._heads.get(entity_id)
        if head is not None:
            self._heads.move_to_end(entity_id)
            return head
        rows = states.c
        scope = connection.execute(
            select(entities.c.scope).where(entities.c.entity_id == entity_id)
        ).scalar_one()
        row = connection.execute(
            select(rows.valid_from, rows.state)
            .where(rows.scope == scope, rows.entity_id == entity_id)
            .order_by(rows.valid_from.desc(), rows.position.desc())
            .limit(1)
        ).one()
        head = Head(row.valid_from, scope, orjson.loads(row.state))
        self._keep(entity_id, head)
        return head

    def _keep(self, entity_id: str, head: Head) -> None:
        self._heads[entity_id] = head
        self._heads.move_to_end(entity_id)

    def _write(
        self, entity_id: str, scope: str, valid_from: int, position: int, state: State
    ) -> None:
        self._pending[states].append(
            {
                "scope": scope,
                "entity_id": entity_id,
                "valid_from": valid_from,
                "position": position,
                "state": orjson.dumps(state),
            }
        )
        head = self._heads.get(entity_id)
        if head is None or valid_from >= head.valid_from:
            self._keep(entity_id, Head(valid_from, scope, state))

    def _note(self, key_result_id: str, position: int, body: State, *, retracted: bool) -> None:
        self._pending[check_ins].append(
            {
                "key_result_id": key_result_id,
                "check_in_id": body["check_in_id"],
                "position": position,
                "measured_at": micros_of(body["measured_at"]),
                "retracted": retracted,
                "body": orjson.dumps(body),
            }
        )

    def _flush(self, connection: Connection) -> None:
        for table, rows in self._pending.items():
            if rows:
                connection.execute(_INSERTS[table], rows)
                rows.clear()
        while len(self._heads) > KEPT:
            self._heads.popitem(last=False)


def _shows_the_same(one: State, other: State) -> bool:
    """Whether two states differ in nothing but how many events they count."""
    counted = {"version": 0, "changed_at": ""}
    return one | counted == other | counted


def _at(spans: dict[int, State], instant: int) -> State:
    """The state that holds at an instant not before the first span."""
    return spans[max(start for start in spans if start <= instant)]


def _body_of(connection: Connection, key_result_id: str, check_in_id: str) -> State:
    rows = check_ins.c
    query = (
        select(rows.body)
        .where(rows.key_result_id == key_result_id, rows.check_in_id == check_in_id)
        .order_by(rows.position.desc())
        .limit(1)
    )
    return orjson.loads(connection.execute(query).scalar_one())


def series_of(connection: Connection, key_result_id: str, known: int) -> list[State]:
    """The check-ins that stand as known at a position, by the time they were measured."""
    rows = check_ins.c
    query = (
        select(rows.check_in_id, rows.position, rows.measured_at, rows.retracted, rows.body)
        .where(rows.key_result_id == key_result_id, rows.position <= known)
        .order_by(rows.position)
    )
    latest = {row.check_in_id: row for row in connection.execute(query)}
    standing = [row for row in latest.values() if not row.retracted]
    standing.sort(key=lambda row: (row.measured_at, row.position))
    return [orjson.loads(row.body) for row in standing]


def state_at(connection: Connection, entity_id: str, instant: int, known: int) -> State | None:
    """One entity's state at an instant (microseconds), as known at a position; None before it."""
    scope = connection.execute(
        select(entities.c.scope).where(entities.c.entity_id == entity_id)
    ).scalar_one_or_none()
    if scope is None:
        return None
    rows = states.c
    query = (
        select(rows.state)
        .where(
            rows.scope == scope,
            rows.entity_id == entity_id,
            rows.valid_from <= instant,
            rows.position <= known,
        )
        .order_by(rows.valid_from.desc(), rows.position.desc())
        .limit(1)
    )
    state = connection.execute(query).scalar_one_or_none()
    return None if state is None else orjson.loads(state)


def states_at(
    connection: Connection, scope: str, instant: int, known: int, kinds: Iterable[str] = ()
) -> list[State]:
    """The states of a scope's entities at an instant, as known at a position; one seek each."""
    rows = states.c
    seek = (
        select(rows.state)
        .where(
            rows.scope == entities.c.scope,
            rows.entity_id == entities.c.entity_id,
            rows.valid_from <= instant,
            rows.position <= known,
        )
        .order_by(rows.valid_from.desc(), rows.position.desc())
        .limit(1)
        .correlate(entities)
        .scalar_subquery()
    )
    query = select(seek).where(entities.c.scope == scope).order_by(entities.c.position)
    kinds = list(kinds)
    if kinds:
        query = query.where(entities.c.kind.in_(kinds))
    return [orjson.loads(state) for state in connection.execute(query).scalars() if state]

"""What every entity was, from when, and since which position that was known: versioned rows.

A row says: from `valid_from` on, as known from `position` on, the entity was in this state. An
event that is effective before later ones writes a row at its own time and a new row at every later
one, so the state at any instant, as known at any position, is one seek: the latest row that is
valid by then and known by then. The past costs what the present costs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Table, bindparam, select

from domain.alignments import AlignmentProposed
from domain.check_ins import CheckedIn, CheckInCorrected, CheckInRetracted
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveDrafted
from projections.changes import BEGINNINGS
from projections.entity_states import (
    State,
    after,
    beginning,
    check_in_body,
    touched,
    with_reading,
)
from projections.plain import micros_of
from projections.told import Told
from projections.views import check_ins, entities, insert_rows, states

KEPT = 20_000
"""How many entities are remembered."""

SPANS = 16
"""How many spans of each: what is entered late is mostly a little late."""


@dataclass(slots=True)
class Known:
    """What is remembered of an entity: where it lives, and the latest of its spans.

    A span is an instant from which on a state holds, as known now.
    """

    scope: str
    latest: State
    starts: list[int]
    """When the remembered spans begin, in order; there is none between them that is not here."""
    encoded: list[bytes]

    @property
    def valid_from(self) -> int:
        return self.starts[-1]

    def put(self, start: int, state: State, encoded: bytes) -> None:
        """Take in a span, unless it is older than all that is remembered."""
        if start >= self.starts[-1]:
            self.latest = state
        place = bisect_right(self.starts, start)
        if not place:
            return
        if self.starts[place - 1] == start:
            self.encoded[place - 1] = encoded
            return
        self.starts.insert(place, start)
        self.encoded.insert(place, encoded)
        if len(self.starts) > SPANS:
            del self.starts[0], self.encoded[0]

    def spans(self, since: int) -> Iterator[tuple[int, State]] | None:
        """The spans from an instant on, cut off there; None if they are not all remembered."""
        place = bisect_right(self.starts, since)
        if not place:
            return None
        starts, encoded = [since, *self.starts[place:]], self.encoded[place - 1 :]
        return zip(starts, map(orjson.loads, encoded), strict=True)


class States:
    """Writes the versioned rows and the series of check-ins, a batch of records at a time."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, Known] = OrderedDict()
        self._pending: dict[Table, list[tuple[Any, ...]]] = {
            states: [],
            entities: [],
            check_ins: [],
        }

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._heads.clear()
        for rows in self._pending.values():
            rows.clear()

    def apply(self, connection: Connection, batch: Iterable[Told]) -> None:
        """Write the rows of some records, in the order of the log."""
        for told in batch:
            if told.event in BEGINNINGS:
                self._begin(connection, told)
            elif told.event is CheckedIn:
                self._note(told, check_in_body(told), retracted=False)
                self._change(connection, told)
            elif told.event in (CheckInCorrected, CheckInRetracted):
                self._revise(connection, told)
            else:
                self._change(connection, told)
        self._flush(connection)

    def _begin(self, connection: Connection, told: Told) -> None:
        scope, parent_id = "", None
        if told.event in (ObjectiveDrafted, AlignmentProposed):
            scope = parent_id = told.fields["cycle_id"]
        elif told.event is KeyResultAdded:
            parent_id = told.stream_id
            scope = self._head(connection, parent_id).scope
        self._pending[entities].append((told.entity_id, scope, told.kind, parent_id, told.position))
        self._write(told, scope, told.effective, beginning(told, scope))

    def _change(self, connection: Connection, told: Told) -> None:
        head = self._head(connection, told.entity_id)
        if told.effective >= head.valid_from:
            self._write(told, head.scope, told.effective, after(head.latest, told))
            return
        written = told.effective
        for valid_from, state in self._spans(connection, told.entity_id, told.effective):
            changed = after(state, told)
            if _shows_the_same(changed, state):
                break
            self._write(told, head.scope, valid_from, changed)
            written = valid_from
        self._count(told, written)

    def _count(self, told: Told, written: int) -> None:
        """Let the latest row count an event that changed only what was before it."""
        head = self._heads[told.entity_id]
        if written != head.valid_from:
            self._write(told, head.scope, head.valid_from, touched(head.latest, told))

    def _revise(self, connection: Connection, told: Told) -> None:
        """Take in that a check-in was corrected or retracted, wherever it counted or now counts."""
        key_result_id, fields = told.entity_id, told.fields
        self._flush(connection)
        body = _body_of(connection, key_result_id, fields["check_in_id"])
        spans = dict(self._spans(connection, key_result_id, micros_of(body["measured_at"])))
        if told.event is CheckInCorrected:
            moves = {change["field"]: change["to"] for change in told.changes}
            body = body | moves
            first = min(told.effective, *spans)
            spans = dict(self._spans(connection, key_result_id, first)) | spans
            spans.setdefault(told.effective, _at(spans, told.effective))
        self._note(told, body, retracted=told.event is CheckInRetracted)
        self._flush(connection)
        series = series_of(connection, key_result_id, told.position)
        times = [micros_of(one["measured_at"]) for one in series]
        scope = self._head(connection, key_result_id).scope
        written = -1
        for valid_from, state in sorted(spans.items()):
            latest = bisect_right(times, valid_from)
            reading = series[latest - 1] if latest else None
            revised = with_reading(touched(state, told), reading)
            if not _shows_the_same(revised, state):
                self._write(told, scope, valid_from, revised)
                written = valid_from
        self._count(told, written)

    def _spans(
        self, connection: Connection, entity_id: str, since: int
    ) -> Iterator[tuple[int, State]]:
        """The states from an instant on, as known now, in the order in which they hold."""
        head = self._head(connection, entity_id)
        return head.spans(since) or self._stored_spans(connection, entity_id, since, head.scope)

    def _stored_spans(
        self, connection: Connection, entity_id: str, since: int, scope: str
    ) -> Iterator[tuple[int, State]]:
        self._flush(connection)
        rows = states.c
        query = select(rows.valid_from, rows.state).where(
            rows.scope == scope, rows.entity_id == entity_id
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

    def _head(self, connection: Connection, entity_id: str) -> Known:
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
        head = Known(scope, orjson.loads(row.state), [row.valid_from], [row.state])
        self._heads[entity_id] = head
        return head

    def _write(self, told: Told, scope: str, valid_from: int, state: State) -> None:
        entity_id, encoded = told.entity_id, orjson.dumps(state)
        self._pending[states].append((scope, entity_id, valid_from, told.position, encoded))
        head = self._heads.get(entity_id)
        if head is None:
            self._heads[entity_id] = Known(scope, state, [valid_from], [encoded])
        else:
            head.put(valid_from, state, encoded)

    def _note(self, told: Told, body: State, *, retracted: bool) -> None:
        measured_at = body["measured_at"]
        since = told.effective if measured_at == told.effective_at else micros_of(measured_at)
        self._pending[check_ins].append(
            (
                told.entity_id,
                body["check_in_id"],
                told.position,
                since,
                retracted,
                orjson.dumps(body),
            )
        )

    def _flush(self, connection: Connection) -> None:
        for table, rows in self._pending.items():
            if rows:
                insert_rows(connection, table, rows)
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


_LATEST = (
    select(states.c.state)
    .where(
        states.c.scope == entities.c.scope,
        states.c.entity_id == entities.c.entity_id,
        states.c.valid_from <= bindparam("instant"),
        states.c.position <= bindparam("known"),
    )
    .order_by(states.c.valid_from.desc(), states.c.position.desc())
    .limit(1)
    .correlate(entities)
    .scalar_subquery()
)
"""One seek: the latest row that is valid by an instant and known by a position."""

# Built once: building a statement takes longer than a seek.
_OF_ONE = select(_LATEST).where(entities.c.entity_id == bindparam("entity_id"))
_OF_SOME = select(entities.c.entity_id, _LATEST).where(
    entities.c.entity_id.in_(bindparam("entity_ids", expanding=True))
)
_OF_ALL = (
    select(_LATEST).where(entities.c.scope == bindparam("scope")).order_by(entities.c.position)
)
_OF_KINDS = _OF_ALL.where(entities.c.kind.in_(bindparam("kinds", expanding=True)))

MANY = 500
"""How many entities are named in one query."""


def state_at(connection: Connection, entity_id: str, instant: int, known: int) -> State | None:
    """One entity's state at an instant (microseconds), as known at a position; None before it."""
    sought = {"entity_id": entity_id, "instant": instant, "known": known}
    state = connection.execute(_OF_ONE, sought).scalar_one_or_none()
    return None if state is None else orjson.loads(state)


def states_of(
    connection: Connection, entity_ids: Collection[str], instant: int, known: int
) -> dict[str, State]:
    """The states of some entities by their ids, without those that did not exist yet."""
    found: dict[str, State] = {}
    wanted = list(entity_ids)
    if len(wanted) == 1:
        # A list in a statement has to be spelled out anew each time.
        state = state_at(connection, wanted[0], instant, known)
        return {} if state is None else {wanted[0]: state}
    for first in range(0, len(wanted), MANY):
        sought = {"entity_ids": wanted[first : first + MANY], "instant": instant, "known": known}
        for entity_id, state in connection.execute(_OF_SOME, sought):
            if state is not None:
                found[entity_id] = orjson.loads(state)
    return found


def states_at(
    connection: Connection, scope: str, instant: int, known: int, kinds: Collection[str] = ()
) -> list[State]:
    """The states of a scope's entities at an instant, as known at a position; one seek each."""
    sought = {"scope": scope, "instant": instant, "known": known}
    if kinds:
        rows = connection.execute(_OF_KINDS, sought | {"kinds": list(kinds)})
    else:
        rows = connection.execute(_OF_ALL, sought)
    return [orjson.loads(state) for state in rows.scalars() if state]

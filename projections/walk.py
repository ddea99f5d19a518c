"""A walk along a history: its entries in order, some at a time, with the states they led to.

Rows are only ever added, and a walk keeps to those its moment knows. So each stretch of it may be
read in a transaction of its own, and nobody who listens slowly holds one open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select, tuple_

from projections.axes import BEGINNING, END, Axis, Key
from projections.curtain import Curtain, curtain
from projections.heads import heads_of
from projections.instants import Moment
from projections.places import in_cycles, number_of
from projections.tables import (
    NOTHING,
    STATE,
    STATED,
    entities,
    facet_shapes,
    facets,
    states,
    trail,
)

CHUNK = 2_000
"""How many entries are read at once: enough to make queries cheap, few enough to be forgotten."""


class Entry(NamedTuple):
    """One record's entry in the trail; `at` is its place on the axis that is walked along."""

    at: int
    position: int
    type: str
    kind: str
    entity_id: str
    number: int
    encoded: bytes


class Step(NamedTuple):
    """What one instant brought, or along recorded time one record, with the states it led to.

    An instant of very many entries comes in several steps, each with all that it led to so far.
    """

    at: int
    entries: list[Entry]
    states: list[bytes]
    published_by: int = 0
    """The position of the record that published what comes to be seen with it; 0 if none did."""


class Walk:
    """The entries of some cycles and of the organisation that a moment knows, past a place.

    Along effective time the states are those of each instant, as known at the moment. Along
    recorded time they are those as of the moment, as known at each record.
    """

    def __init__(
        self,
        scopes: Sequence[str],
        moment: Moment,
        axis: Axis = "effective",
        after: Key = BEGINNING,
        about: Collection[str] | None = None,
        screen: Curtain | None = None,
    ) -> None:
        """Walk from after a place, by every entry or by those about some entities.

        What the moment's sight does not show is left out, or, where a `screen` is given, what is
        behind that.
        """
        self._scopes = scopes
        self._about = about
        self._moment = moment
        self._axis: Axis = axis
        self._after = after
        self._waiting: dict[str, deque[Entry]] = {scope: deque() for scope in scopes}
        self._read_to: dict[str, Key] = dict.fromkeys(scopes, after)
        self._ended: set[str] = set()
        self._since: dict[int, int] = {}
        self._screen = screen
        self._is_screened = screen is not None or moment.sight.everything
        self._learned_to = after.position
        self._chunk = max(1, CHUNK // len(scopes))

    def begin(self, connection: Connection) -> list[bytes]:
        """Everything that is there where the walk begins."""
        self._put_up(connection)
        if self._after == BEGINNING:
            return []
        instant, known = self._moment.micros, self._moment.position
        if self._axis == "recorded":
            known = self._after.position
        else:
            instant = min(instant, self._after.at)
        heads = connection.execute(heads_of(self._scopes, instant, known)).all()
        self._since = {head.entity: head.valid_from for head in heads}
        there = {head.entity: head.state for head in heads}
        if self._screen is None:
            return list(there.values())
        return self._screen.begin(there, self._after)

    def _put_up(self, connection: Connection) -> None:
        """Find out what is not to be seen."""
        if not self._is_screened:
            self._screen = curtain(connection, self._scopes, self._moment, self._axis)
            self._is_screened = True

    def read(self, connection: Connection) -> list[Step]:
        """The next steps; none at the end."""
        self._put_up(connection)
        while told := self._next(connection):
            if self._axis == "recorded":
                steps = self._by_record(connection, told)
            else:
                steps = self._by_instant(connection, told)
            if steps:
                return steps
        return self._opened_before(END)

    def _opened_before(self, at: int) -> list[Step]:
        """What comes to be seen though nothing happens."""
        if self._screen is None:
            return []
        return [
            Step(opens, [], drawn.states, drawn.published_by)
            for opens, drawn in self._screen.opened_before(at)
        ]

    def _next(self, connection: Connection) -> list[Entry]:
        """Some entries of all scopes in order; no scope is read further than it is needed."""
        for scope, waiting in self._waiting.items():
            if not waiting and scope not in self._ended:
                read = list(map(Entry._make, connection.execute(self._entries(scope))))
                waiting.extend(read)
                if len(read) < self._chunk:
                    self._ended.add(scope)
                if read:
                    self._read_to[scope] = Key(read[-1].at, read[-1].position)
        open_ends = [key for scope, key in self._read_to.items() if scope not in self._ended]
        known_to = min(open_ends, default=Key(END, END))
        found: list[Entry] = []
        for waiting in self._waiting.values():
            while waiting and waiting[0][:2] <= known_to:
                found.append(waiting.popleft())
        found.sort()
        return found

    def _entries(self, scope: str) -> Select[*tuple[Any, ...]]:
        rows, at, after = facets.c, facets.c[f"{self._axis}_at"], self._read_to[scope]
        query = (
            select(
                at.label("at"),
                rows.position,
                facet_shapes.c.type,
                facet_shapes.c.entity_type,
                entities.c.entity_id,
                rows.entity,
                trail.c.entry,
            )
            .select_from(facets)
            .join(facet_shapes, facet_shapes.c.number == rows.shape)
            .join(entities, entities.c.position == rows.entity)
            .join(trail, trail.c.position == rows.position)
            .where(
                rows.cycle == (number_of(scope) if scope else NOTHING),
                rows.position <= self._moment.position,
                rows.effective_at <= self._moment.micros,
            )
        )
        if self._about is not None:
            query = query.where(entities.c.entity_id.in_(self._about))
        if self._axis == "recorded":
            query = query.where(rows.position > after.position).order_by(rows.position)
        else:
            query = query.where(tuple_(at, rows.position) > tuple_(*after))
            query = query.order_by(at, rows.position)
        return query.limit(self._chunk)

    def _by_instant(self, connection: Connection, told: list[Entry]) -> list[Step]:
        first, last = told[0], told[-1]
        also = connection.execute(self._rest_of_instant(last)).scalars()
        about = {one.number for one in told}.union(also)
        led_to: dict[int, dict[int, bytes]] = {}
        rows = connection.execute(self._states_between(about, first.at, last.at)).all()
        for valid_from, position, number, state in sorted(rows, key=itemgetter(1)):
            # Of several rows at one instant the last one known is what the instant came to.
            if position <= self._moment.position:
                led_to.setdefault(valid_from, {})[number] = state
        found: list[Step] = []
        for at, group in groupby(told, key=itemgetter(0)):
            found += self._opened_before(at)
            found.append(self._step(at, list(group), led_to.get(at, {})))
        return [step for step in found if step.entries or step.states]

    def _step(self, at: int, entries: list[Entry], states: Mapping[int, bytes]) -> Step:
        """A step as it is seen."""
        screen = self._screen
        if screen is None:
            return Step(at, entries, list(states.values()))
        shown = [
            one._replace(encoded=screen.told(one.type, one.encoded))
            for one in entries
            if not screen.hides(one.number, one.position)
        ]
        drawn = screen.draw(states, Key(at, entries[-1].position))
        return Step(at, shown, drawn.states, drawn.published_by)

    def _rest_of_instant(self, last: Entry) -> Select[int]:
        """What else changed at the last instant read, past the last entry read."""
        rows = facets.c
        return (
            select(rows.entity)
            .distinct()
            .where(
                in_cycles(rows.cycle, self._scopes),
                rows.effective_at == last.at,
                rows.position > last.position,
                rows.position <= self._moment.position,
            )
        )

    def _states_between(self, numbers: set[int], start: int, end: int) -> Select[*tuple[Any, ...]]:
        """The states of entities from the instants in between on: one range of rows for each.

        What is not known yet is sorted out later, lest a planner go by positions instead.
        """
        rows = states.c
        return (
            select(rows.valid_from, rows.position, rows.entity, STATE)
            .select_from(STATED)
            .where(rows.entity.in_(sorted(numbers)), rows.valid_from.between(start, end))
        )

    def _by_record(self, connection: Connection, told: list[Entry]) -> list[Step]:
        """The steps of some records, each with what was learned since the one before it.

        Where a check-in was moved past the moment, its record is not told, but what was true before
        is another state from then on.
        """
        learned: deque[tuple[int, int, bytes]] = deque()
        about = {one.number for one in told}
        query = self._states_learned(self._learned_to + 1, told[-1].position)
        for position, valid_from, number, state in connection.execute(query).all():
            known = self._since.get(number)
            if valid_from >= known if known is not None else number in about:
                self._since[number] = valid_from
                learned.append((position, number, state))
        self._learned_to = told[-1].position
        steps: list[Step] = []
        for one in told:
            led_to: dict[int, bytes] = {}
            while learned and learned[0][0] <= one.position:
                _, number, state = learned.popleft()
                led_to[number] = state
            steps.append(self._step(one.at, [one], led_to))
        return [step for step in steps if step.entries or step.states]

    def _states_learned(self, first: int, last: int) -> Select[*tuple[Any, ...]]:
        """The states that some records led to: a state is known from its record's position on."""
        rows = states.c
        return (
            select(rows.position, rows.valid_from, rows.entity, STATE)
            .select_from(STATED.join(facets, facets.c.position == rows.position))
            .where(
                in_cycles(facets.c.cycle, self._scopes),
                facets.c.position.between(first, last),
                rows.valid_from <= self._moment.micros,
            )
            .order_by(rows.position, rows.valid_from)
        )


def last_position(connection: Connection, scope: str, moment: Moment) -> int:
    """The position of the last entry of a cycle that a moment knows; 0 where there is none."""
    rows = facets.c
    query = select(func.max(rows.position)).where(
        rows.cycle == number_of(scope), rows.position <= moment.position
    )
    return connection.execute(query).scalar() or 0

"""What is behind the curtain on a walk: the parts of drafts, until they were published.

To whom drafts are hidden, an objective begins when it is published, with all that it then is. What
its parts had come to by then is kept back and shown at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
from sqlalchemy import Connection, or_, select

from domain.portions import portions
from projections.axes import Axis, Key
from projections.instants import Moment
from projections.kin import FROM, NAMING, TO, entry_without, named_in
from projections.places import in_cycles
from projections.seen import hidden_among
from projections.tables import entities, facet_shapes, facets, subjects, trail

FAR = 2**62
"""Past every instant and every position."""

MANY = 500
"""How many entities are named in one query."""


State = TypeVar("State")
"""A state in whatever form the walk has it."""


class Opening(NamedTuple):
    """From which instant on something is seen, and since which record; `FAR` is never."""

    at: int
    position: int


NEVER = Opening(FAR, FAR)


class Drawn(NamedTuple, Generic[State]):
    """What comes to be seen at a place, and by the publishing of which record, if any."""

    states: list[State]
    published_by: int = 0
    """The position of the first record that published any of it; 0 where none did."""


class Curtain:
    """When that which lives in some cycles began to be seen, where it was not from its beginning.

    Along effective time things are seen from an instant on; along recorded time, since a record.
    """

    def __init__(
        self,
        openings: Mapping[int, Opening],
        unnamed: frozenset[str],
        moment: Moment,
        axis: Axis = "effective",
    ) -> None:
        """`unnamed` are the ids of what is not seen, and yet named by entries that are."""
        self._openings = openings
        self._unnamed = unnamed
        self._moment = moment
        self._axis: Axis = axis
        self._behind: dict[int, Any] = {}
        self._order = sorted((self._opens(one), number) for number, one in openings.items())
        self._opened = 0

    def mark(self) -> Hashable:
        """What is hidden, and until when: to whom it is the same, the history is."""
        return frozenset(self._openings.items()), self._unnamed

    def around_drafts(self) -> Curtain:
        """The same before that alone which is not seen at the moment; the rest is seen whole."""
        hidden = {n: NEVER for n, one in self._openings.items() if one.at > self._moment.micros}
        return Curtain(hidden, self._unnamed, self._moment, self._axis)

    def seen_since(self, number: int) -> int:
        """The position of the record since which an entity is seen; 0 where it always was."""
        opening = self._openings.get(number)
        return 0 if opening is None else opening.position

    def hides(self, number: int, position: int) -> bool:
        """Whether a record about an entity belongs to its drafting."""
        return position < self.seen_since(number)

    def told(self, event: str, encoded: bytes) -> bytes:
        """An entry, which names nothing that is not seen."""
        if not self._unnamed or event not in NAMING:
            return encoded
        return orjson.dumps(entry_without(orjson.loads(encoded), self._unnamed))

    def begin(self, states: Mapping[int, State], place: Key) -> list[State]:
        """What is seen at a place of what is there; the rest is kept back."""
        self._opened = bisect_right(self._order, (self._place(place), FAR))
        return list(self._in_front(states, self._place(place)))

    def draw(self, states: Mapping[int, State], place: Key) -> Drawn[State]:
        """What comes to be seen at a place: what changed in front, and what was kept back until."""
        return self._draw(states, self._place(place))

    def opened_before(self, at: int) -> Iterator[tuple[int, Drawn[Any]]]:
        """What comes to be seen between two steps, each with its instant.

        Others see what was dated back from the last instant of its drafting on, of which a walk
        may hold no entry. Along recorded time a record publishes, and nothing opens in between.
        """
        while self._axis == "effective" and self._opened < len(self._order):
            opens = self._order[self._opened][0]
            if opens >= at:
                return
            drawn: Drawn[Any] = self._draw({}, opens)
            if drawn.states:
                yield opens, drawn

    def _draw(self, states: Mapping[int, State], reached: int) -> Drawn[State]:
        opened = [one for one in self._open(reached) if one in states or one in self._behind]
        shown = list(self._in_front(states, reached))
        shown += [self._behind.pop(one) for one in opened if one not in states]
        # An alignment may have been published by a later record than the end that opened it now.
        return Drawn(shown, min((self.seen_since(one) for one in opened), default=0))

    def _open(self, reached: int) -> Iterator[int]:
        """The numbers of what is let be seen at last, be it there or not."""
        while self._opened < len(self._order) and self._order[self._opened][0] <= reached:
            self._opened += 1
            yield self._order[self._opened - 1][1]

    def _in_front(self, states: Mapping[int, State], reached: int) -> Iterator[State]:
        for number, state in states.items():
            opening = self._openings.get(number)
            if opening is None or self._opens(opening) <= reached:
                self._behind.pop(number, None)
                yield state
            else:
                self._behind[number] = state

    def _place(self, place: Key) -> int:
        return place.position if self._axis == "recorded" else place.at

    def _opens(self, opening: Opening) -> int:
        if opening.at > self._moment.micros:
            return FAR
        return opening.position if self._axis == "recorded" else opening.at


def curtain(
    connection: Connection, scopes: Sequence[str], moment: Moment, axis: Axis = "effective"
) -> Curtain | None:
    """The curtain on a walk along some cycles; None where everything is seen."""
    if moment.sight.everything:
        return None
    homes = _homes(connection, scopes)
    shut = _openings(connection, {one for ends in homes.values() for one in ends}, moment)
    found: dict[int, Opening] = {}
    for number, ends in homes.items():
        opens = [shut[one] for one in ends if one in shut]
        if opens:
            found[number] = Opening(*(max(side) for side in zip(*opens, strict=True)))
    unnamed = frozenset(hidden_among(connection, _named(connection, scopes), moment))
    return Curtain(found, unnamed, moment, axis)


def _homes(connection: Connection, scopes: Sequence[str]) -> dict[int, list[str]]:
    """The numbers of what lives in some cycles, each with the objectives that it is seen with."""
    query = (
        select(subjects.c.entity, subjects.c.objective_id, subjects.c.other_id)
        .join_from(entities, subjects, subjects.c.entity == entities.c.position)
        .where(entities.c.scope.in_(scopes), subjects.c.objective_id.is_not(None))
    )
    return {
        number: [one for one in ends if one is not None]
        for number, *ends in connection.execute(query)
    }


def _openings(connection: Connection, ids: Set[str], moment: Moment) -> dict[str, Opening]:
    """When objectives of others were published, as a moment knows it."""
    query = (
        select(entities.c.entity_id, subjects.c.shown_from, subjects.c.published_by)
        .join_from(entities, subjects, subjects.c.entity == entities.c.position)
        .where(moment.sight.is_foreign(subjects))
    )
    found: dict[str, Opening] = {}
    for wanted in portions(sorted(ids), MANY):
        some = entities.c.entity_id.in_(wanted)
        for objective_id, at, position in connection.execute(query.where(some)):
            if position is None or position > moment.position:
                found[objective_id] = NEVER
            else:
                found[objective_id] = Opening(at, position)
    return found


def _named(connection: Connection, scopes: Sequence[str]) -> set[str]:
    """The ids that entries about some cycles name by saying what was carried over."""
    fields = facet_shapes.c.fields
    query = (
        select(trail.c.entry)
        .join_from(facets, facet_shapes, facet_shapes.c.number == facets.c.shape)
        .join(trail, trail.c.position == facets.c.position)
        .where(
            or_(*(fields.contains(f",{name},") for name in (FROM, TO))),
            in_cycles(facets.c.cycle, scopes),
        )
    )
    entries = connection.execute(query).scalars()
    return {one for encoded in entries for one in named_in(orjson.loads(encoded))}

"""The turns of a cycle: its entries as they are stored, with sums of numbers that lie beside them.

No state is read and nothing is parsed. Along either axis the entries come in order by one index,
and the numbers of objectives and key results by another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson
from sqlalchemy import Connection

from projections.axes import BEGINNING, END, Axis, Key
from projections.curtain import Curtain, curtain
from projections.heads import heads_of
from projections.instants import Moment
from projections.stretches import (
    ENTRIES,
    INHABITANTS,
    NAMED_ENTRIES,
    NUMBERS,
    Numbers,
    Row,
    fetched,
)
from projections.sums import Sums
from projections.turns import Turn

CHUNK = 500
"""How many entries are read at once: enough to make queries cheap, few enough to stay at hand."""


class CycleTurns:
    """The turns of a cycle.

    Along effective time the totals are those of each instant, as known at the moment. Along
    recorded time they are those as of the moment, as known at each record.
    """

    def __init__(self, cycle_id: str, moment: Moment, axis: Axis, after: Key) -> None:
        """From after a place on."""
        self._cycle_id = cycle_id
        self._cycle = 0
        self._moment = moment
        self._axis: Axis = axis
        self._after = after
        self._counted_to = after.at if axis == "effective" else after.position
        self._curtain: Curtain | None = None
        self._sums = Sums()
        self._totals = b""
        self._homes: dict[int, int] = {}
        """The number of the objective of each key result; of an objective, its own."""
        self._since: dict[int, int] = {}
        """Along recorded time, from when on the numbers that count of each are true."""

    def begin(self, connection: Connection) -> bytes:
        """The totals of the place where they begin."""
        self._curtain = curtain(connection, [self._cycle_id], self._moment, self._axis)
        found = connection.execute(INHABITANTS, {"cycle_id": self._cycle_id}).all()
        numbers = {one.entity_id: one.position for one in found}
        self._cycle = numbers[self._cycle_id]
        for one in found:
            if one.kind == "objective":
                self._homes[one.position] = one.position
            elif one.kind == "key_result":
                self._homes[one.position] = numbers[one.parent_id]
        self._totals = self._counted(self._heads(connection))
        return self._totals

    def _heads(self, connection: Connection) -> Iterable[Numbers]:
        """The numbers of everything that is there where the turns begin."""
        if self._after == BEGINNING:
            return ()
        instant, known = self._moment.micros, self._moment.position
        if self._axis == "recorded":
            known = self._after.position
        else:
            instant = min(instant, self._after.at)
        heads = connection.execute(heads_of([self._cycle_id], instant, known)).all()
        self._since = {head.entity: head.valid_from for head in heads}
        there: dict[int, Numbers] = {
            head.entity: (0, head.entity, head.weight, head.progress, head.confidence)
            for head in heads
            if head.entity in self._homes
        }
        return there.values() if self._curtain is None else self._curtain.begin(there, self._after)

    def read(self, connection: Connection) -> list[Turn]:
        """The next turns; none at the end."""
        moment, axis = self._moment, self._axis
        sought = {"cycle": self._cycle, "as_of": moment.micros, "known": moment.position}
        place = {"at": self._after.at, "position": self._after.position, "chunk": CHUNK}
        query = (ENTRIES if self._curtain is None else NAMED_ENTRIES)[axis]
        found = fetched(connection, query, sought | place)
        if not found:
            return list(self._opened_before(END))
        self._after = Key(*found[-1][:2])
        reached = self._after.at if axis == "effective" else self._after.position
        stretch = {"since": self._counted_to, "until": reached}
        numbers = fetched(connection, NUMBERS[axis], sought | stretch)
        self._counted_to = reached
        if axis == "recorded":
            numbers = list(self._believed(numbers))
        return self._turns(found, numbers)

    def _believed(self, learned: Iterable[Row]) -> Iterator[Numbers]:
        """What is true at the moment of what was learned; the rest was about what came before."""
        for position, number, weight, progress, confidence, valid_from in learned:
            if number in self._homes and valid_from >= self._since.get(number, valid_from):
                self._since[number] = valid_from
                yield position, number, weight, progress, confidence

    def _turns(self, found: Sequence[Row], numbers: Sequence[Numbers]) -> list[Turn]:
        """Entries, each with the totals that all numbers up to its place come to."""
        turns: list[Turn] = []
        for row, learned in self._led_to(found, numbers):
            if self._curtain is not None:
                turns += self._screened(self._curtain, row, learned)
                continue
            if learned:
                self._totals = self._counted(learned)
            turns.append((row[0], row[1], row[2], self._totals))
        return turns

    def _led_to(
        self, found: Sequence[Row], numbers: Sequence[Numbers]
    ) -> Iterator[tuple[Row, Sequence[Numbers]]]:
        """Entries, each with the numbers up to its place that led to nothing before."""
        place = 0 if self._axis == "effective" else 1
        begin, end = 0, len(numbers)
        for row in found:
            first, reached = begin, row[place]
            while begin < end and numbers[begin][0] <= reached:
                begin += 1
            yield row, numbers[first:begin]

    def _screened(self, screen: Curtain, row: Row, learned: Iterable[Numbers]) -> Iterator[Turn]:
        """The turn of an entry that may be behind the curtain, after what opens before it."""
        at, position, entry, number, event = row
        yield from self._opened_before(at)
        drawn = screen.draw({one[1]: one for one in learned}, Key(at, position))
        if drawn.states:
            self._totals = self._counted(drawn.states)
        if screen.hides(number, position):
            yield at, drawn.published_by, None, self._totals
        else:
            yield at, position, screen.told(event, entry), self._totals

    def _opened_before(self, at: int) -> Iterator[Turn]:
        """What comes to be seen though nothing happens in the cycle."""
        if self._curtain is not None:
            for opens, drawn in self._curtain.opened_before(at):
                self._totals = self._counted(drawn.states)
                yield opens, drawn.published_by, None, self._totals

    def _counted(self, learned: Iterable[Numbers]) -> bytes:
        """The totals, once these numbers are the latest."""
        sums, homes = self._sums, self._homes
        for _, number, weight, progress, confidence in learned:
            home = homes[number]
            if home == number:
                sums.objective(number, weight)
            else:
                sums.key_result(home, number, weight, progress, confidence)
        return orjson.dumps(sums.as_json())

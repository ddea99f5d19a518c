"""Writes what every entity was, from when, and since which position that was known.

A row says: from `valid_from` on, as known from `position` on, the entity was in this state. An
event that is effective before later ones writes a row at its own time and a new row at every later
one, so the state at any instant, as known at any position, is one seek: the latest row that is
valid by then and known by then. The past costs what the present costs.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Row, bindparam, select

from domain.check_ins import CheckedIn, CheckInCorrected, CheckInRetracted
from projections.changes import BEGINNINGS
from projections.directory import Place
from projections.entity_states import (
    READING,
    State,
    after,
    beginning,
    measure,
    touched,
    with_reading,
)
from projections.known import EVER, CheckIn, Definition, Known, Series, Span
from projections.plain import packed
from projections.readings import SAID, reading_of
from projections.rollup import counts
from projections.sheet import Sheet
from projections.tables import STATED, check_ins, definitions, states
from projections.told import Told

KEPT = 20_000
"""How many entities are remembered."""

MOVING = ("version", "changed_at", "check_in_id", "measured_at", *READING, "progress")
"""What check-ins move of a key result; the rest is its definition."""

_MOVING = frozenset(MOVING)
_moving = itemgetter(*MOVING)


class States:
    """Writes the versioned rows and the series of check-ins."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._heads: OrderedDict[int, Known] = OrderedDict()
        self._states = sheet.of(states)
        self._definitions = sheet.of(definitions)
        self._check_ins = sheet.of(check_ins)

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._heads.clear()

    def take(self, told: Told, place: Place) -> None:
        """Write the rows of a record."""
        number = place.number
        if told.event in BEGINNINGS:
            self._write(told, number, told.effective, beginning(told, place.scope), None)
        elif told.event in (CheckInCorrected, CheckInRetracted):
            self._revise(told, number)
        else:
            self._change(told, number)

    def _change(self, told: Told, number: int) -> None:
        head, measured = self._head(number), told.event is CheckedIn
        last = head.spans[-1]
        if told.effective >= last.start:
            if measured:
                # Most records are such, so the state is not even copied.
                measure(head.latest, told)
                said = self._write(told, number, told.effective, head.latest, last.definition)
                self._note(told, number, said)
            else:
                self._write(told, number, told.effective, after(head.latest, told), None)
            return
        written = told.effective
        for span in self._spans(number, told.effective):
            state = span.state
            changed = after(state, told)
            if _shows_the_same(changed, state):
                break
            same = span.definition if measured else None
            said = self._write(told, number, span.start, changed, same)
            written = span.start
            if measured and written == told.effective:
                self._note(told, number, said)
        self._count(told, number, written)

    def _count(self, told: Told, number: int, written: int) -> None:
        """Let the latest row count an event that changed only what was before it."""
        head = self._heads[number]
        if written != head.valid_from:
            same, counted = head.spans[-1].definition, touched(head.latest, told)
            self._write(told, number, head.valid_from, counted, same)

    def _revise(self, told: Told, number: int) -> None:
        """Take in that a check-in was corrected or retracted, wherever it counted or now counts."""
        check_in = self._check_in(number, packed(told.fields["check_in_id"]))
        spans = {span.start: span for span in self._spans(number, check_in.measured_at)}
        corrected = told.event is CheckInCorrected
        if corrected:
            first = min(told.effective, *spans)
            spans = {span.start: span for span in self._spans(number, first)} | spans
            spans.setdefault(told.effective, _at(spans, told.effective))
        standing = self._others(number, check_in.id, min(spans))
        readings = [(one.measured_at, reading_of(one.said)) for one in standing]
        if corrected:
            moves = {change["field"]: change["to"] for change in told.changes}
            # Of two at one instant the one that was touched last counts.
            insort(readings, (told.effective, reading_of(check_in.said) | moves), key=itemgetter(0))
        written = -1
        for valid_from, span in sorted(spans.items()):
            latest = bisect_right(readings, valid_from, key=itemgetter(0))
            state = span.state
            reading = readings[latest - 1][1] if latest else None
            revised = with_reading(touched(state, told), reading)
            if valid_from < told.effective:
                # What was measured later, as it is said now, changed nothing by then.
                revised["changed_at"] = state["changed_at"]
            # What a check-in says is read from the row that begins when it was measured.
            begins = corrected and valid_from == told.effective
            if begins or not _shows_the_same(revised, state):
                said = self._write(told, number, valid_from, revised, span.definition)
                written = valid_from
                if begins:
                    self._note(told, number, said)
        if not corrected:
            self._retract(told, number, check_in)
        self._count(told, number, written)

    def _check_in(self, number: int, check_in_id: bytes) -> CheckIn:
        """A check-in as it was touched last."""
        series = self._head(number).series
        found = series.get(check_in_id)
        if found is None:
            found = next(one for one in self._stored(number) if one.id == check_in_id)
        return found

    def _others(self, number: int, check_in_id: bytes, instant: int) -> list[CheckIn]:
        """The other check-ins that stand, in order, from the one that counts at an instant on."""
        head = self._head(number)
        found = head.series.besides(check_in_id, instant)
        if found is None:
            stored = sorted(self._stored(number))
            head.series = Series(EVER, stored)
            found = [one for one in stored if one.id != check_in_id]
        return found

    def _stored(self, number: int) -> list[CheckIn]:
        """Every check-in that stands."""
        rows = check_ins.c
        query = (
            select(rows.check_in_id, rows.measured_at, rows.position, rows.retracted, states.c.said)
            .select_from(SAID)
            .where(rows.key_result == number)
            .order_by(rows.position)
        )
        latest = {row.check_in_id: row for row in self._sheet.ask(query)}
        return [
            CheckIn(row.measured_at, row.position, row.check_in_id, bytes(row.said))
            for row in latest.values()
            if not row.retracted
        ]

    def _spans(self, number: int, since: int) -> Iterator[Span]:
        """The spans from an instant on, as known now, in the order in which they hold."""
        return self._head(number).since(since) or self._stored_spans(number, since)

    def _stored_spans(self, number: int, since: int) -> Iterator[Span]:
        rows = states.c
        query = _SPANS.where(rows.entity == number)
        before = query.where(rows.valid_from <= since).order_by(
            rows.valid_from.desc(), rows.position.desc()
        )
        yield _span(self._sheet.ask(before.limit(1)).one())._replace(start=since)
        later = query.where(rows.valid_from > since).order_by(rows.valid_from, rows.position.desc())
        shown = since
        for row in self._sheet.ask(later).all():
            # Of several rows from one instant on, the one known last comes first.
            if row.valid_from != shown:
                shown = row.valid_from
                yield _span(row)

    def _head(self, number: int) -> Known:
        head = self._heads.get(number)
        if head is not None:
            self._heads.move_to_end(number)
            return head
        span = _span(self._sheet.look(_LAST, number=number).one())
        # No check-in was measured later than the last state begins.
        return self._remember(number, Known(span.state, [span], Series(span.start + 1)))

    def _remember(self, number: int, known: Known) -> Known:
        self._heads[number] = known
        return known

    def write(self) -> None:
        """Remember no more entities than the latest ones, now that all are written."""
        while len(self._heads) > KEPT:
            self._heads.popitem(last=False)

    def _write(
        self, told: Told, number: int, valid_from: int, state: State, same: Definition | None
    ) -> bytes:
        """Write a state; of a key result with the definition it has in `same`, or a new one.

        Returns the JSON in the row of the state.
        """
        if told.kind != "key_result":
            span = Span(valid_from, None, orjson.dumps(state))
            counted = (told.cycle, _weight(state)) if told.kind == "objective" else (None, None)
            row = (number, valid_from, told.position, None, None, *counted, None, None, span.said)
        else:
            if same is None:
                defined = {name: state[name] for name in state if name not in _MOVING}
                said = orjson.dumps(defined)[:-1]
                same = Definition(valid_from, told.position, said)
                self._definitions.append((number, *same))
            moving = dict(zip(MOVING, _moving(state), strict=True))
            span = Span(valid_from, same, b"," + orjson.dumps(moving)[1:])
            progress = state["progress"]
            row = (
                number,
                valid_from,
                told.position,
                same.valid_from,
                same.position,
                told.cycle,
                _weight(state),
                None if progress is None else float(progress),
                state["confidence"],
                span.said,
            )
        self._states.append(row)
        head = self._heads.get(number)
        if head is None:
            self._remember(number, Known(state, [span]))
        else:
            head.put(span, state)
        return span.said

    def _note(self, told: Told, number: int, said: bytes) -> None:
        """Write that a check-in was made or corrected."""
        check_in_id = packed(told.fields["check_in_id"])
        self._heads[number].series.put(CheckIn(told.effective, told.position, check_in_id, said))
        position = told.position
        self._check_ins.append((number, check_in_id, position, told.effective, position, False))

    def _retract(self, told: Told, number: int, check_in: CheckIn) -> None:
        """Write that a check-in does not count any more."""
        self._heads[number].series.drop(check_in.id)
        row = (
            number,
            check_in.id,
            told.position,
            check_in.measured_at,
            check_in.position,
            True,
        )
        self._check_ins.append(row)


_SPANS = select(
    states.c.valid_from,
    states.c.defined_from,
    states.c.defined_at,
    definitions.c.said.label("defined"),
    states.c.said,
).select_from(STATED)
_LAST = (
    _SPANS.where(states.c.entity == bindparam("number"))
    .order_by(states.c.valid_from.desc(), states.c.position.desc())
    .limit(1)
)


def _span(row: Row[*tuple[Any, ...]]) -> Span:
    valid_from, defined_from, defined_at, defined, said = row
    definition = None if defined is None else Definition(defined_from, defined_at, bytes(defined))
    return Span(valid_from, definition, bytes(said))


def _weight(state: State) -> float | None:
    """The weight of what counts in the sums of its cycle."""
    return float(state["weight"]) if counts(state) else None


def _shows_the_same(one: State, other: State) -> bool:
    """Whether two states differ in nothing but how many events they count."""
    counted = {"version": 0, "changed_at": ""}
    return one | counted == other | counted


def _at(spans: dict[int, Span], instant: int) -> Span:
    """The span that holds at an instant not before the first one."""
    return spans[max(start for start in spans if start <= instant)]

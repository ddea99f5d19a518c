"""Writes what every entity was, from when, and since which position that was known.

A row says: from `valid_from` on, as known from `position` on, the entity was in this state. An
event that is effective before later ones writes a row at its own time and a new row at every later
one, so the state at any instant, as known at any position, is one seek: the latest row that is
valid by then and known by then. The past costs what the present costs.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter

import orjson
from sqlalchemy import select

from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from projections.changes import BEGINNINGS
from projections.directory import Place
from projections.entity_states import after, beginning
from projections.known import EVER, CheckIn, Definition, Known, Series, Span
from projections.measuring import (
    MOVING,
    State,
    moving_of,
    scale_of,
    showing,
    touched,
    with_check_in,
)
from projections.plain import is_later, packed
from projections.readings import SAID, reading_of
from projections.sheet import Sheet
from projections.spans import (
    LAST,
    SPANS,
    definition_of,
    measured_row_of,
    row_of,
    said_of,
    span_of,
    weight_of,
)
from projections.tables import check_ins, definitions, states
from projections.told import Told

KEPT = 20_000
"""How many entities are remembered."""

_MOVING = frozenset(MOVING)


class States:
    """Writes the versioned rows and the series of check-ins."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._heads: dict[int, Known] = {}
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
            self._write(told, number, told.effective, beginning(told, place.scope))
        elif told.event is CheckedIn:
            self._measure(told, number)
        elif told.event in (CheckInCorrected, CheckInRetracted):
            self._revise(told, number)
        else:
            self._change(told, number)

    def _change(self, told: Told, number: int) -> None:
        """Take in an event that is not about the series of check-ins."""
        head = self._head(number)
        if told.effective >= head.valid_from:
            self._write(told, number, told.effective, after(head.latest, told))
            return
        written = told.effective
        for span in self._spans(number, told.effective):
            state = span.state
            changed = after(state, told)
            if _shows_the_same(changed, state):
                break
            self._write(told, number, span.start, changed)
            written = span.start
        self._count(told, number, written)

    def _measure(self, told: Told, number: int) -> None:
        """Take in a check-in, which shows from when it was measured until a later one does.

        Most records are such, so nothing but what check-ins move is looked at.
        """
        head = self._head(number)
        if told.effective >= head.valid_from:
            moving, definition = head.moving, definition_of(head.spans[-1])
            moving = with_check_in(moving, told, definition.scale)
            self._note(told, number, self._move(told, number, told.effective, definition, moving))
            return
        written = told.effective
        for span in self._spans(number, told.effective):
            moving, definition = span.moving, definition_of(span)
            shown = moving["measured_at"]
            if shown is not None and is_later(shown, told.effective_at):
                break
            moving = with_check_in(moving, told, definition.scale)
            said = self._move(told, number, span.start, definition, moving)
            written = span.start
            if written == told.effective:
                self._note(told, number, said)
        self._count(told, number, written)

    def _count(self, told: Told, number: int, written: int) -> None:
        """Let the latest row count an event that changed only what was before it."""
        head = self._heads[number]
        if written == head.valid_from:
            return
        if head.moving:
            definition, counted = definition_of(head.spans[-1]), touched(head.moving, told)
            self._move(told, number, head.valid_from, definition, counted)
        else:
            self._write(told, number, head.valid_from, touched(head.latest, told))

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
            moving, definition = span.moving, definition_of(span)
            reading = readings[latest - 1][1] if latest else None
            revised = showing(touched(moving, told), definition.scale, reading)
            if valid_from < told.effective:
                # What was measured later, as it is said now, changed nothing by then.
                revised["changed_at"] = moving["changed_at"]
            # What a check-in says is read from the row that begins when it was measured.
            begins = corrected and valid_from == told.effective
            if begins or not _shows_the_same(revised, moving):
                said = self._move(told, number, valid_from, definition, revised)
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
        query = SPANS.where(rows.entity == number)
        before = query.where(rows.valid_from <= since).order_by(
            rows.valid_from.desc(), rows.position.desc()
        )
        yield span_of(self._sheet.ask(before.limit(1)).one())._replace(start=since)
        later = query.where(rows.valid_from > since).order_by(rows.valid_from, rows.position.desc())
        shown = since
        for row in self._sheet.ask(later).all():
            # Of several rows from one instant on, the one known last comes first.
            if row.valid_from != shown:
                shown = row.valid_from
                yield span_of(row)

    def _head(self, number: int) -> Known:
        head = self._heads.get(number)
        if head is not None:
            return head
        span = span_of(self._sheet.look(LAST, number=number).one())
        # No check-in was measured later than the last state begins.
        head = self._heads[number] = Known(span.state, span, Series(span.start + 1))
        return head

    def write(self) -> None:
        """Remember no more entities than the latest ones, now that all are written."""
        for number in list(islice(self._heads, max(0, len(self._heads) - KEPT))):
            del self._heads[number]

    def _write(self, told: Told, number: int, valid_from: int, state: State) -> None:
        """Write a whole state; of a key result in two parts."""
        if told.kind == "key_result":
            moving = moving_of(state)
            definition = self._define(told, number, valid_from, state)
            span = Span(valid_from, definition, said_of(moving))
            self._states.append(measured_row_of(told, number, definition, moving, span))
        else:
            span = Span(valid_from, None, orjson.dumps(state))
            self._states.append(row_of(told, number, state, span))
        head = self._heads.get(number)
        if head is None:
            self._heads[number] = Known(state, span)
        else:
            head.put(span, state)

    def _define(self, told: Told, number: int, valid_from: int, state: State) -> Definition:
        """Write the part of a key result's state that no check-in moves."""
        defined = {name: value for name, value in state.items() if name not in _MOVING}
        said = orjson.dumps(defined)[:-1]
        self._definitions.append((number, valid_from, told.position, said))
        return Definition(valid_from, told.position, said, scale_of(state), weight_of(state))

    def _move(
        self, told: Told, number: int, valid_from: int, definition: Definition, moving: State
    ) -> bytes:
        """Write what check-ins move of a state. Returns the JSON in its row."""
        span = Span(valid_from, definition, said_of(moving))
        self._states.append(measured_row_of(told, number, definition, moving, span))
        self._heads[number].move(span, moving)
        return span.said

    def _note(self, told: Told, number: int, said: bytes) -> None:
        """Write that a check-in was made or corrected."""
        check_in_id, position = packed(told.fields["check_in_id"]), told.position
        check_in = CheckIn(told.effective, position, check_in_id, said)
        series = self._heads[number].series
        if told.event is CheckedIn:
            series.add(check_in)
        else:
            series.put(check_in)
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


def _shows_the_same(one: State, other: State) -> bool:
    """Whether two states differ in nothing but how many events they count."""
    counted = {"version": 0, "changed_at": ""}
    return one | counted == other | counted


def _at(spans: dict[int, Span], instant: int) -> Span:
    """The span that holds at an instant not before the first one."""
    return spans[max(start for start in spans if start <= instant)]

"""How spans of states are written down, as rows, and read again."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Row, bindparam, select

from projections.known import Definition, Span
from projections.measuring import State, scale_of
from projections.rollup import counts
from projections.tables import STATED, definitions, states
from projections.told import Told

SPANS = select(
    states.c.valid_from,
    states.c.defined_from,
    states.c.defined_at,
    definitions.c.said.label("defined"),
    states.c.said,
).select_from(STATED)
LAST = (
    SPANS.where(states.c.entity == bindparam("number"))
    .order_by(states.c.valid_from.desc(), states.c.position.desc())
    .limit(1)
)


def span_of(row: Row[*tuple[Any, ...]]) -> Span:
    valid_from, defined_from, defined_at, defined, said = row
    if defined is None:
        return Span(valid_from, None, bytes(said))
    defined = bytes(defined)
    state = orjson.loads(defined + b"}")
    definition = Definition(defined_from, defined_at, defined, scale_of(state), weight_of(state))
    return Span(valid_from, definition, bytes(said))


def definition_of(span: Span) -> Definition:
    """The definition in a span of a key result."""
    if span.definition is None:
        raise ValueError("nothing but a key result is measured")
    return span.definition


def said_of(moving: State) -> bytes:
    """The second part of the JSON of a key result's state."""
    return b"," + orjson.dumps(moving)[1:]


def row_of(told: Told, number: int, state: State, span: Span) -> tuple[Any, ...]:
    """The row of a state that is whole."""
    counted = (told.cycle, weight_of(state)) if told.kind == "objective" else (None, None)
    return (number, span.start, told.position, None, None, *counted, None, None, span.said)


def measured_row_of(
    told: Told, number: int, definition: Definition, moving: State, span: Span
) -> tuple[Any, ...]:
    """The row of a key result's state."""
    progress = moving["progress"]
    return (
        number,
        span.start,
        told.position,
        definition.valid_from,
        definition.position,
        told.cycle,
        definition.weight,
        None if progress is None else float(progress),
        moving["confidence"],
        span.said,
    )


def weight_of(state: State) -> float | None:
    """The weight of what counts in the sums of its cycle."""
    return float(state["weight"]) if counts(state) else None

"""Where a walk begins: the state of every entity of some cycles at one instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from projections.tables import DEFINED, STATE, definitions, entities, states

NOWHERE = ""
"""The scope of people, units and cycles."""


def heads_of(scopes: Sequence[str], instant: int, known: int) -> Select[*tuple[Any, ...]]:
    """The states as of an instant, as known at a position, found by a seek an entity."""
    of, rows, sought = entities.c, states.c, states.alias()
    seek = (
        select(sought.c.valid_from)
        .where(
            sought.c.entity == of.position,
            sought.c.valid_from <= instant,
            sought.c.position <= known,
        )
        .order_by(sought.c.valid_from.desc(), sought.c.position.desc())
        .limit(1)
        .correlate(entities)
    )
    found = and_(
        rows.entity == of.position,
        rows.valid_from == seek.scalar_subquery(),
        rows.position == seek.with_only_columns(sought.c.position).scalar_subquery(),
    )
    return (
        select(
            rows.entity,
            rows.valid_from,
            rows.weight,
            rows.progress,
            rows.confidence,
            STATE.label("state"),
        )
        .select_from(entities.join(states, found).outerjoin(definitions, DEFINED))
        .where(or_(*_there(scopes)))
        .order_by(of.position)
    )


def _there(scopes: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    cycles = [scope for scope in scopes if scope != NOWHERE]
    yield entities.c.scope.in_(cycles)
    yield entities.c.entity_id.in_(cycles)
    if NOWHERE in scopes:
        yield entities.c.kind == "unit"

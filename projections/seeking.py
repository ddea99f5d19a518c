"""The state of an entity at a moment: one seek, wherever a query goes along entities."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    LargeBinary,
    ScalarSelect,
    bindparam,
    cast,
    func,
    literal,
    select,
)

from projections.instants import Moment
from projections.tables import DEFINED, definitions, entities, states

# Asked for the one state that is found, by its key. As a join PostgreSQL may plan to read all the
# definitions that an entity ever had.
_DEFINITION = select(definitions.c.said).where(DEFINED).correlate(states).scalar_subquery()
_STATE = cast(
    func.coalesce(_DEFINITION, literal(b"", LargeBinary)).op("||")(states.c.said), LargeBinary
)


def _seek(
    instant: int | BindParameter[int], known: int | BindParameter[int]
) -> ScalarSelect[bytes | None]:
    """The latest state that is valid by an instant and known by a position."""
    return (
        select(_STATE)
        .where(
            states.c.entity == entities.c.position,
            states.c.valid_from <= instant,
            states.c.position <= known,
        )
        .order_by(states.c.valid_from.desc(), states.c.position.desc())
        .limit(1)
        .correlate(entities)
        .scalar_subquery()
    )


STATE_THEN = _seek(bindparam("instant"), bindparam("known"))
"""The JSON of the state of an entity at the moment that is bound; NULL while it does not exist.

For statements that are built once: building one takes longer than a seek."""


def then(moment: Moment) -> dict[str, Any]:
    """The instant and the position of a moment, as `STATE_THEN` wants them bound."""
    return {"instant": moment.micros, "known": moment.position}


def state_then(moment: Moment) -> ScalarSelect[bytes | None]:
    """The same at this moment, for statements that name several."""
    return _seek(moment.micros, moment.position)

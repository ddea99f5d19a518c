"""Where entities live: what sort each is, in which cycle, and what it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, or_, select

from projections.sight import Sight
from projections.tables import NOTHING, entities, subjects


def number_of(entity_id: str) -> ScalarSelect[int]:
    """The number of an entity, within a query; NULL for an id that nothing has."""
    return select(entities.c.position).where(entities.c.entity_id == entity_id).scalar_subquery()


def in_cycles(column: ColumnElement[int], ids: Iterable[str]) -> ColumnElement[bool]:
    """Whether a number is that of one of some cycles; an empty id means: of none at all."""
    wanted = set(ids)
    numbers = select(entities.c.position).where(entities.c.entity_id.in_(wanted - {""}))
    inside = column.in_(numbers)
    return or_(inside, column == NOTHING) if "" in wanted else inside


# Built once: building a statement takes longer than a seek.
_KIND = select(entities.c.kind).where(entities.c.entity_id == bindparam("sought"))
_PARTS = (
    select(entities.c.entity_id)
    .where(entities.c.parent_id == bindparam("sought"))
    .order_by(entities.c.position)
)


def kind_of(connection: Connection, entity_id: str) -> str | None:
    """What sort of entity has this id; None for an id that nothing has."""
    return connection.execute(_KIND, {"sought": entity_id}).scalar_one_or_none()


def scope_of(connection: Connection, entity_id: str) -> str:
    """The cycle that an entity lives in; empty for people, units and cycles."""
    query = select(entities.c.scope).where(entities.c.entity_id == entity_id)
    return connection.execute(query).scalar_one()


def parts_of(connection: Connection, entity_id: str) -> list[str]:
    """The ids of what an entity holds, in the order in which it came to be."""
    return list(connection.execute(_PARTS, {"sought": entity_id}).scalars())


def cycle_ids(connection: Connection) -> list[str]:
    """Every cycle there ever was, in the order in which they were planned."""
    query = select(entities.c.entity_id).where(entities.c.kind == "cycle")
    return list(connection.execute(query.order_by(entities.c.position)).scalars())


def positions_of(
    connection: Connection, entity_ids: Collection[str], sight: Sight
) -> dict[str, int]:
    """Where in the log some entities began, or, to whom that is drafting, were published."""
    query = select(entities.c.entity_id, entities.c.position)
    rows = connection.execute(query.where(entities.c.entity_id.in_(entity_ids)))
    found = {row.entity_id: row.position for row in rows}
    return found if sight.everything else found | _published(connection, entity_ids, sight)


def _published(connection: Connection, entity_ids: Collection[str], sight: Sight) -> dict[str, int]:
    """Where in the log those objectives and key results were published that are of others."""
    end, home = entities.alias("end"), subjects.alias("home")
    query = (
        select(entities.c.entity_id, home.c.published_by)
        .join_from(entities, subjects, subjects.c.entity == entities.c.position)
        .join(end, end.c.entity_id == subjects.c.objective_id)
        .join(home, home.c.entity == end.c.position)
        .where(
            entities.c.entity_id.in_(entity_ids),
            home.c.published_by > entities.c.position,
            sight.is_foreign(home),
        )
    )
    return {row.entity_id: row.published_by for row in connection.execute(query)}

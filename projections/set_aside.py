"""Records that the read models could not take in, set aside so that all others still count."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select

from projections.read_models import PoisonError
from projections.tables import set_aside as table


def set_aside(connection: Connection, poison: PoisonError) -> None:
    """Note a record that is left out, and why."""
    row = {"position": poison.position, "topic": poison.topic, "reason": poison.reason}
    connection.execute(insert(table), row)


def how_many(connection: Connection) -> int:
    """How many records are left out."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def listed(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The first records that are left out: `{position, topic, reason}` each."""
    query = select(table).order_by(table.c.position).limit(limit)
    return [
        {"position": row.position, "topic": row.topic, "reason": row.reason}
        for row in connection.execute(query)
    ]

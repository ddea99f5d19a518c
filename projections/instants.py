"""The two questions behind every question: as of when, and as known when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from projections.plain import from_micros, iso, micros
from projections.views import position as standing
from projections.views import trail


class BeyondTheLogError(ValueError):
    """A position was named that the read tables do not reach."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A resolved pair of times: state as it was at `as_of`, as known at `position`."""

    as_of: datetime
    known_at: datetime
    position: int

    @property
    def micros(self) -> int:
        return micros(self.as_of)

    def as_json(self) -> dict[str, Any]:
        """What every answer about state echoes."""
        return {
            "as_of": iso(self.as_of),
            "known_at": iso(self.known_at),
            "position": self.position,
        }


def resolve(
    connection: Connection,
    now: datetime,
    as_of: datetime | None = None,
    known_at: datetime | int | None = None,
) -> Moment:
    """Both times default to now; with only `known_at` given, `as_of` is that instant.

    `known_at` is an instant, meaning the highest position recorded at or before it, or a position.
    Raises BeyondTheLogError for a position that is not reached yet.
    """
    # A clock that was set back does not make what is recorded already the future.
    now = max(now, recorded_at(connection, standing(connection)) or now)
    if isinstance(known_at, int):
        if known_at > standing(connection):
            raise BeyondTheLogError(f"The history ends at position {standing(connection)}.")
        known = recorded_at(connection, known_at) or now
        return Moment(min(as_of or known, now), known, known_at)
    # Nothing is known, or true, past now; the answer says which instant it took.
    known = min(known_at or now, now)
    position = standing(connection) if known_at is None else position_at(connection, known_at)
    return Moment(min(as_of or known, now), known, position)


def position_at(connection: Connection, instant: datetime) -> int:
    """The highest position recorded at or before an instant; 0 before the first."""
    query = (
        select(trail.c.position)
        .where(trail.c.recorded_at <= micros(instant))
        .order_by(trail.c.recorded_at.desc(), trail.c.position.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or 0


def recorded_at(connection: Connection, position: int) -> datetime | None:
    """When the record at a position, or the last one before it, was recorded."""
    query = (
        select(trail.c.recorded_at)
        .where(trail.c.position <= position)
        .order_by(trail.c.position.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else from_micros(found)

"""The questions behind every question: as of when, as known when, and seen by whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from projections.plain import from_micros, iso, micros
from projections.sight import EVERYTHING, Sight
from projections.tables import facets
from projections.views import standing


class BeyondTheLogError(ValueError):
    """A position was named that the read tables do not reach."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A resolved pair of times: state as it was at `as_of`, as known at `position`.

    Whoever asks with a `sight` of their own is told only what they may see of it.
    """

    as_of: datetime
    known_at: datetime
    position: int
    sight: Sight = EVERYTHING

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
    sight: Sight = EVERYTHING,
) -> Moment:
    """Both times default to now; with only `known_at` given, `as_of` is that instant.

    `known_at` is an instant, meaning the highest position recorded at or before it, or a position.
    Raises BeyondTheLogError for a position that is not reached yet.
    """
    stands = standing(connection)
    # A clock that was set back does not make what is recorded already the future.
    if stands.recorded_at is not None:
        now = max(now, from_micros(stands.recorded_at))
    if isinstance(known_at, int):
        if known_at > stands.position:
            raise BeyondTheLogError(f"The history ends at position {stands.position}.")
        known = recorded_at(connection, known_at) or now
        return Moment(min(as_of or known, now), known, known_at, sight)
    # Nothing is known, or true, past now; the answer says which instant it took.
    known = min(known_at or now, now)
    position = stands.position if known_at is None else position_at(connection, known_at)
    return Moment(min(as_of or known, now), known, position, sight)


def _position_by(instant: BindParameter[int]) -> Select[int]:
    return (
        select(facets.c.position)
        .where(facets.c.recorded_at <= instant)
        .order_by(facets.c.recorded_at.desc(), facets.c.position.desc())
        .limit(1)
    )


# Many questions ask these, and building a statement takes longer than a seek.
_POSITION_AT = _position_by(bindparam("instant"))
_RECORDED_AT = (
    select(facets.c.recorded_at)
    .where(facets.c.position <= bindparam("reached"))
    .order_by(facets.c.position.desc())
    .limit(1)
)


def position_at(connection: Connection, instant: datetime) -> int:
    """The highest position recorded at or before an instant; 0 before the first."""
    sought = {"instant": micros(instant)}
    return connection.execute(_POSITION_AT, sought).scalar_one_or_none() or 0


def positions_at(connection: Connection, instants: Sequence[datetime]) -> list[int]:
    """The same for each of some instants, asked at once."""
    sought = {f"instant_{place}": micros(instant) for place, instant in enumerate(instants)}
    query = select(*(_position_by(bindparam(name)).scalar_subquery() for name in sought))
    return [found or 0 for found in connection.execute(query, sought).one()]


def recorded_at(connection: Connection, position: int) -> datetime | None:
    """When the record at a position, or the last one before it, was recorded."""
    found = connection.execute(_RECORDED_AT, {"reached": position}).scalar_one_or_none()
    return None if found is None else from_micros(found)

"""Which records are somebody's own, as the raw feed tells them to owners and leads.

Those are the records about what they own or lead today: objectives, with key results, check-ins,
reviews and alignments that touch them, units that they lead, and themselves. What belongs to the
drafting of others is left out even then.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, exists, or_, select

from projections.instants import Moment
from projections.planning import plan_for_the_values
from projections.sight import KEPT, Sight
from projections.tables import entities, facets, subjects

STRETCH = 5_000
"""How many positions are looked at together, so that whoever owns little holds nobody up."""


class Stretch(NamedTuple):
    """The positions that are somebody's own in a stretch of the log, and where it ends."""

    positions: list[int]
    end: int


def own(connection: Connection, moment: Moment, after: int, limit: int) -> Stretch:
    """At most `limit` positions of somebody's own in the stretch past `after`.

    It ends where the last of them is if there may be more, and never past the moment.
    """
    end = max(after, min(after + STRETCH, moment.position))
    plan_for_the_values(connection)
    sought = {"after": after, "end": end, "most": limit}
    found = list(connection.execute(_own(moment.sight), sought).scalars())
    return Stretch(found, found[-1] if len(found) == limit else end)


@lru_cache(maxsize=KEPT)
def _own(sight: Sight) -> Select[int]:
    """Asks for those; building a statement takes longer than a few seeks."""
    about, home, end = subjects.alias("about"), subjects.alias("home"), entities.alias("end")
    at_home = exists().where(
        end.c.entity_id.in_((about.c.objective_id, about.c.other_id)),
        home.c.entity == end.c.position,
        ~sight.is_foreign(home),
    )
    whose = [~sight.is_foreign(about), at_home]
    if sight.person is not None:
        whose.append(facets.c.entity == sight.person)
    return (
        select(facets.c.position)
        .join(about, about.c.entity == facets.c.entity)
        .where(
            facets.c.position > bindparam("after"),
            facets.c.position <= bindparam("end"),
            or_(*whose),
            *sight.shown(facets),
        )
        .order_by(facets.c.position)
        .limit(bindparam("most"))
    )

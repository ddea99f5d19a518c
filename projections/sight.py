"""Whose drafts somebody sees: their own, those of the units that they lead, or all there are.

What was published once is seen by everybody, from then on. Ownership and leading are taken as they
are today, whatever the moment that is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
)

from projections.tables import entities, facets, leads, subjects


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who signed in and does not see every draft."""

    person_id: str | None = None
    """The person whose ownership and memberships count; None for a service on its own."""
    leads_every_unit: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer sees of drafts, by the numbers of the person and of the units they lead."""

    everything: bool = False
    person: int | None = None
    units: frozenset[int] = frozenset()
    every_unit: bool = False
    dated_back: bool = False
    """Whether any publishing was dated back behind what was drafted: then a state that says that
    it was published may be one of its drafting."""

    def is_foreign(self, objective: FromClause) -> ColumnElement[bool]:
        """Whether an objective, a row of `subjects`, belongs to others."""
        person, unit = objective.c.person, objective.c.unit
        foreign = unit.is_(None)
        if not self.every_unit:
            foreign = or_(foreign, unit.not_in(sorted(self.units)))
        if self.person is None:
            return foreign
        return and_(foreign, or_(person.is_(None), person != self.person))

    def shown(self, rows: FromClause) -> Iterator[ColumnElement[bool]]:
        """The condition on records, rows of `facets` or `facet_units`, to be seen; mostly none.

        A record that belongs to no drafting is told by the row itself, so nothing else is read.
        """
        if self.everything:
            return
        public = rows.c.draft_of.is_(None)
        if self.person is None and not self.every_unit:
            yield public
        else:
            yield or_(public, ~_is_anothers(self, rows))


EVERYTHING = Sight(everything=True)
"""The sight of auditors, and of everybody where nobody signs in."""

KEPT = 256
"""For how many sights conditions are kept as they were built."""


@lru_cache(maxsize=KEPT)
def _is_anothers(sight: Sight, rows: FromClause) -> ColumnElement[bool]:
    """Whether a record belongs to the drafting of an objective of others.

    One about an alignment may belong to that of both its ends, of which the row tells one.
    """
    record, about = facets.alias("record"), subjects.alias("about")
    end, home = entities.alias("end"), subjects.alias("home")
    return exists().where(
        record.c.position == rows.c.position,
        about.c.entity == record.c.entity,
        end.c.entity_id.in_((about.c.objective_id, about.c.other_id)),
        home.c.entity == end.c.position,
        or_(home.c.published_by.is_(None), home.c.published_by > record.c.position),
        sight.is_foreign(home),
    )


# Built once: building a statement takes longer than a seek.
_DATED_BACK = exists().where(subjects.c.dated_back.is_not(None))
_ONE = select(literal(1).label("one")).subquery()
_LED = select(entities.c.position, leads.c.unit, _DATED_BACK.label("dated_back")).select_from(
    _ONE.outerjoin(entities, entities.c.entity_id == bindparam("person_id")).outerjoin(
        leads, leads.c.person == entities.c.position
    )
)


def sight_of(connection: Connection, viewer: Viewer | None) -> Sight:
    """What a viewer sees today; None sees everything."""
    if viewer is None:
        return EVERYTHING
    rows = connection.execute(_LED, {"person_id": viewer.person_id}).all()
    return Sight(
        person=rows[0].position,
        units=frozenset(row.unit for row in rows if row.unit is not None),
        every_unit=viewer.leads_every_unit,
        dated_back=bool(rows[0].dated_back),
    )


def was_ever_shown(connection: Connection, entity_id: str, sight: Sight) -> bool:
    """Whether an entity is seen at any moment: all but what belongs to a draft of others is."""
    if sight.everything:
        return True
    about, home, it, end = subjects, subjects.alias("home"), entities, entities.alias("end")
    query = (
        select(it.c.entity_id)
        .join_from(it, about, about.c.entity == it.c.position)
        .join(end, end.c.entity_id.in_((about.c.objective_id, about.c.other_id)))
        .join(home, home.c.entity == end.c.position)
        .where(it.c.entity_id == entity_id, home.c.published_by.is_(None), sight.is_foreign(home))
    )
    return connection.execute(query.limit(1)).first() is None

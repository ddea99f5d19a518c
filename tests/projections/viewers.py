"""Whoever may look at a history, and what is theirs to see, told from the log by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.alignments.proposing import AlignmentProposed
from domain.key_results.adding import KeyResultAdded
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.editing import ObjectiveReassigned
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from domain.units.members import MemberJoined, MemberLeft, Role
from domain.values import Owner
from projections.instants import Moment
from projections.sight import Viewer, sight_of
from tests.histories import PERSON

ANYBODY, ADA, EVERY_LEAD = Viewer(), Viewer(str(PERSON)), Viewer(leads_every_unit=True)
VIEWERS = st.sampled_from((None, ANYBODY, ADA, EVERY_LEAD))


def seen_by(connection: Connection, viewer: Viewer | None, moment: Moment) -> Moment:
    """A moment as a viewer sees it."""
    return replace(moment, sight=sight_of(connection, viewer))


@dataclass(slots=True)
class Drafts:
    """What the log says of drafts: whose they are now, and since when they are none."""

    owners: dict[UUID, Owner] = field(default_factory=dict[UUID, Owner])
    published: dict[UUID, Record] = field(default_factory=dict[UUID, Record])
    shown_from: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    """When the last of what was recorded until an objective was published became so."""
    homes: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict[UUID, tuple[UUID, ...]])
    led: set[tuple[UUID, UUID]] = field(default_factory=set[tuple[UUID, UUID]])

    def is_theirs(self, objective_id: UUID, viewer: Viewer | None) -> bool:
        """Whether a viewer sees the drafting of an objective."""
        owner = self.owners[objective_id]
        if viewer is None or str(owner.id) == viewer.person_id:
            return True
        leads = {unit for person, unit in self.led if str(person) == viewer.person_id}
        return owner.type == "unit" and (viewer.leads_every_unit or owner.id in leads)

    def shows(self, entity_id: UUID, viewer: Viewer | None, as_of: datetime, known: int) -> bool:
        """Whether a viewer sees an entity at an instant, as known at a position."""
        return all(
            self.is_theirs(one, viewer)
            or (
                one in self.published
                and self.shown_from[one] <= as_of
                and self.published[one].position <= known
            )
            for one in self.homes.get(entity_id, ())
        )

    def are_none(self, entity_id: UUID) -> bool:
        """Whether all that an entity belongs to was published."""
        return self.published.keys() >= set(self.homes.get(entity_id, ()))

    def tells(self, record: Record, viewer: Viewer | None) -> bool:
        """Whether a viewer sees a record: what is no drafting, and that of their own."""
        return all(
            self.is_theirs(one, viewer)
            or (one in self.published and self.published[one].position <= record.position)
            for one in self.homes.get(about(record), ())
        )


def about(record: Record) -> UUID:
    """The entity that a record is about."""
    ids = [getattr(record.event, name, None) for name in ("key_result_id", "alignment_id")]
    return next((one for one in ids if one is not None), record.stream_id)


def drafts_in(records: Iterable[Record]) -> Drafts:
    """The drafts of a log."""
    found = Drafts()
    for record in records:
        match record.event:
            case ObjectiveDrafted(owner=owner):
                found.owners[record.stream_id] = owner
                found.homes[record.stream_id] = (record.stream_id,)
            case ObjectiveReassigned(owner=owner):
                found.owners[record.stream_id] = owner.new
            case ObjectivePublished():
                found.published[record.stream_id] = record
            case KeyResultAdded(key_result_id=key_result_id):
                found.homes[key_result_id] = (record.stream_id,)
            case AlignmentProposed(alignment_id=alignment_id, start=start, finish=finish):
                found.homes[alignment_id] = (start.objective_id, finish.objective_id)
            case MemberJoined(person_id=person_id, role=Role.LEAD):
                found.led.add((person_id, record.stream_id))
            case MemberJoined(person_id=person_id) | MemberLeft(person_id=person_id):
                found.led.discard((person_id, record.stream_id))
            case _:
                pass
        for one in found.homes.get(about(record), ()):
            if found.published.get(one, record) is record:
                last = found.shown_from.get(one, record.effective_at)
                found.shown_from[one] = max(last, record.effective_at)
    return found

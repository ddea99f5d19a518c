"""What holds of every log, whatever was asked: told from its records alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.alignments.edges import Relation, graph_id
from domain.alignments.proposing import AlignmentProposed
from domain.check_ins.series import CheckInEvent
from domain.cycles.placing import CycleMoved
from domain.cycles.planning import CyclePlanned
from domain.record import Record

PUT_RIGHT = ("key-result.check-in-corrected", "key-result.check-in-retracted")
AFTER_THE_CLOSE = {
    "cycle.reopened",
    "cycle.anchored",
    "key-result.scored",
    "objective.scored",
    "objective.reviewed",
    "objective.review-acknowledged",
    "objective.action-completed",
    "objective.carried-over",
    *PUT_RIGHT,
}
"""What the table allows in a closed cycle."""


@dataclass(slots=True)
class Watch:
    """Looks at every record once, in the order of the log."""

    cycle_states: dict[UUID, str] = field(default_factory=dict[UUID, str])
    cycle_of: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    parents: dict[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    fixed: set[UUID] = field(default_factory=set[UUID])
    """The cycles that an alignment starts in or passes through."""
    versions: dict[UUID, int] = field(default_factory=dict[UUID, int])
    begun: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    moved: dict[tuple[UUID, str], datetime] = field(
        default_factory=dict[tuple[UUID, str], datetime]
    )
    position: int = 0
    seen: int = 0
    recorded_at: datetime | None = None

    def see(self, records: Iterable[Record]) -> None:
        for record in records:
            self._place(record)
            self._closed(record)
            self._upwards(record)
            self._times(record)
            self._numbers(record)

    def _place(self, record: Record) -> None:
        """Positions rise, versions count, and recorded times never run backwards."""
        self.seen += 1
        assert record.position > self.position
        self.position = record.position
        self.versions[record.stream_id] = self.versions.get(record.stream_id, 0) + 1
        assert record.version == self.versions[record.stream_id]
        assert self.recorded_at is None or record.recorded_at >= self.recorded_at
        self.recorded_at = record.recorded_at
        assert record.effective_at <= record.recorded_at <= record.stored_at

    def _closed(self, record: Record) -> None:
        """In a closed cycle nothing happens but what the table allows, with a reason and marked."""
        topic, event = record.event.TOPIC, record.event
        if topic == "objective.drafted":
            self.cycle_of[record.stream_id] = getattr(event, "cycle_id")  # noqa: B009
        if topic == "cycle.planned":
            self.cycle_of[record.stream_id] = record.stream_id
            self.cycle_of[graph_id(record.stream_id)] = record.stream_id
            self.cycle_states[record.stream_id] = "planned"
        cycle_id = self.cycle_of.get(record.stream_id)
        if cycle_id is None:
            return
        if self.cycle_states[cycle_id] == "closed":
            assert topic in AFTER_THE_CLOSE
            if topic not in ("cycle.reopened", "cycle.anchored"):
                assert record.after_freeze
                assert record.reason is not None
        if self.cycle_states[cycle_id] in ("planned", "open"):
            assert not record.after_freeze
        if cycle_id == record.stream_id and "state" in event.new_values():
            self.cycle_states[cycle_id] = event.new_values()["state"]

    def _upwards(self, record: Record) -> None:
        """An alignment leads to its own cycle or one above, and what it passes through stays."""
        match record.event:
            case CyclePlanned(parent_id=parent_id):
                self.parents[record.stream_id] = parent_id
            case CycleMoved(parent_id=moved) if moved is not None:
                assert record.stream_id not in self.fixed
                self.parents[record.stream_id] = moved.new
            case AlignmentProposed() as event:
                ends = [self.cycle_of[one.objective_id] for one in (event.start, event.finish)]
                if event.relation is Relation.PROMOTED_TO:
                    ends.reverse()
                here, upper = ends
                self.fixed.add(here)
                while here != upper:
                    self.fixed.add(here)
                    above = self.parents[here]
                    assert above is not None
                    here = above
            case _:
                pass

    def _times(self, record: Record) -> None:
        """Nothing is effective before it began, and no field is moved before it was last moved."""
        thing = _thing(record)
        self.begun.setdefault(thing, record.effective_at)
        moves = record.event.new_values()
        if isinstance(record.event, CheckInEvent):
            measured = moves.get("measured_at", record.effective_at)
            assert measured == record.effective_at
            moves = {}
        assert record.effective_at >= self.begun[thing]
        computes = record.event.TOPIC.endswith(".scored")
        goes_on = record.event.TOPIC == "objective.carried-over"
        moves |= {"computed": None} if computes else {"carried over": None} if goes_on else {}
        for name in moves:
            what = (thing, f"{name} {getattr(record.event, 'kind', '')}")
            if name != "score":
                what = (thing, name)
            assert record.effective_at >= self.moved.get(what, record.effective_at)
            self.moved[what] = record.effective_at

    def _numbers(self, record: Record) -> None:
        """Every score, told or computed, is between 0 and 1."""
        event: Any = record.event
        if event.TOPIC.endswith(".scored"):
            assert 0 <= event.score.new <= 1
            assert event.computed is None or 0 <= event.computed <= 1


def _thing(record: Record) -> UUID:
    """What an event is about: a stream, or a thing inside it."""
    event: Any = record.event
    return getattr(event, "key_result_id", None) or getattr(event, "alignment_id", record.stream_id)

"""Key results: what is measured, where it should get to, and every time that was moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, assert_never
from uuid import UUID, uuid5

from domain.alignments import End, Party, Proposal, Relation, party, propose
from domain.changed import changed
from domain.check_ins import UNMEASURED, CheckInEvent, Series, apply_check_in, latest
from domain.entity import Entity, after
from domain.measures import (
    Direction,
    Kind,
    Measure,
    Milestone,
    Reading,
    check,
    progress,
)
from domain.record import Command, Context, Event, Fact, Record
from domain.rules import Activity, demand_reason_code, permit
from domain.scores import KeyResultScored, ScoreKind, scored_fields
from domain.standing import (
    KeyResultState,
    key_result_must_be_live,
    objective_must_be_live,
)
from domain.times import existed, forwards
from domain.values import Commitment, Exact, Id, Moved, Owner, Text, Title, Weight, moved
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book
    from domain.objectives import Objective

MEASURE_FIELDS = frozenset(Measure.model_fields)


# Events: topics and fields are the storage format.


class KeyResultAdded(Event):
    """An objective got a key result."""

    TOPIC: ClassVar[str] = "key-result.added"
    key_result_id: UUID
    title: Title
    description: Text = ""
    kind: Kind
    unit: Text | None = None
    direction: Direction | None = None
    baseline: Exact | None = None
    target: Exact | None = None
    commit: Exact | None = None
    stretch: Exact | None = None
    milestones: tuple[Milestone, ...] = ()
    owner: Owner | None = None
    commitment: Commitment | None = None
    weight: Weight = Decimal(1)
    deadline: date | None = None
    carried_from: UUID | None = None


class KeyResultReworded(Event):
    """A key result's title or description changed."""

    TOPIC: ClassVar[str] = "key-result.reworded"
    key_result_id: UUID
    title: Moved[Title] | None = None
    description: Moved[Text] | None = None


class TargetAdjusted(Event):
    """The value to reach moved."""

    TOPIC: ClassVar[str] = "key-result.target-adjusted"
    key_result_id: UUID
    target: Moved[Exact | None]


class BaselineAdjusted(Event):
    """The value to count from moved."""

    TOPIC: ClassVar[str] = "key-result.baseline-adjusted"
    key_result_id: UUID
    baseline: Moved[Exact | None]


class MeasureChanged(Event):
    """How a key result is measured changed; its kind never does."""

    TOPIC: ClassVar[str] = "key-result.measure-changed"
    key_result_id: UUID
    unit: Moved[Text | None] | None = None
    direction: Moved[Direction | None] | None = None
    commit: Moved[Exact | None] | None = None
    stretch: Moved[Exact | None] | None = None
    milestones: Moved[tuple[Milestone, ...]] | None = None


class KeyResultReassigned(Event):
    """Somebody else looks after the key result."""

    TOPIC: ClassVar[str] = "key-result.reassigned"
    key_result_id: UUID
    owner: Moved[Owner | None]


class KeyResultReweighted(Event):
    """The key result counts for more, or less, of its objective."""

    TOPIC: ClassVar[str] = "key-result.reweighted"
    key_result_id: UUID
    weight: Moved[Weight]


class KeyResultCommitmentChanged(Event):
    """A promise became a stretch, or the other way round."""

    TOPIC: ClassVar[str] = "key-result.commitment-changed"
    key_result_id: UUID
    commitment: Moved[Commitment | None]


class DeadlineMoved(Event):
    """The day a key result is due moved."""

    TOPIC: ClassVar[str] = "key-result.deadline-moved"
    key_result_id: UUID
    deadline: Moved[date | None]


class KeyResultDropped(Event):
    """A key result no longer counts; its history stays."""

    TOPIC: ClassVar[str] = "key-result.dropped"
    key_result_id: UUID
    state: Moved[KeyResultState] = Moved(old=KeyResultState.LIVE, new=KeyResultState.DROPPED)


class KeyResultRestored(Event):
    """A dropped key result counts again."""

    TOPIC: ClassVar[str] = "key-result.restored"
    key_result_id: UUID
    state: Moved[KeyResultState] = Moved(old=KeyResultState.DROPPED, new=KeyResultState.LIVE)


KeyResultEvent = (
    KeyResultAdded
    | KeyResultReworded
    | TargetAdjusted
    | BaselineAdjusted
    | MeasureChanged
    | KeyResultReassigned
    | KeyResultReweighted
    | KeyResultCommitmentChanged
    | DeadlineMoved
    | KeyResultDropped
    | KeyResultRestored
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResult(Entity):
    """What decisions need to know of a key result."""

    word: ClassVar[str] = "key result"
    objective_id: UUID
    title: str
    description: str
    measure: Measure
    owner: Owner | None
    commitment: Commitment | None
    weight: Decimal
    deadline: date | None
    state: KeyResultState = KeyResultState.LIVE
    check_ins: Series = UNMEASURED
    scores: Mapping[ScoreKind, Decimal] = field(default_factory=dict[ScoreKind, Decimal])

    @property
    def reading(self) -> Reading | None:
        """The latest measurement that stands."""
        check_in = latest(self.check_ins)
        return None if check_in is None else check_in.reading

    @property
    def progress(self) -> Decimal | None:
        """How far along the latest measurement is."""
        return progress(self.measure, self.reading)

    def progress_at(self, instant: datetime) -> Decimal | None:
        """How far along the latest measurement of that time was, by today's measure."""
        check_in = latest(self.check_ins, until=instant)
        return progress(self.measure, None if check_in is None else check_in.reading)


def added(event: KeyResultAdded, record: Record) -> KeyResult:
    """The key result as its first event describes it."""
    return KeyResult(
        id=event.key_result_id,
        exists_from=record.effective_at,
        objective_id=record.stream_id,
        title=event.title,
        description=event.description,
        measure=Measure(**{name: getattr(event, name) for name in MEASURE_FIELDS}),
        owner=event.owner,
        commitment=event.commitment,
        weight=event.weight,
        deadline=event.deadline,
    )


def evolve(key_result: KeyResult, record: Record) -> KeyResult:
    """The key result after one more record."""
    event = record.event
    if isinstance(event, CheckInEvent):
        check_ins = apply_check_in(key_result.check_ins, event, record)
        return changed(key_result, version=key_result.version + 1, check_ins=check_ins)
    match event:
        case KeyResultScored(kind=kind, score=score):
            scores = {**key_result.scores, kind: score.new}
            since = {**key_result.since, **dict.fromkeys(scored_fields(kind), record.effective_at)}
            return changed(key_result, version=key_result.version + 1, since=since, scores=scores)
        case TargetAdjusted() | BaselineAdjusted() | MeasureChanged() as event:
            measure = key_result.measure.model_copy(update=event.new_values())
            since = dict(key_result.since) | dict.fromkeys(event.new_values(), record.effective_at)
            return changed(key_result, version=key_result.version + 1, since=since, measure=measure)
        case _:
            return after(key_result, record)


# Commands and their decisions.


class AddKeyResult(Command):
    """Give an objective a key result, which may support further objectives."""

    NAME: ClassVar[str] = "add_key_result"
    CREATES: ClassVar[str | None] = "key_result_id"
    key_result_id: Id
    objective_id: Id
    title: Title
    description: Text = ""
    kind: Kind = Kind.METRIC
    unit: Text | None = None
    direction: Direction | None = None
    baseline: Exact | None = None
    target: Exact | None = None
    commit: Exact | None = None
    stretch: Exact | None = None
    milestones: tuple[Milestone, ...] = ()
    owner: Owner | None = None
    commitment: Commitment | None = None
    weight: Weight = Decimal(1)
    deadline: date | None = None
    supports: tuple[Id, ...] = ()


class RewordKeyResult(Command):
    """Change a key result's title or description; a field left out stays as it is."""

    NAME: ClassVar[str] = "reword_key_result"
    key_result_id: Id
    title: Title | None = None
    description: Text | None = None


class AdjustTarget(Command):
    """Move the value to reach."""

    NAME: ClassVar[str] = "adjust_target"
    key_result_id: Id
    target: Exact | None


class AdjustBaseline(Command):
    """Move the value to count from."""

    NAME: ClassVar[str] = "adjust_baseline"
    key_result_id: Id
    baseline: Exact | None


class ChangeMeasure(Command):
    """Change how a key result is measured; a field left out stays as it is.

    A baseline and a target may move along, so that only the measure they lead to has to fit.
    """

    NAME: ClassVar[str] = "change_measure"
    key_result_id: Id
    unit: Text | None = None
    direction: Direction | None = None
    commit: Exact | None = None
    stretch: Exact | None = None
    milestones: tuple[Milestone, ...] = ()
    baseline: Exact | None = None
    target: Exact | None = None


class ReassignKeyResult(Command):
    """Let somebody else look after a key result."""

    NAME: ClassVar[str] = "reassign_key_result"
    key_result_id: Id
    owner: Owner | None


class ReweightKeyResult(Command):
    """Let a key result count for more, or less."""

    NAME: ClassVar[str] = "reweight_key_result"
    key_result_id: Id
    weight: Weight


class ChangeKeyResultCommitment(Command):
    """Make a key result a promise, a stretch or something to find out."""

    NAME: ClassVar[str] = "change_key_result_commitment"
    key_result_id: Id
    commitment: Commitment | None


class MoveDeadline(Command):
    """Move the day a key result is due."""

    NAME: ClassVar[str] = "move_deadline"
    key_result_id: Id
    deadline: date | None


class DropKeyResult(Command):
    """Let a key result no longer count."""

    NAME: ClassVar[str] = "drop_key_result"
    key_result_id: Id


class RestoreKeyResult(Command):
    """Let a dropped key result count again."""

    NAME: ClassVar[str] = "restore_key_result"
    key_result_id: Id


PlainChange = (
    RewordKeyResult
    | ReassignKeyResult
    | ReweightKeyResult
    | ChangeKeyResultCommitment
    | MoveDeadline
    | DropKeyResult
    | RestoreKeyResult
)
MeasureChange = AdjustTarget | AdjustBaseline | ChangeMeasure
KeyResultChange = PlainChange | MeasureChange
KeyResultCommand = AddKeyResult | KeyResultChange


def decide(book: Book, command: KeyResultCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a key result is added, changed, dropped or restored."""
    if isinstance(command, AddKeyResult):
        return _add(book, command, context)
    objective, key_result = book.key_result(command.key_result_id)
    events = _events_for(key_result, command)
    if not events:
        return ()
    objective_must_be_live(objective, context)
    if not isinstance(command, RestoreKeyResult):
        key_result_must_be_live(key_result, context)
    cycle = book.cycle(objective.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    for event in events:
        forwards(context, key_result, event)
    if isinstance(command, MeasureChange):
        demand_reason_code(context, "move a target, a baseline or a measure")
        moves = {name: new for event in events for name, new in event.new_values().items()}
        check(key_result.measure.model_copy(update=moves))
    if isinstance(command, ReassignKeyResult) and command.owner is not None:
        owner_must_exist(book, command.owner, context)
    return tuple(Fact(objective.id, event, after_freeze) for event in events)


def _events_for(key_result: KeyResult, command: KeyResultChange) -> tuple[Event, ...]:
    """The events a command asks for, none where it would change nothing."""
    if isinstance(command, MeasureChange):
        return _measured_otherwise(key_result, command)
    event = _event_for(key_result, command)
    return () if event is None or not event.new_values() else (event,)


def _measured_otherwise(key_result: KeyResult, command: MeasureChange) -> tuple[Event, ...]:
    """What moves of a measure, told by up to three events that hold together."""
    given = command.model_fields_set & MEASURE_FIELDS
    measure = key_result.measure
    moves = {name: moved(getattr(measure, name), getattr(command, name)) for name in given}
    of_each = (
        (MeasureChanged, ("unit", "direction", "commit", "stretch", "milestones")),
        (BaselineAdjusted, ("baseline",)),
        (TargetAdjusted, ("target",)),
    )
    return tuple(
        event.model_validate({"key_result_id": key_result.id, **changes})
        for event, names in of_each
        if (changes := {name: moves[name] for name in names if moves.get(name) is not None})
    )


def _event_for(key_result: KeyResult, command: PlainChange) -> Event | None:
    """The event a command asks for; None, or one without moves, where it would change nothing."""
    name: dict[str, Any] = {"key_result_id": key_result.id}
    match command:
        case RewordKeyResult():
            return KeyResultReworded(
                **name,
                title=moved(key_result.title, command.title or key_result.title),
                description=None
                if command.description is None
                else moved(key_result.description, command.description),
            )
        case ReassignKeyResult():
            change = moved(key_result.owner, command.owner)
            return KeyResultReassigned(**name, owner=change) if change else None
        case ReweightKeyResult():
            change = moved(key_result.weight, command.weight)
            return KeyResultReweighted(**name, weight=change) if change else None
        case ChangeKeyResultCommitment():
            change = moved(key_result.commitment, command.commitment)
            return KeyResultCommitmentChanged(**name, commitment=change) if change else None
        case MoveDeadline():
            change = moved(key_result.deadline, command.deadline)
            return DeadlineMoved(**name, deadline=change) if change else None
        case DropKeyResult():
            dropped = key_result.state is KeyResultState.DROPPED
            return None if dropped else KeyResultDropped(**name)
        case RestoreKeyResult():
            dropped = key_result.state is KeyResultState.DROPPED
            return KeyResultRestored(**name) if dropped else None
        case _:
            assert_never(command)


def _add(book: Book, command: AddKeyResult, context: Context) -> tuple[Fact, ...]:
    book.must_be_new(command.key_result_id)
    objective = book.objective(command.objective_id)
    objective_must_be_live(objective, context)
    cycle = book.cycle(objective.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    existed(context, objective)
    if command.owner is not None:
        owner_must_exist(book, command.owner, context)
    check(Measure(**{name: getattr(command, name) for name in MEASURE_FIELDS}))
    event = KeyResultAdded(
        **{key: value for key, value in command if key not in ("objective_id", "supports")}
    )
    edges = _supports(book, objective, command, context)
    return (Fact(objective.id, event, after_freeze), *edges)


def _supports(
    book: Book, objective: Objective, command: AddKeyResult, context: Context
) -> tuple[Fact, ...]:
    """The edges from a new key result to every further objective that it supports."""
    start = Party(
        end=End(type="key_result", id=command.key_result_id, objective_id=objective.id),
        cycle_id=objective.cycle_id,
        owners=(objective.owner,) if command.owner is None else (objective.owner, command.owner),
    )
    proposals: list[Proposal] = []
    for supported_id in command.supports:
        supported = book.objective(supported_id)
        existed(context, supported)
        proposals.append(
            Proposal(
                alignment_id=uuid5(command.key_result_id, str(supported_id)),
                start=start,
                finish=party(supported),
                relation=Relation.SUPPORTS,
            )
        )
    return propose(book, proposals, context)

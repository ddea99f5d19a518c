"""Objectives: a qualitative destination in one cycle, with its key results, scores and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, assert_never
from uuid import UUID, uuid5

from domain import key_results
from domain.alignments import End, Party, Proposal, Relation, party, propose
from domain.changed import changed
from domain.check_ins import CheckInEvent
from domain.cycles import Cycle
from domain.entity import Entity, after, begun
from domain.errors import CarryOverNotLater, Invalid, KeyResultNotFound, ObjectiveStateForbids
from domain.key_results import MEASURE_FIELDS, KeyResult, KeyResultAdded, KeyResultEvent
from domain.record import Command, Context, Event, Fact, Record
from domain.reviews import Review, ReviewEvent, apply_review
from domain.rules import Activity, permit
from domain.scores import KeyResultScored, ObjectiveScored, ScoreKind, scored_fields
from domain.standing import ObjectiveState, key_result_must_be_live, objective_must_be_live
from domain.times import existed, forwards, forwards_at
from domain.values import Commitment, Id, Moved, Owner, Text, Title, Weight, moved
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book


class Outcome(StrEnum):
    """How an objective ended."""

    ACHIEVED = "achieved"
    PARTIAL = "partial"
    MISSED = "missed"
    DROPPED = "dropped"


# Events: topics and fields are the storage format.


class ObjectiveDrafted(Event):
    """Somebody wrote an objective down."""

    TOPIC: ClassVar[str] = "objective.drafted"
    cycle_id: UUID
    owner: Owner
    title: Title
    description: Text = ""
    commitment: Commitment | None = None
    weight: Weight = Decimal(1)
    carried_from: UUID | None = None


class ObjectivePublished(Event):
    """An objective was shown to everybody."""

    TOPIC: ClassVar[str] = "objective.published"
    state: Moved[ObjectiveState] = Moved(old=ObjectiveState.DRAFT, new=ObjectiveState.PUBLISHED)


class ObjectiveReworded(Event):
    """An objective's title or description changed."""

    TOPIC: ClassVar[str] = "objective.reworded"
    title: Moved[Title] | None = None
    description: Moved[Text] | None = None


class ObjectiveReassigned(Event):
    """An objective belongs to somebody else."""

    TOPIC: ClassVar[str] = "objective.reassigned"
    owner: Moved[Owner]


class ObjectiveReweighted(Event):
    """An objective counts for more, or less, of its cycle."""

    TOPIC: ClassVar[str] = "objective.reweighted"
    weight: Moved[Weight]


class CommitmentChanged(Event):
    """A promise became a stretch, or the other way round."""

    TOPIC: ClassVar[str] = "objective.commitment-changed"
    commitment: Moved[Commitment | None]


class ObjectiveClosed(Event):
    """Work on an objective ended with an outcome."""

    TOPIC: ClassVar[str] = "objective.closed"
    state: Moved[ObjectiveState]
    outcome: Moved[Outcome | None]
    note: Text = ""


class ObjectiveReopened(Event):
    """Work on a closed objective goes on."""

    TOPIC: ClassVar[str] = "objective.reopened"
    state: Moved[ObjectiveState]
    outcome: Moved[Outcome | None]


class ObjectiveCarriedOver(Event):
    """An objective goes on in a later cycle, as a new objective that points back here."""

    TOPIC: ClassVar[str] = "objective.carried-over"
    to_objective_id: UUID
    to_cycle_id: UUID
    kept: tuple[UUID, ...] = ()


ObjectiveEvent = (
    ObjectiveDrafted
    | ObjectivePublished
    | ObjectiveReworded
    | ObjectiveReassigned
    | ObjectiveReweighted
    | CommitmentChanged
    | ObjectiveClosed
    | ObjectiveReopened
    | ObjectiveCarriedOver
)


_OF_A_KEY_RESULT = CheckInEvent | KeyResultEvent | KeyResultScored


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Entity):
    """What decisions need to know of an objective and all that is inside it."""

    word: ClassVar[str] = "objective"
    cycle_id: UUID
    owner: Owner
    title: str
    description: str
    commitment: Commitment | None
    weight: Decimal
    state: ObjectiveState = ObjectiveState.DRAFT
    was_published: bool = False
    outcome: Outcome | None = None
    key_results: Mapping[UUID, KeyResult] = field(default_factory=dict[UUID, KeyResult])
    scores: Mapping[ScoreKind, Decimal] = field(default_factory=dict[ScoreKind, Decimal])
    reviews: Mapping[UUID, Review] = field(default_factory=dict[UUID, Review])


def evolve(objective: Objective | None, record: Record) -> Objective:
    """The objective after one more record."""
    event = record.event
    if isinstance(event, ObjectiveDrafted):
        return Objective(
            id=record.stream_id,
            exists_from=record.effective_at,
            cycle_id=event.cycle_id,
            owner=event.owner,
            title=event.title,
            description=event.description,
            commitment=event.commitment,
            weight=event.weight,
        )
    objective = begun(objective, record)
    if isinstance(event, KeyResultAdded):
        return _with(objective, key_results.added(event, record))
    if isinstance(event, _OF_A_KEY_RESULT):
        key_result = objective.key_results[event.key_result_id]
        return _with(objective, key_results.evolve(key_result, record))
    match event:
        case ObjectiveScored(kind=kind, score=score):
            scores = {**objective.scores, kind: score.new}
            since = {**objective.since, **dict.fromkeys(scored_fields(kind), record.effective_at)}
            return changed(objective, version=objective.version + 1, since=since, scores=scores)
        case event if isinstance(event, ReviewEvent):
            reviews = apply_review(objective.reviews, event, record)
            return changed(objective, version=objective.version + 1, reviews=reviews)
        case ObjectiveCarriedOver():
            since = {**objective.since, "carried_over_to": record.effective_at}
            return changed(objective, version=objective.version + 1, since=since)
        case ObjectivePublished():
            return after(objective, record, was_published=True)
        case _:
            return after(objective, record)


def _with(objective: Objective, key_result: KeyResult) -> Objective:
    return changed(objective, key_results={**objective.key_results, key_result.id: key_result})


# Commands and their decisions.


class DraftObjective(Command):
    """Write an objective down."""

    NAME: ClassVar[str] = "draft_objective"
    CREATES: ClassVar[str | None] = "objective_id"
    objective_id: Id
    cycle_id: Id
    owner: Owner
    title: Title
    description: Text = ""
    commitment: Commitment | None = None
    weight: Weight = Decimal(1)


class PublishObjective(Command):
    """Show an objective to everybody."""

    NAME: ClassVar[str] = "publish_objective"
    objective_id: Id


class RewordObjective(Command):
    """Change an objective's title or description; a field left out stays as it is."""

    NAME: ClassVar[str] = "reword_objective"
    objective_id: Id
    title: Title | None = None
    description: Text | None = None


class ReassignObjective(Command):
    """Give an objective to another owner."""

    NAME: ClassVar[str] = "reassign_objective"
    objective_id: Id
    owner: Owner


class ReweightObjective(Command):
    """Let an objective count for more, or less."""

    NAME: ClassVar[str] = "reweight_objective"
    objective_id: Id
    weight: Weight


class ChangeCommitment(Command):
    """Make an objective a promise, a stretch or something to find out."""

    NAME: ClassVar[str] = "change_commitment"
    objective_id: Id
    commitment: Commitment | None


class CloseObjective(Command):
    """End the work on an objective."""

    NAME: ClassVar[str] = "close_objective"
    objective_id: Id
    outcome: Outcome
    note: Text = ""


class ReopenObjective(Command):
    """Go on with a closed objective."""

    NAME: ClassVar[str] = "reopen_objective"
    objective_id: Id


class CarryOverObjective(Command):
    """Go on with an objective in a later cycle, taking some of its key results along."""

    NAME: ClassVar[str] = "carry_over_objective"
    CREATES: ClassVar[str | None] = "new_objective_id"
    new_objective_id: Id
    objective_id: Id
    cycle_id: Id
    keep: tuple[Id, ...] = ()
    new_ids: tuple[Id, ...] = ()
    """Ids for the copies, in the order of `keep`; made from both objectives where left out."""


class PromoteKeyResult(Command):
    """Make a key result an objective of somebody else, with an edge that says so."""

    NAME: ClassVar[str] = "promote_key_result"
    CREATES: ClassVar[str | None] = "new_objective_id"
    new_objective_id: Id
    key_result_id: Id
    owner: Owner
    cycle_id: Id
    title: Title | None = None
    alignment_id: Id | None = None
    """An id for the edge; made from both ends where left out."""


ObjectiveChange = (
    PublishObjective
    | RewordObjective
    | ReassignObjective
    | ReweightObjective
    | ChangeCommitment
    | CloseObjective
    | ReopenObjective
)
ObjectiveCommand = DraftObjective | ObjectiveChange | CarryOverObjective | PromoteKeyResult


def decide(book: Book, command: ObjectiveCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when an objective is drafted, changed, ended or continued."""
    match command:
        case DraftObjective():
            return (_draft(book, command, context),)
        case CarryOverObjective():
            return _carry_over(book, command, context)
        case PromoteKeyResult():
            return _promote(book, command, context)
        case _:
            return _change(book, command, context)


def _change(book: Book, command: ObjectiveChange, context: Context) -> tuple[Fact, ...]:
    objective = book.objective(command.objective_id)
    event = _event_for(objective, command, context)
    if event is None or not event.new_values():
        return ()
    if not isinstance(event, ObjectiveReopened | ObjectiveClosed):
        objective_must_be_live(objective, context)
    after_freeze = permit(book.cycle(objective.cycle_id).state, _activity(event), context)
    forwards(context, objective, event)
    if isinstance(event, ObjectiveReassigned):
        owner_must_exist(book, event.owner.new, context)
    return (Fact(objective.id, event, after_freeze),)


def _activity(event: Event) -> Activity:
    """Ending an objective is no change of what was agreed, unless it is dropped."""
    match event:
        case ObjectiveClosed(outcome=outcome) if outcome.new is not Outcome.DROPPED:
            return Activity.CLOSE_OBJECTIVE
        case ObjectiveReopened():
            return Activity.CLOSE_OBJECTIVE
        case _:
            return Activity.CHANGE_STRUCTURE


def _event_for(objective: Objective, command: ObjectiveChange, context: Context) -> Event | None:
    """The event a command asks for, or None where it would change nothing."""
    match command:
        case PublishObjective():
            return _published(objective, context)
        case RewordObjective(title=title, description=description):
            return ObjectiveReworded(
                title=moved(objective.title, title or objective.title),
                description=None
                if description is None
                else moved(objective.description, description),
            )
        case ReassignObjective():
            change = moved(objective.owner, command.owner)
            return ObjectiveReassigned(owner=change) if change else None
        case ReweightObjective():
            change = moved(objective.weight, command.weight)
            return ObjectiveReweighted(weight=change) if change else None
        case ChangeCommitment():
            change = moved(objective.commitment, command.commitment)
            return CommitmentChanged(commitment=change) if change else None
        case CloseObjective():
            return _closed(objective, command, context)
        case ReopenObjective():
            return _reopened(objective)
        case _:
            assert_never(command)


def _published(objective: Objective, context: Context) -> Event | None:
    if objective.was_published:
        return None
    if objective.state is ObjectiveState.CLOSED and not context.imported:
        raise ObjectiveStateForbids("The objective is closed; reopen it before publishing it.")
    return ObjectivePublished(state=Moved(old=objective.state, new=ObjectiveState.PUBLISHED))


def _closed(objective: Objective, command: CloseObjective, context: Context) -> Event | None:
    closed = objective.state is ObjectiveState.CLOSED
    if closed and objective.outcome is command.outcome:
        return None
    if closed and not context.imported:
        raise ObjectiveStateForbids(
            f"The objective was closed as {objective.outcome}; reopen it to close it otherwise."
        )
    return ObjectiveClosed(
        state=Moved(old=objective.state, new=ObjectiveState.CLOSED),
        outcome=Moved(old=objective.outcome, new=command.outcome),
        note=command.note,
    )


def _reopened(objective: Objective) -> Event | None:
    if objective.state is not ObjectiveState.CLOSED:
        return None
    before = ObjectiveState.PUBLISHED if objective.was_published else ObjectiveState.DRAFT
    return ObjectiveReopened(
        state=Moved(old=ObjectiveState.CLOSED, new=before),
        outcome=Moved(old=objective.outcome, new=None),
    )


def _draft(
    book: Book, command: DraftObjective, context: Context, carried_from: UUID | None = None
) -> Fact:
    book.must_be_new(command.objective_id)
    cycle = book.cycle(command.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    existed(context, cycle)
    owner_must_exist(book, command.owner, context)
    fields = {key: value for key, value in command if key != "objective_id"}
    event = ObjectiveDrafted(**fields, carried_from=carried_from)
    return Fact(command.objective_id, event, after_freeze)


def _carry_over(book: Book, command: CarryOverObjective, context: Context) -> tuple[Fact, ...]:
    objective = book.objective(command.objective_id)
    cycle, later = book.cycle(objective.cycle_id), book.cycle(command.cycle_id)
    _check_later(cycle, later)
    kept = [_kept(objective, key_result_id) for key_result_id in dict.fromkeys(command.keep)]
    existed(context, objective, *kept)
    forwards_at(context, objective, "carried_over_to")
    after_freeze = permit(cycle.state, Activity.CARRY_OVER, context)
    new_ids = command.new_ids or [
        uuid5(command.new_objective_id, str(key_result.id)) for key_result in kept
    ]
    if len(new_ids) != len(kept):
        raise Invalid("Give one new id for each key result to keep.", "new_ids")
    book.must_be_new(command.new_objective_id, *new_ids)
    draft = DraftObjective(
        objective_id=command.new_objective_id,
        cycle_id=later.id,
        owner=objective.owner,
        title=objective.title,
        description=objective.description,
        commitment=objective.commitment,
        weight=objective.weight,
    )
    carried = ObjectiveCarriedOver(
        to_objective_id=command.new_objective_id,
        to_cycle_id=later.id,
        kept=tuple(key_result.id for key_result in kept),
    )
    drafted = _draft(book, draft, context, carried_from=objective.id)
    for key_result in kept:
        if key_result.owner is not None:
            owner_must_exist(book, key_result.owner, context)
    copies = (
        _copy(drafted, key_result, new_id) for key_result, new_id in zip(kept, new_ids, strict=True)
    )
    return (Fact(objective.id, carried, after_freeze), drafted, *copies)


def _check_later(cycle: Cycle, later: Cycle) -> None:
    starts, later_starts = cycle.starts_on, later.starts_on
    not_later = starts is not None and later_starts is not None and later_starts <= starts
    if cycle.id == later.id or not_later:
        raise CarryOverNotLater(f"Choose a cycle that starts after {cycle.name}.")


def _kept(objective: Objective, key_result_id: UUID) -> KeyResult:
    key_result = objective.key_results.get(key_result_id)
    if key_result is None:
        raise KeyResultNotFound(
            f"The objective has no key result {key_result_id}; keep only its own."
        )
    return key_result


def _copy(drafted: Fact, key_result: KeyResult, new_id: UUID) -> Fact:
    """A key result as it goes on in the new objective."""
    event = KeyResultAdded(
        key_result_id=new_id,
        title=key_result.title,
        description=key_result.description,
        **{name: getattr(key_result.measure, name) for name in MEASURE_FIELDS},
        owner=key_result.owner,
        commitment=key_result.commitment,
        weight=key_result.weight,
        carried_from=key_result.id,
    )
    return Fact(drafted.stream_id, event, drafted.after_freeze)


def _promote(book: Book, command: PromoteKeyResult, context: Context) -> tuple[Fact, ...]:
    objective, key_result = book.key_result(command.key_result_id)
    objective_must_be_live(objective, context)
    key_result_must_be_live(key_result, context)
    draft = DraftObjective(
        objective_id=command.new_objective_id,
        cycle_id=command.cycle_id,
        owner=command.owner,
        title=command.title or key_result.title,
        description=key_result.description,
        commitment=key_result.commitment,
    )
    drafted = _draft(book, draft, context)
    existed(context, key_result)
    alignment_id = command.alignment_id or uuid5(command.new_objective_id, str(key_result.id))
    book.must_be_new(command.new_objective_id, alignment_id)
    new_end = End(
        type="objective", id=command.new_objective_id, objective_id=command.new_objective_id
    )
    proposal = Proposal(
        alignment_id=alignment_id,
        start=party(objective, key_result),
        finish=Party(end=new_end, cycle_id=command.cycle_id, owners=(command.owner,)),
        relation=Relation.PROMOTED_TO,
    )
    return (drafted, *propose(book, (proposal,), context))

"""Adding: an objective gets a key result, which may support further objectives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.alignments.edges import End
from domain.alignments.parties import Party
from domain.alignments.supporting import support
from domain.measures import MEASURE_FIELDS, Direction, Kind, Measure, Milestone, check
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.standing import objective_must_be_live
from domain.times import existed
from domain.values import Commitment, Exact, Id, Owner, Text, Title, Weight
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book


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


def add(book: Book, command: AddKeyResult, context: Context) -> tuple[Fact, ...]:
    """The new key result, and its edges to what it supports."""
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
    start = Party(
        end=End(type="key_result", id=command.key_result_id, objective_id=objective.id),
        cycle_id=objective.cycle_id,
        owners=(objective.owner,) if command.owner is None else (objective.owner, command.owner),
    )
    supported = [book.objective(one) for one in command.supports]
    edges = support(book, start, supported, context)
    return (Fact(objective.id, event, after_freeze), *edges)

"""Drafting: an objective is written down, in a cycle and for an owner."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.times import existed
from domain.values import Commitment, Id, Owner, Text, Title, Weight
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book


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


def draft(
    book: Book, command: DraftObjective, context: Context, carried_from: UUID | None = None
) -> Fact:
    """The first event of an objective, new or carried over."""
    book.must_be_new(command.objective_id)
    cycle = book.cycle(command.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    existed(context, cycle)
    owner_must_exist(book, command.owner, context)
    fields = {key: value for key, value in command if key != "objective_id"}
    event = ObjectiveDrafted(**fields, carried_from=carried_from)
    return Fact(command.objective_id, event, after_freeze)

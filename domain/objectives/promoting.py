"""Promoting: a key result becomes an objective of somebody else, with an edge that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import uuid5

from domain.alignments.edges import End, Relation
from domain.alignments.parties import Party, Proposal, party
from domain.alignments.proposing import propose
from domain.objectives.drafting import DraftObjective, draft
from domain.record import Command, Context, Fact
from domain.standing import key_result_must_be_live, objective_must_be_live
from domain.times import existed
from domain.values import Id, Owner, Title

if TYPE_CHECKING:
    from domain.book import Book


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


def promote(book: Book, command: PromoteKeyResult, context: Context) -> tuple[Fact, ...]:
    """The new objective, and the edge that leads to it."""
    objective, key_result = book.key_result(command.key_result_id)
    objective_must_be_live(objective, context)
    key_result_must_be_live(key_result, context)
    plan = DraftObjective(
        objective_id=command.new_objective_id,
        cycle_id=command.cycle_id,
        owner=command.owner,
        title=command.title or key_result.title,
        description=key_result.description,
        commitment=key_result.commitment,
    )
    drafted = draft(book, plan, context)
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

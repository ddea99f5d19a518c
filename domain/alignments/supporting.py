"""Supporting: which objectives a key result supports, said all at once and decided together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID, uuid5

from domain.alignments.answering import WithdrawAlignment, answer
from domain.alignments.edges import Edge, Relation
from domain.alignments.parties import Party, Proposal, party
from domain.alignments.proposing import propose
from domain.record import Command, Context, Fact
from domain.times import existed
from domain.values import Id
from domain.visible import is_seen

if TYPE_CHECKING:
    from domain.book import Book
    from domain.objectives.objective import Objective


class SupportObjectives(Command):
    """Let a key result support these further objectives and no others."""

    NAME: ClassVar[str] = "support_objectives"
    key_result_id: Id
    supports: tuple[Id, ...]


def align(book: Book, command: SupportObjectives, context: Context) -> tuple[Fact, ...]:
    """What withdraws the alignments with all other objectives, and proposes those missing.

    Of two that are said at once the second is decided on what the first led to, since both rest on
    the version of one graph. Alignments with drafts of others stay: the caller cannot mean what
    they may not know of.
    """
    objective, key_result = book.key_result(command.key_result_id)
    wanted = {one: book.objective(one) for one in command.supports}
    start = party(objective, key_result)
    standing = {
        edge.finish.id: edge
        for edge in _supporting(book, start)
        if edge.counts and edge.finish.type == "objective"
    }
    facts: list[Fact] = []
    for objective_id, edge in standing.items():
        if objective_id not in wanted and is_seen(book, "alignment", edge.id, context):
            facts.extend(answer(book, WithdrawAlignment(alignment_id=edge.id), context))
    missing = [one for objective_id, one in wanted.items() if objective_id not in standing]
    if missing:
        existed(context, key_result)
    return (*facts, *support(book, start, missing, context))


def support(
    book: Book, start: Party, objectives: Iterable[Objective], context: Context
) -> tuple[Fact, ...]:
    """The edges from a key result, which may be new, to every further objective it supports."""
    proposals: list[Proposal] = []
    for objective in objectives:
        existed(context, objective)
        proposals.append(
            Proposal(
                alignment_id=_new_id(book, start, objective.id),
                start=start,
                finish=party(objective),
                relation=Relation.SUPPORTS,
            )
        )
    return propose(book, proposals, context)


def _new_id(book: Book, start: Party, objective_id: UUID) -> UUID:
    """An id for an edge, made from both ends and from how often they were aligned before."""
    before = sum(edge.finish.id == objective_id for edge in _supporting(book, start))
    return uuid5(start.end.id, f"{objective_id} {before}" if before else str(objective_id))


def _supporting(book: Book, start: Party) -> list[Edge]:
    """All edges by which a key result supports something, or once did."""
    return [
        edge
        for edge in book.graph(start.cycle_id).edges.values()
        if (edge.start.id, edge.relation) == (start.end.id, Relation.SUPPORTS)
    ]

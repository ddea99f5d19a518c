"""Proposing: one side asks to be aligned, and agrees for the other if it speaks for both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.circles import check_circle
from domain.alignments.edges import AlignmentState, Edge, End, EndId, Relation, Side, graph_id
from domain.alignments.parties import Party, Proposal, party, speaks
from domain.cycles.placing import CycleAnchored, ancestors
from domain.errors import (
    AlignmentCycleMismatch,
    AlignmentEndNotLive,
    AlignmentExists,
    AlignmentWithItself,
    NotYoursToAlign,
)
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.times import existed
from domain.values import Id, Moved, Weight

if TYPE_CHECKING:
    from domain.book import Book


class AlignmentProposed(Event):
    """One side asked to be aligned; `awaiting` is the side that has to answer."""

    TOPIC: ClassVar[str] = "alignment.proposed"
    alignment_id: UUID
    cycle_id: UUID
    start: End
    finish: End
    relation: Relation
    weight: Weight | None = None
    awaiting: Side


class ProposeAlignment(Command):
    """Ask that one end be aligned with the other."""

    model_config = ConfigDict(populate_by_name=True)
    NAME: ClassVar[str] = "propose_alignment"
    CREATES: ClassVar[str | None] = "alignment_id"
    alignment_id: Id
    start: Annotated[EndId, Field(alias="from")]
    finish: Annotated[EndId, Field(alias="to")]
    relation: Relation
    weight: Weight | None = None


def edge_of(event: AlignmentProposed, exists_from: datetime) -> Edge:
    """The edge as its proposal describes it."""
    return Edge(
        id=event.alignment_id,
        exists_from=exists_from,
        start=event.start,
        finish=event.finish,
        relation=event.relation,
        awaiting=event.awaiting,
    )


def ask(book: Book, command: ProposeAlignment, context: Context) -> tuple[Fact, ...]:
    """What happens when somebody asks for one alignment."""
    book.must_be_new(command.alignment_id)
    proposal = Proposal(
        alignment_id=command.alignment_id,
        start=_party(book, command.start, context),
        finish=_party(book, command.finish, context),
        relation=command.relation,
        weight=command.weight,
    )
    return propose(book, (proposal,), context)


def _party(book: Book, end: EndId, context: Context) -> Party:
    if end.type == "objective":
        objective, key_result = book.objective(end.id), None
        existed(context, objective)
    else:
        objective, key_result = book.key_result(end.id)
        existed(context, key_result)
    return party(objective, key_result)


def propose(book: Book, proposals: Iterable[Proposal], context: Context) -> tuple[Fact, ...]:
    """The facts of proposals that start in one cycle, decided one after the other."""
    facts: list[Fact] = []
    pending: list[Edge] = []
    anchors: dict[UUID, Fact] = {}
    for proposal in proposals:
        # Whoever may not speak for an end is told so, and nothing of how things stand there.
        event, accepted = _proposed(book, proposal, context)
        _check_parties(proposal, context)
        after_freeze = _check_cycles(book, proposal, context)
        cycle_id = proposal.upwards[0].cycle_id
        edges = (*book.graph(cycle_id).edges.values(), *pending)
        _check_new(edges, proposal)
        check_circle(book, pending, proposal, context)
        facts.append(Fact(graph_id(cycle_id), event, after_freeze))
        if accepted:
            agreed = Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED)
            acceptance = AlignmentAccepted(alignment_id=event.alignment_id, state=agreed)
            facts.append(Fact(graph_id(cycle_id), acceptance, after_freeze))
        pending.append(edge_of(event, context.effective))
        anchors |= _anchors(book, proposal, context)
    return (*facts, *anchors.values())


def _anchors(book: Book, proposal: Proposal, context: Context) -> dict[UUID, Fact]:
    """What fixes the parents of the cycles that an edge passes through on its way up.

    It stands in the stream of each, so that an edge and a move that race for it meet there.
    """
    lower, upper = proposal.upwards
    if lower.cycle_id == upper.cycle_id:
        return {}
    way = ancestors(book, book.cycle(lower.cycle_id))
    passed = [book.cycle(one) for one in way[1 : way.index(upper.cycle_id)]]
    existed(context, *passed)
    return {cycle.id: Fact(cycle.id, CycleAnchored()) for cycle in passed if not cycle.anchored}


def _proposed(book: Book, proposal: Proposal, context: Context) -> tuple[AlignmentProposed, bool]:
    """The proposal as an event, and whether the actor may answer it at once."""
    awaiting, accepted = _awaiting(book, proposal, context)
    event = AlignmentProposed(
        alignment_id=proposal.alignment_id,
        cycle_id=proposal.upwards[0].cycle_id,
        start=proposal.start.end,
        finish=proposal.finish.end,
        relation=proposal.relation,
        weight=proposal.weight,
        awaiting=awaiting,
    )
    return event, accepted


def _awaiting(book: Book, proposal: Proposal, context: Context) -> tuple[Side, bool]:
    """Which side has to answer, and whether the actor may answer for it at once."""
    if context.imported:
        return "to", False
    from_start = speaks(book, proposal.start, context)
    from_finish = speaks(book, proposal.finish, context)
    if not from_start and not from_finish:
        raise NotYoursToAlign("Ask the owner of one of the two ends to propose this.")
    return ("to" if from_start else "from"), from_start and from_finish


def _check_cycles(book: Book, proposal: Proposal, context: Context) -> bool:
    """Refuse edges to another branch of cycles; tell whether the edge comes after the freeze."""
    lower, upper = proposal.upwards
    cycle = book.cycle(lower.cycle_id)
    if upper.cycle_id not in ancestors(book, cycle):
        raise AlignmentCycleMismatch(
            f"Align with an objective of {cycle.name} or of a cycle above it."
        )
    return permit(cycle.state, Activity.CHANGE_STRUCTURE, context)


def _check_parties(proposal: Proposal, context: Context) -> None:
    if proposal.start.end.objective_id == proposal.finish.end.objective_id:
        raise AlignmentWithItself("Choose two ends that belong to different objectives.")
    if (proposal.start.closed or proposal.finish.closed) and not context.imported:
        raise AlignmentEndNotLive("One end is closed or dropped; reopen it or choose another.")


def _check_new(edges: Iterable[Edge], proposal: Proposal) -> None:
    wanted = (proposal.start.end.id, proposal.finish.end.id, proposal.relation)
    for edge in edges:
        if edge.counts and (edge.start.id, edge.finish.id, edge.relation) == wanted:
            raise AlignmentExists("These two ends are aligned like this already.")

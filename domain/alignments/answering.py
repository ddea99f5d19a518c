"""Answering: a proposal is accepted, declined or withdrawn by the side whose turn it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.alignments.edges import AlignmentState, Edge, graph_id
from domain.alignments.parties import party_of, speaks
from domain.errors import AlignmentDecided, AlignmentEndNotLive, NotYoursToAlign
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.times import existed, forwards_at
from domain.values import Id, Moved

if TYPE_CHECKING:
    from domain.book import Book


class AlignmentAccepted(Event):
    """The other side agreed."""

    TOPIC: ClassVar[str] = "alignment.accepted"
    alignment_id: UUID
    state: Moved[AlignmentState]


class AlignmentDeclined(Event):
    """The other side said no."""

    TOPIC: ClassVar[str] = "alignment.declined"
    alignment_id: UUID
    state: Moved[AlignmentState]


class AlignmentWithdrawn(Event):
    """One side took the alignment back."""

    TOPIC: ClassVar[str] = "alignment.withdrawn"
    alignment_id: UUID
    state: Moved[AlignmentState]


class AcceptAlignment(Command):
    """Agree to a proposed alignment."""

    NAME: ClassVar[str] = "accept_alignment"
    alignment_id: Id


class DeclineAlignment(Command):
    """Say no to a proposed alignment."""

    NAME: ClassVar[str] = "decline_alignment"
    alignment_id: Id


class WithdrawAlignment(Command):
    """Take a proposed or accepted alignment back."""

    NAME: ClassVar[str] = "withdraw_alignment"
    alignment_id: Id


Answer = AcceptAlignment | DeclineAlignment | WithdrawAlignment


_ANSWERS: dict[type[Command], tuple[type[Event], AlignmentState]] = {
    AcceptAlignment: (AlignmentAccepted, AlignmentState.ACCEPTED),
    DeclineAlignment: (AlignmentDeclined, AlignmentState.DECLINED),
    WithdrawAlignment: (AlignmentWithdrawn, AlignmentState.WITHDRAWN),
}


def answer(book: Book, command: Answer, context: Context) -> tuple[Fact, ...]:
    """What happens when an alignment is accepted, declined or taken back."""
    event_type, new = _ANSWERS[type(command)]
    graph = book.graph_with(command.alignment_id)
    edge = graph.edges[command.alignment_id]
    if edge.state is new:
        return ()
    _check_answer(book, edge, new, context)
    cycle = book.cycle(graph.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    existed(context, edge)
    forwards_at(context, edge, "state")
    event = event_type.model_validate(
        {"alignment_id": edge.id, "state": {"old": edge.state, "new": new}}
    )
    return (Fact(graph_id(graph.cycle_id), event, after_freeze),)


def _check_answer(book: Book, edge: Edge, new: AlignmentState, context: Context) -> None:
    """Whether the edge may still take this answer, and from this actor.

    A proposal is answered by the side it awaits; either side may take an alignment back.
    """
    withdrawing = new is AlignmentState.WITHDRAWN
    sides = {"from": party_of(book, edge.start), "to": party_of(book, edge.finish)}
    answering = sides.values() if withdrawing else [sides[edge.awaiting]]
    if not context.imported and not any(speaks(book, side, context) for side in answering):
        raise NotYoursToAlign("Ask the owner of the other end to answer this.")
    if edge.state is not AlignmentState.PROPOSED and not (withdrawing and edge.counts):
        raise AlignmentDecided(f"The alignment is {edge.state}; propose a new one instead.")
    accepting = new is AlignmentState.ACCEPTED and not context.imported
    if accepting and any(side.closed for side in sides.values()):
        raise AlignmentEndNotLive("One end is closed or dropped; reopen it or decline.")

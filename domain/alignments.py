"""Alignment as negotiation: proposed by one side, accepted by the other, and never in a circle.

One stream per cycle holds the edges that start in it. Edges go to the same cycle or one above it,
so a circle mostly closes inside one graph; the search for it reads every graph on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeVar, assert_never
from uuid import UUID, uuid5

from pydantic import ConfigDict, Field

from domain.changed import changed
from domain.cycles import CycleAnchored, ancestors
from domain.entity import Entity, begun
from domain.errors import (
    AlignmentCircle,
    AlignmentCycleMismatch,
    AlignmentDecided,
    AlignmentEndNotLive,
    AlignmentExists,
    AlignmentWithItself,
    NotYoursToAlign,
)
from domain.record import Command, Context, Event, Fact, Record
from domain.rules import Activity, permit
from domain.standing import KeyResultState, ObjectiveState
from domain.times import existed, forwards_at
from domain.values import Id, Moved, Owner, Value, Weight
from domain.voices import may_speak_for

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results import KeyResult
    from domain.objectives import Objective


class Relation(StrEnum):
    """What one end is to the other."""

    SUPPORTS = "supports"
    CONTRIBUTES = "contributes"
    DEPENDS_ON = "depends_on"
    PROMOTED_TO = "promoted_to"


class AlignmentState(StrEnum):
    """How far the two sides have come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


Side = Literal["from", "to"]


class End(Value):
    """One end of an edge: an objective, or a key result together with its objective."""

    type: Literal["objective", "key_result"]
    id: UUID
    objective_id: UUID


class EndId(Value):
    """One end as people name it."""

    type: Literal["objective", "key_result"]
    id: Id


def graph_id(cycle_id: UUID) -> UUID:
    """The stream that holds the edges leading up from a cycle."""
    return uuid5(cycle_id, "alignments")


T = TypeVar("T")


def _upwards(relation: Relation, start: T, finish: T) -> tuple[T, T]:
    """Both ends, the lower first: a promotion is told from above, everything else from below."""
    return (finish, start) if relation is Relation.PROMOTED_TO else (start, finish)


# Events: topics and fields are the storage format.


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


AlignmentEvent = AlignmentProposed | AlignmentAccepted | AlignmentDeclined | AlignmentWithdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(Entity):
    """One alignment."""

    word: ClassVar[str] = "alignment"
    start: End
    finish: End
    relation: Relation
    awaiting: Side
    state: AlignmentState = AlignmentState.PROPOSED

    @property
    def upwards(self) -> tuple[UUID, UUID]:
        """The lower and the upper objective."""
        return _upwards(self.relation, self.start.objective_id, self.finish.objective_id)

    @property
    def counts(self) -> bool:
        """Proposed edges count like accepted ones, lest two of them close a circle later."""
        return self.state in (AlignmentState.PROPOSED, AlignmentState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class AlignmentGraph:
    """The edges that start in one cycle."""

    cycle_id: UUID
    edges: Mapping[UUID, Edge] = field(default_factory=dict[UUID, Edge])


def evolve(graph: AlignmentGraph | None, record: Record) -> AlignmentGraph:
    """The graph after one more record."""
    match record.event:
        case AlignmentProposed() as event:
            edge = _edge(event, record.effective_at)
            graph = graph or AlignmentGraph(event.cycle_id)
        case AlignmentAccepted() | AlignmentDeclined() | AlignmentWithdrawn() as event:
            graph = graph or AlignmentGraph(record.stream_id)
            edge = begun(graph.edges.get(event.alignment_id), record)
            since = {**edge.since, "state": record.effective_at}
            edge = changed(edge, version=edge.version + 1, state=event.state.new, since=since)
        case _:
            raise TypeError(f"{record.event!r} is no event of an alignment graph")
    return changed(graph, edges={**graph.edges, edge.id: edge})


def _edge(event: AlignmentProposed, exists_from: datetime) -> Edge:
    return Edge(
        id=event.alignment_id,
        exists_from=exists_from,
        start=event.start,
        finish=event.finish,
        relation=event.relation,
        awaiting=event.awaiting,
    )


# Commands and their decisions.


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
AlignmentCommand = ProposeAlignment | Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end with what the rules ask of it; it may be recorded only together with the edge."""

    end: End
    cycle_id: UUID
    owners: tuple[Owner, ...]
    closed: bool = False


def party(objective: Objective, key_result: KeyResult | None = None) -> Party:
    """An objective, or one of its key results, as an end of an edge."""
    owners = [objective.owner]
    if key_result is not None and key_result.owner is not None:
        owners.append(key_result.owner)
    dropped = key_result is not None and key_result.state is KeyResultState.DROPPED
    return Party(
        end=End(
            type="objective" if key_result is None else "key_result",
            id=objective.id if key_result is None else key_result.id,
            objective_id=objective.id,
        ),
        cycle_id=objective.cycle_id,
        owners=tuple(owners),
        closed=dropped or objective.state is ObjectiveState.CLOSED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What `propose` decides about."""

    alignment_id: UUID
    start: Party
    finish: Party
    relation: Relation
    weight: Weight | None = None

    @property
    def upwards(self) -> tuple[Party, Party]:
        """The lower and the upper end."""
        return _upwards(self.relation, self.start, self.finish)


def decide(book: Book, command: AlignmentCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when an alignment is proposed or answered."""
    match command:
        case ProposeAlignment():
            book.must_be_new(command.alignment_id)
            proposal = Proposal(
                alignment_id=command.alignment_id,
                start=_party(book, command.start, context),
                finish=_party(book, command.finish, context),
                relation=command.relation,
                weight=command.weight,
            )
            return propose(book, (proposal,), context)
        case AcceptAlignment():
            return _answer(book, command, context, AlignmentAccepted, AlignmentState.ACCEPTED)
        case DeclineAlignment():
            return _answer(book, command, context, AlignmentDeclined, AlignmentState.DECLINED)
        case WithdrawAlignment():
            return _answer(book, command, context, AlignmentWithdrawn, AlignmentState.WITHDRAWN)
        case _:
            assert_never(command)


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
        _check_circle(book, pending, proposal)
        facts.append(Fact(graph_id(cycle_id), event, after_freeze))
        if accepted:
            agreed = Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED)
            acceptance = AlignmentAccepted(alignment_id=event.alignment_id, state=agreed)
            facts.append(Fact(graph_id(cycle_id), acceptance, after_freeze))
        pending.append(_edge(event, context.effective))
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


def _check_circle(book: Book, pending: Sequence[Edge], proposal: Proposal) -> None:
    """Refuse an edge whose upper end leads up to its lower. A key result counts as its objective.

    A cycle that was moved before anything anchored it left edges to its former parent, so the path
    is followed from graph to graph. Dependencies form a graph of their own.
    """
    depends = proposal.relation is Relation.DEPENDS_ON
    graphs: dict[UUID, dict[UUID, list[UUID]]] = {}
    seen: set[UUID] = set()
    lower, upper = proposal.upwards
    ahead = [(upper.end.objective_id, upper.cycle_id)]
    while ahead:
        here, cycle_id = ahead.pop()
        if here == lower.end.objective_id:
            raise AlignmentCircle(
                "The other end leads back here already; withdraw that alignment first."
            )
        if here in seen:
            continue
        seen.add(here)
        if cycle_id not in graphs:
            edges = (*book.graph(cycle_id).edges.values(), *pending)
            graphs[cycle_id] = _steps(edges, depends)
        further = graphs[cycle_id].get(here, ())
        ahead.extend((one, book.objective(one).cycle_id) for one in further)


def _steps(edges: Iterable[Edge], depends: bool) -> dict[UUID, list[UUID]]:
    """Where the edges that count lead up to from each objective."""
    steps: dict[UUID, list[UUID]] = {}
    for edge in edges:
        if edge.counts and (edge.relation is Relation.DEPENDS_ON) == depends:
            lower, upper = edge.upwards
            steps.setdefault(lower, []).append(upper)
    return steps


def _awaiting(book: Book, proposal: Proposal, context: Context) -> tuple[Side, bool]:
    """Which side has to answer, and whether the actor may answer for it at once."""
    if context.imported:
        return "to", False
    from_start = _speaks(book, proposal.start, context)
    from_finish = _speaks(book, proposal.finish, context)
    if not from_start and not from_finish:
        raise NotYoursToAlign("Ask the owner of one of the two ends to propose this.")
    return ("to" if from_start else "from"), from_start and from_finish


def _speaks(book: Book, side: Party, context: Context) -> bool:
    """Whether the actor owns, or leads the owner of, this end."""
    return any(may_speak_for(book, owner, context) for owner in side.owners)


def _answer(
    book: Book,
    command: Answer,
    context: Context,
    event_type: type[AlignmentAccepted | AlignmentDeclined | AlignmentWithdrawn],
    new: AlignmentState,
) -> tuple[Fact, ...]:
    graph = book.graph_with(command.alignment_id)
    edge = graph.edges[command.alignment_id]
    if edge.state is new:
        return ()
    _check_answer(book, edge, new, context)
    cycle = book.cycle(graph.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    existed(context, edge)
    forwards_at(context, edge, "state")
    event = event_type(alignment_id=edge.id, state=Moved(old=edge.state, new=new))
    return (Fact(graph_id(graph.cycle_id), event, after_freeze),)


def _check_answer(book: Book, edge: Edge, new: AlignmentState, context: Context) -> None:
    """Whether the edge may still take this answer, and from this actor.

    A proposal is answered by the side it awaits; either side may take an alignment back.
    """
    withdrawing = new is AlignmentState.WITHDRAWN
    sides = {"from": _party_of(book, edge.start), "to": _party_of(book, edge.finish)}
    answering = sides.values() if withdrawing else [sides[edge.awaiting]]
    if not context.imported and not any(_speaks(book, side, context) for side in answering):
        raise NotYoursToAlign("Ask the owner of the other end to answer this.")
    if edge.state is not AlignmentState.PROPOSED and not (withdrawing and edge.counts):
        raise AlignmentDecided(f"The alignment is {edge.state}; propose a new one instead.")
    accepting = new is AlignmentState.ACCEPTED and not context.imported
    if accepting and any(side.closed for side in sides.values()):
        raise AlignmentEndNotLive("One end is closed or dropped; reopen it or decline.")


def _party_of(book: Book, end: End) -> Party:
    objective = book.objective(end.objective_id)
    return party(objective, objective.key_results.get(end.id))

"""The graph of a cycle: the edges that start in it, decided under one version.

One stream per cycle holds the edges that start in it. Edges go to the same cycle or one above it,
so a circle mostly closes inside one graph; the search for it reads every graph on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from uuid import UUID

from domain.alignments.answering import AlignmentAccepted, AlignmentDeclined, AlignmentWithdrawn
from domain.alignments.edges import Edge
from domain.alignments.proposing import AlignmentProposed, edge_of
from domain.changed import changed
from domain.entity import begun
from domain.immutable import immutable
from domain.record import Record

AlignmentEvent = AlignmentProposed | AlignmentAccepted | AlignmentDeclined | AlignmentWithdrawn


@immutable()
class AlignmentGraph:
    """The edges that start in one cycle."""

    cycle_id: UUID
    edges: Mapping[UUID, Edge] = field(default_factory=dict[UUID, Edge])


def evolve(graph: AlignmentGraph | None, record: Record) -> AlignmentGraph:
    """The graph after one more record."""
    match record.event:
        case AlignmentProposed() as event:
            edge = edge_of(event, record.effective_at)
            graph = graph or AlignmentGraph(event.cycle_id)
        case AlignmentAccepted() | AlignmentDeclined() | AlignmentWithdrawn() as event:
            graph = graph or AlignmentGraph(record.stream_id)
            edge = begun(graph.edges.get(event.alignment_id), record)
            since = {**edge.since, "state": record.effective_at}
            edge = changed(edge, version=edge.version + 1, state=event.state.new, since=since)
        case _:
            raise TypeError(f"{record.event!r} is no event of an alignment graph")
    return changed(graph, edges={**graph.edges, edge.id: edge})

"""No circles: an edge is refused whose upper end leads up to its lower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from domain.alignments.edges import Edge, Relation
from domain.alignments.parties import Proposal
from domain.errors import AlignmentCircle

if TYPE_CHECKING:
    from domain.book import Book


def check_circle(book: Book, pending: Sequence[Edge], proposal: Proposal) -> None:
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

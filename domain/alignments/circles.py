"""No circles: an edge is refused whose upper end leads up to its lower."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from domain.alignments.edges import Edge, Relation
from domain.alignments.parties import Proposal
from domain.errors import AlignmentCircle
from domain.record import Context
from domain.visible import is_seen

if TYPE_CHECKING:
    from domain.book import Book

NAMED = 3
"""How many objectives a refusal names on the way."""


def check_circle(book: Book, pending: Sequence[Edge], proposal: Proposal, context: Context) -> None:
    """Refuse an edge whose upper end leads up to its lower. A key result counts as its objective.

    A cycle that was moved before anything anchored it left edges to its former parent, so the path
    is followed from graph to graph. Dependencies form a graph of their own. Raises AlignmentCircle,
    which names what is on a shortest way as far as the caller may see it.
    """
    lower, upper = proposal.upwards
    start, finish = upper.end.objective_id, lower.end.objective_id
    reached_from: dict[UUID, UUID | None] = {start: None}
    graphs: dict[UUID, dict[UUID, list[UUID]]] = {}
    ahead = deque([(start, upper.cycle_id)])
    while ahead:
        here, cycle_id = ahead.popleft()
        if here == finish:
            raise AlignmentCircle(_told(book, _way(reached_from, here), context))
        if cycle_id not in graphs:
            edges = (*book.graph(cycle_id).edges.values(), *pending)
            graphs[cycle_id] = _steps(edges, proposal.relation is Relation.DEPENDS_ON)
        for further in graphs[cycle_id].get(here, ()):
            if further not in reached_from:
                reached_from[further] = here
                ahead.append((further, book.objective(further).cycle_id))


def _steps(edges: Iterable[Edge], depends: bool) -> dict[UUID, list[UUID]]:
    """Where the edges that count lead up to from each objective."""
    steps: dict[UUID, list[UUID]] = {}
    for edge in edges:
        if edge.counts and (edge.relation is Relation.DEPENDS_ON) == depends:
            lower, upper = edge.upwards
            steps.setdefault(lower, []).append(upper)
    return steps


def _way(reached_from: dict[UUID, UUID | None], finish: UUID) -> list[UUID]:
    """What lies between both ends, from the far one on."""
    way: list[UUID] = []
    here = reached_from[finish]
    while here is not None:
        way.append(here)
        here = reached_from[here]
    return list(reversed(way[:-1]))


def _told(book: Book, way: Sequence[UUID], context: Context) -> str:
    """What to do about a circle; a draft of others is spoken of, and not named."""
    if not way:
        return "The other end leads back here already; withdraw that alignment first."
    seen = [one for one in way if is_seen(book, "objective", one, context)]
    names = [f"“{book.objective(one).title}”" for one in seen[:NAMED]]
    if len(seen) > NAMED:
        names.append(f"{len(seen) - NAMED} more")
    if hidden := len(way) - len(seen):
        what = "an objective" if hidden == 1 else "objectives"
        names.append(f"{what} that you cannot see")
    named = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return (
        f"The other end leads back here already, by way of {named}; "
        "withdraw an alignment on that way first."
    )

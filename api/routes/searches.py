"""The search over HTTP: everything people wrote, across all kinds of things."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from api.asking import Row, TheLister
from api.documented import lists
from api.history import Question as Asked
from api.models.listings import SearchListing
from api.models.searches import Hit
from api.routes.listing import number
from api.routing import concept, takes_long
from api.sheets import sheet
from projections.search import page
from projections.words import sought

router = concept("history")
HITS = sheet("hits", Hit)


@router.get("/search", responses=lists(Hit))
@takes_long
def search(query: Annotated[SearchListing, Query()], asker: TheLister) -> Response:
    """Find titles, descriptions, notes, blockers, reasons and reviews by their words."""
    words = sought(query.q)

    def fetch(question: Asked, limit: int, after: Any, descending: bool) -> list[Row]:
        found = page(
            question.connection,
            words,
            question.moment,
            limit,
            after=number(after),
            descending=descending,
            entity_type=query.entity_type,
            cycle_id=None if query.cycle_id is None else str(query.cycle_id),
        )
        return list(found)

    return asker.items(query, fetch, HITS)

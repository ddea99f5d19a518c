"""The audit trail over HTTP: every change, and the part of it that belongs to one entity."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api import answers
from api.asking import Asker, Fetch, Row
from api.documented import reads
from api.history import Question as Asked
from api.models.histories import Entry
from api.models.questions import Listing, Question, TrailListing
from api.models.shapes import Page
from api.problems import ChangeNotFoundError
from api.routes.listing import number
from projections.audit_trail import Filters, entry, page
from projections.places import parts_of
from projections.words import sought

router = APIRouter(tags=["history"])


def _entries(filters: Filters) -> Fetch:
    def fetch(question: Asked, limit: int, after: Any, descending: bool) -> list[Row]:
        found = page(
            question.connection,
            filters,
            question.moment,
            limit,
            number(after),
            descending=descending,
        )
        return [(one["position"], one) for one in found]

    return fetch


@router.get("/audit", responses=reads(Page[Entry]))
def list_changes(
    query: Annotated[TrailListing, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """List every change, or those that pass the filters, in the order of the log."""
    wanted = {field.name for field in fields(Filters)} & set(TrailListing.model_fields)
    given = {name: getattr(query, name) for name in wanted}
    for name in ("entity_id", "cycle_id"):
        given[name] = None if given[name] is None else str(given[name])
    words = None if query.q is None else sought(query.q)
    return asker.page(query, _entries(Filters(**given, words=words)))


@router.get("/audit/{event_id}", responses=reads(Entry, etag=False))
def read_change(
    event_id: UUID, query: Annotated[Question, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """Read one change."""
    with asker.at(query) as question:
        found = entry(question.connection, str(event_id))
    if found is None or found["position"] > question.moment.position:
        raise ChangeNotFoundError(f"There is no change {event_id}; find it in /v1/audit.")
    return answers.read(asker.request, found, None)


def _history_of(word: str, entity_id: UUID) -> Fetch:
    """The entries of an entity and of what it holds. Raises the NotFound of its kind."""

    def fetch(question: Asked, limit: int, after: Any, descending: bool) -> list[Row]:
        answers.must_exist(question, word, entity_id)
        filters = Filters(entity_id=str(entity_id))
        if word == "cycle":
            filters = Filters(cycle_id=str(entity_id))
        if word == "objective":
            parts = parts_of(question.connection, str(entity_id))
            filters = Filters(entity_ids=frozenset((str(entity_id), *parts)))
        return _entries(filters)(question, limit, after, descending)

    return fetch


@router.get("/objectives/{objective_id}/history", responses=reads(Page[Entry]))
def list_objective_history(
    objective_id: UUID, query: Annotated[Listing, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """List every change of an objective and its key results."""
    return asker.page(query, _history_of("objective", objective_id))


@router.get("/key-results/{key_result_id}/history", responses=reads(Page[Entry]))
def list_key_result_history(
    key_result_id: UUID, query: Annotated[Listing, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """List every change of a key result."""
    return asker.page(query, _history_of("key_result", key_result_id))


@router.get("/cycles/{cycle_id}/history", responses=reads(Page[Entry]))
def list_cycle_history(
    cycle_id: UUID, query: Annotated[Listing, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """List every change in a cycle."""
    return asker.page(query, _history_of("cycle", cycle_id))


@router.get("/units/{unit_id}/history", responses=reads(Page[Entry]))
def list_unit_history(
    unit_id: UUID, query: Annotated[Listing, Query()], asker: Annotated[Asker, Depends()]
) -> Response:
    """List every change of a unit."""
    return asker.page(query, _history_of("unit", unit_id))

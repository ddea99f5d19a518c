"""The audit trail over HTTP: every change, and the part of it that belongs to one entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api import answers
from api.access.exporting import check_export
from api.asking import Asker, Fetch, Row, TheAsker, TheLister
from api.documented import lists, reads
from api.exports import Sheet
from api.history import Question as Asked
from api.models.listings import (
    CycleHistoryListing,
    HistoryListing,
    TrailListing,
    UnitHistoryListing,
)
from api.models.questions import Question
from api.models.trails import Entry
from api.negotiation import JSON
from api.problems import ChangeNotFoundError
from api.routes.listing import number
from api.routing import concept
from projections.audit_trail import entry, page
from projections.filters import Filters
from projections.places import parts_of
from projections.words import sought

router = concept("history")
ENTRIES = lists(Entry)
Choice = Callable[[Asked], Filters]
"""Says which entries are wanted. Raises the NotFound of an entity that never was."""


@router.get("/audit", responses=ENTRIES)
def list_changes(query: Annotated[TrailListing, Query()], asker: TheLister) -> Response:
    """List every change, or those that pass the filters, in the order of the log."""
    return _told(asker, query, lambda _question: _filters(query))


@router.get("/audit/{event_id}", responses=reads(Entry))
def read_change(event_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read one change."""
    with asker.at(query) as question:
        found = entry(question.connection, str(event_id), question.moment)
    if found is None:
        raise ChangeNotFoundError(f"There is no change {event_id}; find it in /v1/audit.")
    return answers.read(asker.request, found, None)


@router.get("/objectives/{objective_id}/history", responses=ENTRIES)
def list_objective_history(
    objective_id: UUID,
    query: Annotated[HistoryListing, Query()],
    asker: TheLister,
) -> Response:
    """List every change of an objective and its key results."""
    return _told(asker, query, _history_of("objective", objective_id, query))


@router.get("/key-results/{key_result_id}/history", responses=ENTRIES)
def list_key_result_history(
    key_result_id: UUID,
    query: Annotated[HistoryListing, Query()],
    asker: TheLister,
) -> Response:
    """List every change of a key result."""
    return _told(asker, query, _history_of("key_result", key_result_id, query))


@router.get("/cycles/{cycle_id}/history", responses=ENTRIES)
def list_cycle_history(
    cycle_id: UUID,
    query: Annotated[CycleHistoryListing, Query()],
    asker: TheLister,
) -> Response:
    """List every change in a cycle."""
    return _told(asker, query, _history_of("cycle", cycle_id, query))


@router.get("/units/{unit_id}/history", responses=ENTRIES)
def list_unit_history(
    unit_id: UUID,
    query: Annotated[UnitHistoryListing, Query()],
    asker: TheLister,
) -> Response:
    """List every change of a unit, and of what it owned when they were recorded."""
    return _told(asker, query, _history_of("unit", unit_id, query))


def _filters(query: HistoryListing, **own: Any) -> Filters:
    """What a query asks for, within what is its own by its path."""
    given: dict[str, Any] = {
        field.name: getattr(query, field.name, None) for field in fields(Filters)
    }
    given["words"] = None if query.q is None else sought(query.q)
    for name, value in (given | own).items():
        given[name] = str(value) if isinstance(value, UUID) else value
    return Filters(**given)


def _history_of(word: str, entity_id: UUID, query: HistoryListing) -> Choice:
    """The entries of an entity and of what it holds or owns."""

    def choice(question: Asked) -> Filters:
        answers.must_exist(question, word, entity_id)
        if word == "objective":
            parts = parts_of(question.connection, str(entity_id))
            return _filters(query, entity_ids=frozenset((str(entity_id), *parts)))
        return _filters(query, **{"entity_id" if word == "key_result" else f"{word}_id": entity_id})

    return choice


def _told(asker: Asker, query: HistoryListing, choice: Choice) -> Response:
    """One page of entries, which everybody may have, or a stream of them, which is an export."""
    if asker.form != JSON:
        check_export(asker.request)
    return asker.items(query, _entries(choice), _sheet(query.field))


def _entries(choice: Choice) -> Fetch:
    def fetch(question: Asked, limit: int, after: Any, descending: bool) -> list[Row]:
        past = number(after)
        found = page(
            question.connection,
            choice(question),
            question.moment,
            limit,
            past,
            descending=descending,
        )
        return [(one["position"], one) for one in found]

    return fetch


COLUMNS = (
    "position",
    "event_id",
    "recorded_at",
    "effective_at",
    "type",
    "entity_type",
    "entity_id",
    "title",
    "cycle_id",
    "field",
    "from",
    "to",
    "actor_id",
    "actor_kind",
    "actor_name",
    "on_behalf_of",
    "reason_code",
    "reason_text",
    "after_freeze",
    "check_in_id",
    "assumed",
    "stream_id",
    "version",
    "schema_version",
    "stored_at",
    "request_id",
    "source",
)
"""The columns of an entry in a table: one row for each field that it moved."""


def _cells(one: dict[str, Any]) -> Iterator[list[Any]]:
    actor, entity = one["actor"], one["entity"]
    reason: dict[str, Any] = one["reason"] or {}
    known: dict[str, Any] = one | {
        "entity_type": entity["type"],
        "entity_id": entity["id"],
        "title": entity["title"],
        "actor_id": actor["id"],
        "actor_kind": actor["kind"],
        "actor_name": actor["name"],
        "on_behalf_of": actor["on_behalf_of"],
        "reason_code": reason.get("code"),
        "reason_text": reason.get("text"),
        "assumed": " ".join(one["assumed"]),
    }
    for change in one["changes"] or [dict.fromkeys(("field", "from", "to"))]:
        yield [(known | change)[name] for name in COLUMNS]


def _sheet(field: str | None) -> Sheet:
    """The table of entries; of those that moved a field, with the rows of that field alone."""

    def rows(one: dict[str, Any]) -> Iterator[list[Any]]:
        if field is not None:
            moved = [change for change in one["changes"] if change["field"] == field]
            one = one | {"changes": moved}
        return _cells(one)

    return Sheet("changes", COLUMNS, rows)

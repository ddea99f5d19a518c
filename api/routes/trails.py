"""The audit trail over HTTP: every change, and the part of it that belongs to one entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api import answers, exports, negotiation
from api.access.exporting import check_export
from api.asking import Asker, Fetch, Row, TheAsker
from api.documented import reads
from api.history import Question as Asked
from api.models.histories import Entry
from api.models.questions import (
    CycleHistoryListing,
    HistoryListing,
    Question,
    TrailListing,
    UnitHistoryListing,
)
from api.models.shapes import Page
from api.negotiation import CSV, JSON, JSON_LINES, VARY
from api.problems import ChangeNotFoundError
from api.routes.listing import number
from api.routing import concept
from projections.audit_trail import entry, page
from projections.filters import Filters
from projections.instants import Moment
from projections.places import parts_of
from projections.words import sought

router = concept("history")
ENTRIES = reads(Page[Entry], lines=Entry, table=True)
Choice = Callable[[Asked], Filters]
"""Says which entries are wanted. Raises the NotFound of an entity that never was."""


@router.get("/audit", responses=ENTRIES)
def list_changes(query: Annotated[TrailListing, Query()], asker: TheAsker) -> Response:
    """List every change, or those that pass the filters, in the order of the log."""
    return _told(asker, query, lambda _question: _filters(query))


@router.get("/audit/{event_id}", responses=reads(Entry, etag=False))
def read_change(event_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read one change."""
    with asker.at(query) as question:
        found = entry(question.connection, str(event_id))
    if found is None or found["position"] > question.moment.position:
        raise ChangeNotFoundError(f"There is no change {event_id}; find it in /v1/audit.")
    return answers.read(asker.request, found, None)


@router.get("/objectives/{objective_id}/history", responses=ENTRIES)
def list_objective_history(
    objective_id: UUID,
    query: Annotated[HistoryListing, Query()],
    asker: TheAsker,
) -> Response:
    """List every change of an objective and its key results."""
    return _told(asker, query, _history_of("objective", objective_id, query))


@router.get("/key-results/{key_result_id}/history", responses=ENTRIES)
def list_key_result_history(
    key_result_id: UUID,
    query: Annotated[HistoryListing, Query()],
    asker: TheAsker,
) -> Response:
    """List every change of a key result."""
    return _told(asker, query, _history_of("key_result", key_result_id, query))


@router.get("/cycles/{cycle_id}/history", responses=ENTRIES)
def list_cycle_history(
    cycle_id: UUID,
    query: Annotated[CycleHistoryListing, Query()],
    asker: TheAsker,
) -> Response:
    """List every change in a cycle."""
    return _told(asker, query, _history_of("cycle", cycle_id, query))


@router.get("/units/{unit_id}/history", responses=ENTRIES)
def list_unit_history(
    unit_id: UUID,
    query: Annotated[UnitHistoryListing, Query()],
    asker: TheAsker,
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
    """One page of entries, or all of them from the cursor on as a stream."""
    kind = negotiation.chosen(asker.request, JSON, JSON_LINES, CSV)
    if kind == JSON:
        return asker.page(query, _entries(choice), VARY)
    check_export(asker.request)
    cursor = asker.cursor(query)
    with asker.pinned(query, cursor) as question:
        filters, moment = choice(question), question.moment
    after = None if cursor is None else number(cursor.after)
    descending = (query.order == "desc") != (cursor is not None and cursor.back)
    found = _all(asker, filters, moment, after, descending)
    return exports.stream(kind, found, moment, COLUMNS, _cells, "changes")


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


def _all(
    asker: Asker, filters: Filters, moment: Moment, after: int | None, descending: bool
) -> Iterator[list[dict[str, Any]]]:
    """Every entry, some at a time, each in a snapshot of its own: who reads slowly holds none.

    The moment's position pins what there is to be found.
    """
    while True:
        with asker.history.ask(moment.as_of, moment.position) as question:
            connection = question.connection
            found = page(connection, filters, moment, TOGETHER, after, descending=descending)
        yield found
        if len(found) < TOGETHER:
            return
        after = found[-1]["position"]


TOGETHER = 500
"""How many entries of a stream are read in one snapshot."""

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

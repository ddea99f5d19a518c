"""A record as read models take it in: read once, in plain JSON, with the changes it made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import orjson

from domain import codec
from domain.codec import Stored
from domain.record import Event
from projections.changes import Change, Fields, Teller, teller_of
from projections.plain import micros_of
from projections.tables import NOTHING
from projections.wording import fields_reader


@dataclass(slots=True)
class Told:
    """One record. Instants are kept as text and, to be compared, in whole microseconds."""

    position: int
    stream_id: str
    version: int
    event: type[Event]
    kind: str
    entity_id: str
    fields: Fields
    """The fields of the event."""
    changes: list[Change]
    """What it changed: `{field, from, to}` each."""
    moved: tuple[str, ...]
    """The names of the fields that it changed."""
    header: dict[str, Any]
    """Who, when and why, as the log keeps it."""
    recorded_at: str
    effective_at: str
    recorded: int
    effective: int
    actor_id: str
    reason: dict[str, Any] | None
    after_freeze: bool
    # What the directory knows of its entity by then.
    cycle: int = NOTHING
    """The number of the cycle that it belongs to."""
    units: tuple[int, ...] = ()
    """The numbers of the units that it concerns."""
    draft_of: int | None = None
    """The number of the objective whose drafting it belongs to."""
    entity: bytes = b""
    """What entries call its entity: `{type, id, title}` as JSON."""

    @property
    def event_id(self) -> str:
        return self.header["event_id"]

    @property
    def stored_at(self) -> str:
        return self.header["stored_at"]

    @property
    def actor(self) -> dict[str, Any]:
        return {"on_behalf_of": None, **self.header["actor"]}

    @property
    def request_id(self) -> str | None:
        return self.header.get("request_id")

    @property
    def source(self) -> str:
        return self.header["source"]

    @property
    def assumed(self) -> list[str]:
        return self.header.get("assumed", [])


def told(stored: Stored) -> Told:
    """Read a stored record. Raises UnknownTopicError."""
    header = orjson.loads(stored.state)
    event, kind, id_field, read, tell = _reading(codec.event_type(stored))
    schema, fields = header["schema"], header["data"]
    if schema != event.SCHEMA:
        fields = codec.lift(event, schema, fields)
    fields = read(fields)
    changes = tell(event, fields)
    recorded_at, effective_at = header["recorded_at"], header["effective_at"]
    recorded = micros_of(recorded_at)
    return Told(
        stored.position,
        stored.stream_id,
        stored.version,
        event,
        kind,
        stored.stream_id if id_field is None else fields[id_field],
        fields,
        changes,
        tuple([change["field"] for change in changes]),
        header,
        recorded_at,
        effective_at,
        recorded,
        recorded if effective_at == recorded_at else micros_of(effective_at),
        header["actor"]["id"],
        header.get("reason"),
        header.get("after_freeze", False),
    )


class _Reading(NamedTuple):
    """How the records of an event are read, which is found out once."""

    event: type[Event]
    kind: str
    """The kind of entity that it is about."""
    id_field: str | None
    """The field that names the entity within its stream."""
    read: Callable[[Fields], Fields]
    tell: Teller


@cache
def _reading(event: type[Event]) -> _Reading:
    kind, id_field = event.TOPIC.partition(".")[0], None
    for inner in ("key_result", "alignment"):
        if f"{inner}_id" in event.model_fields:
            kind, id_field = inner, f"{inner}_id"
            break
    return _Reading(event, kind, id_field, fields_reader(event), teller_of(event))

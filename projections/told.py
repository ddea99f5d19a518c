"""A record as read models take it in: read once, in plain JSON, with the changes it made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from domain import codec
from domain.codec import Stored
from domain.record import Event
from projections.changes import changes_of
from projections.plain import micros_of
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
    fields: dict[str, Any]
    """The fields of the event."""
    changes: list[dict[str, Any]]
    """What it changed: `{field, from, to}` each."""
    event_id: str
    stored_at: str
    recorded_at: str
    effective_at: str
    recorded: int
    effective: int
    actor: dict[str, Any]
    reason: dict[str, Any] | None
    after_freeze: bool
    assumed: list[str]
    request_id: str | None
    source: str


def told(stored: Stored) -> Told:
    """Read a stored record. Raises UnknownTopicError."""
    header = orjson.loads(stored.state)
    event = codec.event_type(stored)
    fields = fields_reader(event)(codec.lift(event, header["schema"], header["data"]))
    kind, id_field = _about(event)
    recorded_at, effective_at = header["recorded_at"], header["effective_at"]
    recorded = micros_of(recorded_at)
    actor = header["actor"]
    return Told(
        position=stored.position,
        stream_id=stored.stream_id,
        version=stored.version,
        event=event,
        kind=kind,
        entity_id=stored.stream_id if id_field is None else fields[id_field],
        fields=fields,
        changes=changes_of(event, fields),
        event_id=header["event_id"],
        stored_at=header["stored_at"],
        recorded_at=recorded_at,
        effective_at=effective_at,
        recorded=recorded,
        effective=recorded if effective_at == recorded_at else micros_of(effective_at),
        actor={
            "id": actor["id"],
            "kind": actor["kind"],
            "on_behalf_of": actor.get("on_behalf_of"),
        },
        reason=header.get("reason"),
        after_freeze=header.get("after_freeze", False),
        assumed=header.get("assumed", []),
        request_id=header.get("request_id"),
        source=header["source"],
    )


@cache
def _about(event: type[Event]) -> tuple[str, str | None]:
    """The kind of entity that an event is about, and the field that names it within its stream."""
    for kind in ("key_result", "alignment"):
        if f"{kind}_id" in event.model_fields:
            return kind, f"{kind}_id"
    return event.TOPIC.partition(".")[0], None

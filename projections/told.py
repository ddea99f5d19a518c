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
    header: dict[str, Any]
    """Who, when and why, as the log keeps it."""
    recorded_at: str
    effective_at: str
    recorded: int
    effective: int
    actor_id: str
    reason: dict[str, Any] | None
    after_freeze: bool
    units: tuple[int, ...] = ()
    """The numbers of the units that it concerns."""

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
    event = codec.event_type(stored)
    fields = fields_reader(event)(codec.lift(event, header["schema"], header["data"]))
    kind, id_field = _about(event)
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
        changes_of(event, fields),
        header,
        recorded_at,
        effective_at,
        recorded,
        recorded if effective_at == recorded_at else micros_of(effective_at),
        header["actor"]["id"],
        header.get("reason"),
        header.get("after_freeze", False),
    )


@cache
def _about(event: type[Event]) -> tuple[str, str | None]:
    """The kind of entity that an event is about, and the field that names it within its stream."""
    for kind in ("key_result", "alignment"):
        if f"{kind}_id" in event.model_fields:
            return kind, f"{kind}_id"
    return event.TOPIC.partition(".")[0], None

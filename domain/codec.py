"""How a record is written down and read again: JSON bytes, older shapes lifted to today's.

One stored event is one JSON object. What is not there was not said:

    {"stored_at": …, "recorded_at": …, "effective_at": …, "event_id": …, "schema": 1,
     "actor": {…}, "reason": {…}, "after_freeze": true, "assumed": […],
     "request_id": …, "source": …, "data": {fields of the event}}
"""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel

from domain.catalogue import EVENTS
from domain.record import Event, Record
from domain.values import Actor, Reason, as_text


class UnknownTopicError(Exception):
    """The log holds an event of a topic that this version of the product does not know."""


class Stored(NamedTuple):
    """A record as the log keeps it: its JSON, not yet read, and its place."""

    topic: str
    state: bytes
    stream_id: str
    version: int
    position: int = 0


def encode(record: Record) -> bytes:
    """A record as JSON, without its place in the log and the stream, and without its times."""
    header: dict[str, Any] = {
        "event_id": record.event_id,
        "schema": record.event.SCHEMA,
        "actor": _stored_actor(record.actor),
        "source": record.source,
    }
    if record.reason is not None:
        header["reason"] = record.reason.model_dump(exclude_none=True)
    if record.after_freeze:
        header["after_freeze"] = True
    if record.assumed:
        header["assumed"] = record.assumed
    if record.request_id is not None:
        header["request_id"] = record.request_id
    header["data"] = vars(record.event)
    return orjson.dumps(header, default=_encode_value, option=orjson.OPT_UTC_Z)


def _stored_actor(actor: Actor) -> dict[str, str]:
    stored = {"id": actor.id, "kind": actor.kind}
    if actor.on_behalf_of is not None:
        stored["on_behalf_of"] = actor.on_behalf_of
    return stored


def _encode_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return as_text(value)
    if isinstance(value, BaseModel):
        return vars(value)
    raise TypeError(f"{value!r} has no stored form")


def stamp(
    state: bytes, stored_at: datetime, recorded_at: datetime, effective_at: datetime
) -> bytes:
    """Put the three times, known only under the write lock, in front of an encoded record."""
    times = {"stored_at": stored_at, "recorded_at": recorded_at, "effective_at": effective_at}
    return orjson.dumps(times, option=orjson.OPT_UTC_Z)[:-1] + b"," + state[1:]


def recorded_at(state: bytes) -> datetime:
    """When a stamped record was recorded."""
    return datetime.fromisoformat(orjson.loads(state)["recorded_at"]).astimezone(UTC)


def event_type(stored: Stored) -> type[Event]:
    """The class of the event behind a stored topic. Raises UnknownTopicError."""
    known = EVENTS.get(stored.topic)
    if known is None:
        raise UnknownTopicError(
            f"Topic {stored.topic!r} at position {stored.position} is not known here."
        )
    return known


def decode(stored: Stored) -> Record:
    """The record behind a stored event. Raises UnknownTopicError."""
    header = orjson.loads(stored.state)
    kind = event_type(stored)
    reason = header.get("reason")
    actor = header["actor"]
    return Record(
        event_id=UUID(header["event_id"]),
        stream_id=UUID(stored.stream_id),
        version=stored.version,
        event=kind.model_validate(lift(kind, header["schema"], header["data"])),
        stored_at=_instant(header["stored_at"]),
        recorded_at=_instant(header["recorded_at"]),
        effective_at=_instant(header["effective_at"]),
        actor=_actor(actor["id"], actor["kind"], actor.get("on_behalf_of")),
        reason=None if reason is None else Reason.model_validate(reason),
        after_freeze=header.get("after_freeze", False),
        assumed=tuple(header.get("assumed", ())),
        request_id=header.get("request_id"),
        source=header["source"],
        position=stored.position,
    )


def lift(kind: type[Event], schema: int, data: dict[str, Any]) -> dict[str, Any]:
    """The stored fields in today's shape, one version after the other.

    Raises UnknownTopicError for a shape of a later version of the product.
    """
    if schema > kind.SCHEMA:
        raise UnknownTopicError(
            f"Version {schema} of {kind.TOPIC!r} is not known here, only up to {kind.SCHEMA}."
        )
    for version in range(schema, kind.SCHEMA):
        getattr(kind, f"upcast_v{version}_v{version + 1}")(data)
    return data


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(maxsize=1024)
def _actor(actor_id: str, kind: Any, on_behalf_of: str | None) -> Actor:
    """Few actors make many changes; each is built once."""
    return Actor(id=actor_id, kind=kind, on_behalf_of=on_behalf_of)

"""The raw feed: every record of the log as plain JSON, and as a CloudEvent for those who want one.

It is read from the log itself, so it needs no read table and is never behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from domain.codec import Stored, UnknownTopicError
from projections.told import Told, told

TYPE_PREFIX = "okr."
"""What the types of CloudEvents begin with."""

_LONGEST_POSITION = 19


def fed(stored: Stored) -> dict[str, Any]:
    """A record as the feed tells it: its place, its times, its author and the event's fields.

    Fields have today's shape. A record of a later version of the product is told as it is stored.
    """
    try:
        one = told(stored)
    except UnknownTopicError:
        return _untold(stored)
    return {
        "event_id": one.event_id,
        "position": one.position,
        "stream_id": one.stream_id,
        "version": one.version,
        "type": one.event.__name__,
        "schema_version": one.event.SCHEMA,
        "stored_at": one.stored_at,
        "recorded_at": one.recorded_at,
        "effective_at": one.effective_at,
        "actor": one.actor,
        "entity": _entity(one),
        "reason": one.reason,
        "after_freeze": one.after_freeze,
        "assumed": one.assumed,
        "request_id": one.request_id,
        "source": one.source,
        "data": one.fields,
    }


def _entity(one: Told) -> dict[str, str]:
    return {"type": one.kind, "id": one.entity_id}


def _untold(stored: Stored) -> dict[str, Any]:
    header = orjson.loads(stored.state)
    return {
        "event_id": header["event_id"],
        "position": stored.position,
        "stream_id": stored.stream_id,
        "version": stored.version,
        "type": stored.topic,
        "schema_version": header["schema"],
        "stored_at": header["stored_at"],
        "recorded_at": header["recorded_at"],
        "effective_at": header["effective_at"],
        "actor": {"on_behalf_of": None, **header["actor"]},
        "entity": None,
        "reason": header.get("reason"),
        "after_freeze": header.get("after_freeze", False),
        "assumed": header.get("assumed", []),
        "request_id": header.get("request_id"),
        "source": header["source"],
        "data": header["data"],
    }


_NAMING = {
    "ObjectiveDrafted": ("carried_from",),
    "KeyResultAdded": ("carried_from",),
    "ObjectiveCarriedOver": ("to_objective_id", "to_cycle_id"),
}
"""The fields by which records name what something came from or went on as; its id comes first."""


def named(one: Mapping[str, Any]) -> str | None:
    """The id of what a record of the feed says that something came from or went on as."""
    fields = _NAMING.get(one["type"])
    return None if fields is None else one["data"].get(fields[0])


def unnamed(one: dict[str, Any]) -> dict[str, Any]:
    """The same record for somebody who knows nothing of what it came from or went on as."""
    return one | {"data": one["data"] | dict.fromkeys(_NAMING[one["type"]])}


def as_cloud_event(one: dict[str, Any], log_identity: str) -> dict[str, Any]:
    """A record of the feed in an envelope of CloudEvents 1.0.

    `source` and `id` together name it in all the world; `sequence` orders the events of a source
    as texts, since the specification has no numbers that are large enough.
    """
    about = one["entity"]
    subject = f"stream/{one['stream_id']}" if about is None else f"{about['type']}/{about['id']}"
    return {
        "specversion": "1.0",
        "id": one["event_id"],
        "source": f"urn:okr-history:{log_identity}",
        "type": TYPE_PREFIX + one["type"],
        "subject": subject,
        "time": one["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": str(one["position"]).zfill(_LONGEST_POSITION),
        "data": one,
    }

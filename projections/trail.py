"""The trail: one entry per record, with what it changed field by field, in the order of the log."""

from __future__ import annotations

import orjson

from projections.directory import Place
from projections.sheet import Sheet
from projections.tables import trail
from projections.told import Told


class Trail:
    """Writes the entries of records."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.of(trail)

    def take(self, told: Told, place: Place) -> None:
        """Write the entry of a record, as it will be shown."""
        header, event = told.header, told.event
        entry = {
            "event_id": header["event_id"],
            "position": told.position,
            "stream_id": told.stream_id,
            "version": told.version,
            "type": event.__name__,
            "schema_version": event.SCHEMA,
            "stored_at": header["stored_at"],
            "recorded_at": told.recorded_at,
            "effective_at": told.effective_at,
            "actor": told.actor,
            "entity": orjson.Fragment(told.entity),
            "cycle_id": place.cycle_id or None,
            "reason": told.reason,
            "after_freeze": told.after_freeze,
            "changes": told.changes,
            "check_in_id": told.fields.get("check_in_id"),
            "assumed": told.assumed,
            "request_id": header.get("request_id"),
            "source": header["source"],
        }
        self._rows.append((told.position, orjson.dumps(entry)))

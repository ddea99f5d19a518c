"""The trail: one row per record, with what it changed field by field, in the order of the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, insert, select

from domain.alignments import AlignmentProposed
from domain.cycles import CycleEvent
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveDrafted
from domain.record import Record
from projections.changes import BEGINNINGS, changes_of, entity_of
from projections.plain import iso, micros
from projections.views import subjects, trail

KEPT = 50_000
_INSERT = insert(trail)


class Subject(NamedTuple):
    """What an entry says of the entity it is about: how it was called then, and its cycle."""

    title: str | None
    cycle_id: str


class Trail:
    """Writes the trail, a batch of records at a time."""

    def __init__(self) -> None:
        self._subjects: OrderedDict[str, Subject] = OrderedDict()
        self._changed: set[str] = set()

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._subjects.clear()
        self._changed.clear()

    def apply(self, connection: Connection, records: Iterable[Record]) -> None:
        """Write the entries of some records, in the order of the log."""
        rows = [self._row(connection, record) for record in records]
        connection.execute(_INSERT, rows)
        self._flush(connection)

    def _row(self, connection: Connection, record: Record) -> dict[str, Any]:
        kind, entity_uuid = entity_of(record)
        entity_id = str(entity_uuid)
        changes = [change.as_json() for change in changes_of(record.event)]
        subject = self._named(connection, record, kind, entity_id, changes)
        reason = None if record.reason is None else record.reason.model_dump(exclude_none=True)
        entry = {
            "event_id": str(record.event_id),
            "position": record.position,
            "stream_id": str(record.stream_id),
            "version": record.version,
            "type": type(record.event).__name__,
            "schema_version": record.event.SCHEMA,
            "stored_at": iso(record.stored_at),
            "recorded_at": iso(record.recorded_at),
            "effective_at": iso(record.effective_at),
            "actor": record.actor.model_dump(),
            "entity": {"type": kind, "id": entity_id, "title": subject.title},
            "cycle_id": subject.cycle_id or None,
            "reason": reason,
            "after_freeze": record.after_freeze,
            "changes": changes,
            "check_in_id": _text(getattr(record.event, "check_in_id", None)),
            "assumed": list(record.assumed),
            "request_id": record.request_id,
            "source": record.source,
        }
        return {
            "position": record.position,
            "event_id": entry["event_id"],
            "recorded_at": micros(record.recorded_at),
            "effective_at": micros(record.effective_at),
            "type": entry["type"],
            "actor_id": record.actor.id,
            "entity_type": kind,
            "entity_id": entity_id,
            "cycle_id": subject.cycle_id,
            "reason_code": None if record.reason is None else record.reason.code,
            "after_freeze": record.after_freeze,
            "fields": f",{','.join(change['field'] for change in changes)},",
            "entry": orjson.dumps(entry),
        }

    def _named(
        self,
        connection: Connection,
        record: Record,
        kind: str,
        entity_id: str,
        changes: list[dict[str, Any]],
    ) -> Subject:
        """The entity's title once this record has happened, and the cycle it belongs to."""
        titles = [change["to"] for change in changes if change["field"] in ("title", "name")]
        title = titles[0] if titles else None
        if isinstance(record.event, BEGINNINGS):
            cycle_id = ""
            match record.event:
                case ObjectiveDrafted(cycle_id=home) | AlignmentProposed(cycle_id=home):
                    cycle_id = str(home)
                case KeyResultAdded():
                    cycle_id = self._subject(connection, str(record.stream_id)).cycle_id
                case event if isinstance(event, CycleEvent):
                    cycle_id = entity_id
                case _:
                    pass
            return self._keep(entity_id, Subject(title, cycle_id))
        subject = self._subject(connection, entity_id)
        if kind != "alignment" and title is not None and title != subject.title:
            return self._keep(entity_id, subject._replace(title=title))
        return subject

    def _keep(self, entity_id: str, subject: Subject) -> Subject:
        self._subjects[entity_id] = subject
        self._changed.add(entity_id)
        return subject

    def _subject(self, connection: Connection, entity_id: str) -> Subject:
        subject = self._subjects.get(entity_id)
        if subject is None:
            row = connection.execute(
                select(subjects.c.title, subjects.c.cycle_id).where(
                    subjects.c.entity_id == entity_id
                )
            ).one()
            subject = self._subjects[entity_id] = Subject(row.title, row.cycle_id)
        return subject

    def _flush(self, connection: Connection) -> None:
        if self._changed:
            ids = list(self._changed)
            connection.execute(subjects.delete().where(subjects.c.entity_id.in_(ids)))
            rows = [{"entity_id": one, **self._subjects[one]._asdict()} for one in ids]
            connection.execute(insert(subjects), rows)
            self._changed.clear()
        while len(self._subjects) > KEPT:
            self._subjects.popitem(last=False)


def _text(value: object) -> str | None:
    return None if value is None else str(value)

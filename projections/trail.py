"""The trail: one row per record, with what it changed field by field, in the order of the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from domain.alignments import AlignmentProposed
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveDrafted
from projections.changes import BEGINNINGS
from projections.told import Told
from projections.views import insert_rows, subjects, trail

KEPT = 50_000


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

    def apply(self, connection: Connection, batch: Iterable[Told]) -> None:
        """Write the entries of some records, in the order of the log."""
        insert_rows(connection, trail, [self._row(connection, told) for told in batch])
        self._flush(connection)

    def _row(self, connection: Connection, told: Told) -> tuple[Any, ...]:
        subject = self._named(connection, told)
        name = told.event.__name__
        entry = {
            "event_id": told.event_id,
            "position": told.position,
            "stream_id": told.stream_id,
            "version": told.version,
            "type": name,
            "schema_version": told.event.SCHEMA,
            "stored_at": told.stored_at,
            "recorded_at": told.recorded_at,
            "effective_at": told.effective_at,
            "actor": told.actor,
            "entity": {"type": told.kind, "id": told.entity_id, "title": subject.title},
            "cycle_id": subject.cycle_id or None,
            "reason": told.reason,
            "after_freeze": told.after_freeze,
            "changes": told.changes,
            "check_in_id": told.fields.get("check_in_id"),
            "assumed": told.assumed,
            "request_id": told.request_id,
            "source": told.source,
        }
        return (
            told.position,
            told.event_id,
            told.recorded,
            told.effective,
            name,
            told.actor["id"],
            told.kind,
            told.entity_id,
            subject.cycle_id,
            None if told.reason is None else told.reason.get("code"),
            told.after_freeze,
            f",{','.join([change['field'] for change in told.changes])},",
            orjson.dumps(entry),
        )

    def _named(self, connection: Connection, told: Told) -> Subject:
        """The entity's title once this record has happened, and the cycle it belongs to."""
        entity_id = told.entity_id
        if told.event in BEGINNINGS:
            title = told.fields.get("title") or told.fields.get("name")
            return self._keep(entity_id, Subject(title, self._home(connection, told)))
        subject = self._subject(connection, entity_id)
        for change in told.changes:
            if change["field"] in ("title", "name") and change["to"] != subject.title:
                return self._keep(entity_id, subject._replace(title=change["to"]))
        return subject

    def _home(self, connection: Connection, told: Told) -> str:
        """The cycle that a new entity belongs to."""
        if told.event in (ObjectiveDrafted, AlignmentProposed):
            return told.fields["cycle_id"]
        if told.event is KeyResultAdded:
            return self._subject(connection, told.stream_id).cycle_id
        return told.entity_id if told.kind == "cycle" else ""

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
            insert_rows(connection, subjects, [(one, *self._subjects[one]) for one in ids])
            self._changed.clear()
        while len(self._subjects) > KEPT:
            self._subjects.popitem(last=False)

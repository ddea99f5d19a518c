"""What every entity has, whichever stream it lives in: an id, a beginning, a version."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from domain.changed import changed
from domain.immutable import immutable
from domain.record import Record


@immutable(kw_only=True)
class Entity:
    """An entity as decisions see it."""

    word: ClassVar[str] = "entity"
    id: UUID
    exists_from: datetime
    """The effective time of its first event."""
    version: int = 1
    """How many events touched this entity; what `ETag` and `If-Match` speak of."""
    since: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """Per changed field, the effective time of its last change."""


class BrokenStreamError(Exception):
    """A stored stream does not begin with the event that brings its entity into being."""


E = TypeVar("E", bound=Entity)


def after(entity: E, record: Record, **more: Any) -> E:
    """The entity once `record` has moved the fields it moves; `more` sets what it does not name."""
    moves = record.event.new_values()
    since = dict(entity.since) | dict.fromkeys(moves, record.effective_at)
    return changed(entity, version=entity.version + 1, since=since, **moves, **more)


def begun(entity: E | None, record: Record) -> E:
    """The entity that a record continues. Raises BrokenStreamError where there is none."""
    if entity is None:
        raise BrokenStreamError(f"stream {record.stream_id} begins with {record.event.TOPIC}")
    return entity

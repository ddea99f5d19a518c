"""An event is what happened; a record is an event with its place, its times and its author."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from domain.immutable import immutable
from domain.mandate import Mandate
from domain.values import Actor, Moved, Reason, Value


class Event(Value):
    """What happened, in the words of OKR practice. `TOPIC` and the fields are the storage format.

    A topic never changes once it is stored, wherever the class moves. A changed shape raises
    `SCHEMA` and adds a `upcast_vN_vM` that rewrites the stored fields of the older version.
    """

    TOPIC: ClassVar[str]
    SCHEMA: ClassVar[int] = 1

    @classmethod
    def as_asked(cls, command: Command) -> Self:
        """The event with the same fields as a command, which were validated with it."""
        event = cls.__new__(cls)
        event.__setstate__(
            {
                "__dict__": vars(command).copy(),
                "__pydantic_fields_set__": command.model_fields_set,
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return event

    def moves(self) -> dict[str, Moved[Any]]:
        """The fields this event moved, each with its old and new value."""
        return {
            name: cast("Moved[Any]", value)
            for name, value in vars(self).items()
            if isinstance(value, Moved)
        }

    def new_values(self) -> dict[str, Any]:
        """The fields this event moved, each with its new value."""
        return {name: move.new for name, move in self.moves().items()}


class Command(Value):
    """What somebody asks for, in the imperative. `NAME` is the word an import line uses for it."""

    NAME: ClassVar[str]
    CREATES: ClassVar[str | None] = None
    """The field that holds the new entity's id, for commands that create one."""


@immutable(kw_only=True)
class Context:
    """Who asks, when, and why. Clock and actor arrive here; a decision never looks them up."""

    actor: Actor
    now: datetime
    reason: Reason | None = None
    effective_at: datetime | None = None
    """When it was true; None means when it is recorded."""
    recorded_at: datetime | None = None
    """When the organisation learned it; only an import may say, None means the log's clock."""
    imported: bool = False
    """An import tells what did happen, so rules of process do not refuse it."""
    assumed: tuple[str, ...] = ()
    """Fields whose values the source of an import did not say."""
    request_id: str | None = None
    source: str = "api"
    mandate: Mandate | None = None
    """What the caller's roles allow; None where nobody signs in, and then everybody may."""

    @property
    def effective(self) -> datetime:
        return self.effective_at or self.recorded_at or self.now

    @property
    def reason_code(self) -> str | None:
        return self.reason.code if self.reason else None


@immutable()
class Fact:
    """One decided event, bound for a stream, not yet recorded."""

    stream_id: UUID
    event: Event
    after_freeze: bool = False
    effective_at: datetime | None = None
    """Set where the event belongs to another time than the command's, as a retraction does."""


@immutable(kw_only=True)
class Record:
    """One recorded event: what happened, to which stream, when, by whom and why.

    `position` is its place in the log (0 until it is stored), `version` its place in the stream,
    from 1. The three times are instants in UTC.
    """

    event_id: UUID
    stream_id: UUID
    version: int
    event: Event
    stored_at: datetime
    recorded_at: datetime
    effective_at: datetime
    actor: Actor
    reason: Reason | None = None
    after_freeze: bool = False
    assumed: tuple[str, ...] = field(default=())
    request_id: str | None = None
    source: str = "api"
    position: int = 0

    def placed(
        self, position: int, stored_at: datetime, recorded_at: datetime, effective_at: datetime
    ) -> Record:
        """The same record where and when it came to stand in the log."""
        return Record(
            event_id=self.event_id,
            stream_id=self.stream_id,
            version=self.version,
            event=self.event,
            stored_at=stored_at,
            recorded_at=recorded_at,
            effective_at=effective_at,
            actor=self.actor,
            reason=self.reason,
            after_freeze=self.after_freeze,
            assumed=self.assumed,
            request_id=self.request_id,
            source=self.source,
            position=position,
        )

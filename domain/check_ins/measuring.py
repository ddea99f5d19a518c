"""Measuring: a key result is checked in, with a value or the milestones reached so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast
from uuid import UUID

from domain.errors import AlreadyExists, CheckInInvalid
from domain.measures import Kind, Measure, Reading
from domain.record import Command, Context, Event
from domain.times import existed
from domain.values import Confidence, Id, Measured, Owner, Sentence, Text, Title, Value

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results.key_result import KeyResult


class Blocker(Value):
    """What stands in the way, who looks after it, and what they do next."""

    text: Sentence
    owner: Owner | None = None
    next_action: Text | None = None


class CheckedIn(Event):
    """A key result was measured. The effective time is the time of the measurement.

    Version 1 held blockers as plain texts.
    """

    TOPIC: ClassVar[str] = "key-result.checked-in"
    SCHEMA: ClassVar[int] = 2
    key_result_id: UUID
    check_in_id: UUID
    value: Measured | None = None
    reached: tuple[Title, ...] | None = None
    confidence: Confidence | None = None
    note: Text = ""
    blockers: tuple[Blocker, ...] = ()

    @staticmethod
    def upcast_v1_v2(fields: dict[str, object]) -> None:
        """Give every blocker room for an owner and a next action."""
        texts = cast("list[str]", fields.get("blockers", []))
        fields["blockers"] = [{"text": text} for text in texts]


class CheckInKeyResult(Command):
    """Record a measurement of a key result."""

    NAME: ClassVar[str] = "check_in"
    CREATES: ClassVar[str | None] = "check_in_id"
    check_in_id: Id
    key_result_id: Id
    value: Measured | None = None
    reached: tuple[Title, ...] | None = None
    confidence: Confidence | None = None
    note: Text = ""
    blockers: tuple[Blocker, ...] = ()


def check_in(
    book: Book, key_result: KeyResult, command: CheckInKeyResult, context: Context
) -> CheckedIn:
    """The measurement that is asked for. Raises AlreadyExists or CheckInInvalid."""
    if command.check_in_id in key_result.check_ins:
        raise AlreadyExists(f"The id {command.check_in_id} is taken; choose another.")
    existed(context, key_result)
    check_reading(key_result.measure, Reading(command.value, command.reached))
    for blocker in command.blockers:
        if blocker.owner is not None and blocker.owner.type == "person":
            existed(context, book.person(blocker.owner.id))
        elif blocker.owner is not None:
            existed(context, book.unit(blocker.owner.id))
    return CheckedIn.as_asked(command)


def check_reading(measure: Measure, reading: Reading) -> None:
    """Refuse a reading that the kind of key result cannot mean. Raises CheckInInvalid."""
    match measure.kind:
        case Kind.METRIC if isinstance(reading.value, bool) or reading.value is None:
            raise CheckInInvalid("Give the value as a number.", "value")
        case Kind.BOOLEAN if not isinstance(reading.value, bool):
            raise CheckInInvalid("Give the value as true or false.", "value")
        case Kind.MILESTONES:
            _check_reached(measure, reading)
            return
        case _:
            pass
    if reading.reached is not None:
        raise CheckInInvalid("Leave out reached; only milestones are reached.", "reached")


def _check_reached(measure: Measure, reading: Reading) -> None:
    if reading.reached is None or reading.value is not None:
        raise CheckInInvalid("Give reached, the names of the milestones reached so far.", "reached")
    names = {step.name for step in measure.milestones}
    unknown = [name for name in reading.reached if name not in names]
    if unknown or len(set(reading.reached)) != len(reading.reached):
        known = ", ".join(sorted(names))
        raise CheckInInvalid(f"Name each milestone once, out of: {known}.", "reached")

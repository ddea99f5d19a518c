"""Check-ins: dated measurements of a key result, in any order, corrected without loss."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeAlias, assert_never, cast
from uuid import UUID

from rpds import HashTrieMap

from domain.changed import changed
from domain.errors import (
    AlreadyExists,
    CheckInInvalid,
    CheckInNotFound,
    CheckInRetractedAlready,
    ReasonRequired,
)
from domain.immutable import immutable
from domain.measures import Kind, Measure, Reading
from domain.record import Command, Context, Event, Fact, Record
from domain.rules import Activity, permit
from domain.standing import key_result_must_be_live, objective_must_be_live
from domain.times import existed
from domain.values import (
    Confidence,
    Id,
    Instant,
    Measured,
    Moved,
    Owner,
    Sentence,
    Text,
    Title,
    Value,
    moved,
)

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results.key_result import KeyResult


class Blocker(Value):
    """What stands in the way, who looks after it, and what they do next."""

    text: Sentence
    owner: Owner | None = None
    next_action: Text | None = None


# Events: topics and fields are the storage format.


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


class CheckInCorrected(Event):
    """A check-in had been entered wrongly; what it said before stays known."""

    TOPIC: ClassVar[str] = "key-result.check-in-corrected"
    key_result_id: UUID
    check_in_id: UUID
    value: Moved[Measured | None] | None = None
    reached: Moved[tuple[Title, ...] | None] | None = None
    confidence: Moved[Confidence | None] | None = None
    note: Moved[Text] | None = None
    measured_at: Moved[Instant] | None = None


class CheckInRetracted(Event):
    """A check-in should never have been made; it no longer counts."""

    TOPIC: ClassVar[str] = "key-result.check-in-retracted"
    key_result_id: UUID
    check_in_id: UUID
    measured_at: Instant


CheckInEvent = CheckedIn | CheckInCorrected | CheckInRetracted


@immutable()
class CheckIn:
    """One measurement as it now stands."""

    id: UUID
    measured_at: datetime
    rank: int
    """The version that last touched it: of two at the same instant the later recorded wins."""
    reading: Reading
    confidence: int | None
    note: str
    retracted: bool = False


Series: TypeAlias = "HashTrieMap[UUID, CheckIn]"
"""The check-ins of a key result by their ids. One more shares all others with the series before,
so it costs no more after a thousand than after ten."""

UNMEASURED: Series = HashTrieMap()


def latest(check_ins: Series, until: datetime | None = None) -> CheckIn | None:
    """The measurement that counts, now or until an instant: the latest measured that stands."""
    standing = (
        check_in
        for check_in in check_ins.values()
        if not check_in.retracted and (until is None or check_in.measured_at <= until)
    )
    return max(standing, key=lambda one: (one.measured_at, one.rank), default=None)


def apply_check_in(check_ins: Series, event: CheckInEvent, record: Record) -> Series:
    """The series after one more record."""
    match event:
        case CheckedIn():
            check_in = CheckIn(
                id=event.check_in_id,
                measured_at=record.effective_at,
                rank=record.version,
                reading=_reading(event),
                confidence=event.confidence,
                note=event.note,
            )
        case CheckInCorrected():
            check_in = _corrected(check_ins[event.check_in_id], event, record)
        case CheckInRetracted():
            check_in = changed(check_ins[event.check_in_id], retracted=True, rank=record.version)
        case _:
            assert_never(event)
    return check_ins.insert(check_in.id, check_in)


def _reading(said: CheckedIn | CheckInKeyResult) -> Reading:
    return Reading(said.value, said.reached)


def _corrected(check_in: CheckIn, event: CheckInCorrected, record: Record) -> CheckIn:
    moves = event.new_values()
    reading = replace(
        check_in.reading, **{name: moves[name] for name in ("value", "reached") if name in moves}
    )
    return changed(
        check_in,
        rank=record.version,
        reading=reading,
        measured_at=moves.get("measured_at", check_in.measured_at),
        confidence=moves.get("confidence", check_in.confidence),
        note=moves.get("note", check_in.note),
    )


# Commands and their decisions.


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


class CorrectCheckIn(Command):
    """Say what a check-in should have said; the effective time is the corrected measuring time."""

    NAME: ClassVar[str] = "correct_check_in"
    key_result_id: Id
    check_in_id: Id
    value: Measured | None = None
    reached: tuple[Title, ...] | None = None
    confidence: Confidence | None = None
    note: Text | None = None


class RetractCheckIn(Command):
    """Say that a check-in should never have been made."""

    NAME: ClassVar[str] = "retract_check_in"
    key_result_id: Id
    check_in_id: Id


CheckInCommand = CheckInKeyResult | CorrectCheckIn | RetractCheckIn


def decide(book: Book, command: CheckInCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a key result is measured, or a measurement corrected or retracted."""
    objective, key_result = book.key_result(command.key_result_id)
    cycle = book.cycle(objective.cycle_id)
    if isinstance(command, CheckInKeyResult):
        objective_must_be_live(objective, context)
        key_result_must_be_live(key_result, context)
        after_freeze = permit(cycle.state, Activity.CHECK_IN, context)
        event = _check_in(book, key_result, command, context)
        return (Fact(objective.id, event, after_freeze),)
    check_in = _standing(key_result, command.check_in_id)
    after_freeze = permit(cycle.state, Activity.CORRECT_CHECK_IN, context)
    if context.reason is None and not context.imported:
        raise ReasonRequired("Give a reason to correct or retract a check-in.")
    if isinstance(command, RetractCheckIn):
        event = CheckInRetracted(
            key_result_id=key_result.id,
            check_in_id=check_in.id,
            measured_at=check_in.measured_at,
        )
        return (Fact(objective.id, event, after_freeze, check_in.measured_at),)
    return _correct(objective.id, key_result, check_in, command, context, after_freeze)


def _standing(key_result: KeyResult, check_in_id: UUID) -> CheckIn:
    check_in = key_result.check_ins.get(check_in_id)
    if check_in is None:
        raise CheckInNotFound(f"The key result has no check-in {check_in_id}; check the id.")
    if check_in.retracted:
        raise CheckInRetractedAlready("The check-in is retracted; make a new one instead.")
    return check_in


def _check_in(
    book: Book, key_result: KeyResult, command: CheckInKeyResult, context: Context
) -> CheckedIn:
    if command.check_in_id in key_result.check_ins:
        raise AlreadyExists(f"The id {command.check_in_id} is taken; choose another.")
    existed(context, key_result)
    _check_reading(key_result.measure, _reading(command))
    for blocker in command.blockers:
        if blocker.owner is not None and blocker.owner.type == "person":
            existed(context, book.person(blocker.owner.id))
        elif blocker.owner is not None:
            existed(context, book.unit(blocker.owner.id))
    return CheckedIn.as_asked(command)


def _check_reading(measure: Measure, reading: Reading) -> None:
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


def _correct(
    objective_id: UUID,
    key_result: KeyResult,
    check_in: CheckIn,
    command: CorrectCheckIn,
    context: Context,
    after_freeze: bool,
) -> tuple[Fact, ...]:
    measured_at = context.effective_at or check_in.measured_at
    given = command.model_fields_set - ({"note"} if command.note is None else set())
    old = {
        "value": check_in.reading.value,
        "reached": check_in.reading.reached,
        "confidence": check_in.confidence,
        "note": check_in.note,
    }
    moves = {key: moved(old[key], getattr(command, key)) for key in old if key in given}
    event = CheckInCorrected.model_validate(
        {
            "key_result_id": key_result.id,
            "check_in_id": check_in.id,
            "measured_at": moved(check_in.measured_at, measured_at),
            **moves,
        }
    )
    if not event.new_values():
        return ()
    existed(context, key_result)
    reading = replace(
        check_in.reading,
        **{key: getattr(command, key) for key in ("value", "reached") if key in given},
    )
    if not given.isdisjoint(("value", "reached")):
        _check_reading(key_result.measure, reading)
    return (Fact(objective_id, event, after_freeze, measured_at),)

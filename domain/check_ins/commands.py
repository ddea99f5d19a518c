"""Every command about a check-in, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.check_ins.correcting import CorrectCheckIn, correct
from domain.check_ins.measuring import CheckInKeyResult, check_in
from domain.check_ins.retracting import RetractCheckIn, retract
from domain.errors import CheckInNotFound, CheckInRetractedAlready, ReasonRequired
from domain.record import Context, Fact
from domain.rules import Activity, permit
from domain.standing import key_result_must_be_live, objective_must_be_live

if TYPE_CHECKING:
    from domain.book import Book
    from domain.check_ins.series import CheckIn
    from domain.key_results.key_result import KeyResult

CheckInCommand = CheckInKeyResult | CorrectCheckIn | RetractCheckIn


def decide(book: Book, command: CheckInCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a key result is measured, or a measurement corrected or retracted."""
    objective, key_result = book.key_result(command.key_result_id)
    cycle = book.cycle(objective.cycle_id)
    if isinstance(command, CheckInKeyResult):
        objective_must_be_live(objective, context)
        key_result_must_be_live(key_result, context)
        after_freeze = permit(cycle.state, Activity.CHECK_IN, context)
        event = check_in(book, key_result, command, context)
        return (Fact(objective.id, event, after_freeze),)
    standing = _standing(key_result, command.check_in_id)
    after_freeze = permit(cycle.state, Activity.CORRECT_CHECK_IN, context)
    if context.reason is None and not context.imported:
        raise ReasonRequired("Give a reason to correct or retract a check-in.")
    if isinstance(command, RetractCheckIn):
        event = retract(command, standing)
        return (Fact(objective.id, event, after_freeze, standing.measured_at),)
    return correct(objective.id, key_result, standing, command, context, after_freeze)


def _standing(key_result: KeyResult, check_in_id: UUID) -> CheckIn:
    found = key_result.check_ins.get(check_in_id)
    if found is None:
        raise CheckInNotFound(f"The key result has no check-in {check_in_id}; check the id.")
    if found.retracted:
        raise CheckInRetractedAlready("The check-in is retracted; make a new one instead.")
    return found

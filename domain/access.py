"""Who may change what: one table, read row by row, and the one question asked of it.

It is asked where people sign in. What they may depends on states (who owns, who leads), so it is
decided on the same states as the change itself, and the append checks that they still hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain import people, reviews, scores
from domain.alignments.answering import AcceptAlignment, Answer, DeclineAlignment, WithdrawAlignment
from domain.alignments.proposing import ProposeAlignment
from domain.alignments.supporting import SupportObjectives
from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import CheckInKeyResult
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.placing import MoveCycle
from domain.cycles.planning import PlanCycle, RenameCycle, RescheduleCycle
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, ReopenCycle, StartScoring
from domain.errors import (
    AdminsOnly,
    Forbidden,
    NotTakingPart,
    NotYoursToChange,
    NotYoursToMeasure,
)
from domain.key_results.adding import AddKeyResult
from domain.key_results.adjusting import AdjustBaseline, AdjustTarget, ChangeMeasure
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.objectives.carrying_over import CarryOverObjective
from domain.objectives.closing import CloseObjective, ReopenObjective
from domain.objectives.drafting import DraftObjective
from domain.objectives.editing import (
    ChangeCommitment,
    ReassignObjective,
    ReweightObjective,
    RewordObjective,
)
from domain.objectives.promoting import PromoteKeyResult
from domain.objectives.publishing import PublishObjective
from domain.record import Command, Context
from domain.units.forming import DissolveUnit, FormUnit, MoveUnit, RenameUnit
from domain.units.members import JoinUnit, LeaveUnit
from domain.values import Owner
from domain.visible import check_seen
from domain.voices import belongs_to, may_speak_for

if TYPE_CHECKING:
    from domain.book import Book
    from domain.mandate import Mandate


class Who(StrEnum):
    """Those who may do a thing, among all who take part: members, leads and admins."""

    ADMINS = "admins"
    THEMSELF = "the person, and admins"
    SPEAKERS = "its owner, the leads of the unit that owns it, and admins"
    PARTICIPANTS = "the same, and the members of that unit"
    DOERS = "the same, and the person whom the action is for"
    MEMBERS = "everybody who takes part"
    EITHER_END = "whoever speaks for an end that it asks of, as above"


_ROWS: dict[Who, tuple[type[Command], ...]] = {
    Who.ADMINS: (
        people.RegisterPerson,
        # Sign-in finds people by these, so nobody may turn themself into somebody else.
        people.ChangeContact,
        FormUnit,
        RenameUnit,
        MoveUnit,
        DissolveUnit,
        JoinUnit,
        LeaveUnit,
        PlanCycle,
        RenameCycle,
        RescheduleCycle,
        MoveCycle,
        OpenCycle,
        FreezeCycle,
        StartScoring,
        CloseCycle,
        ReopenCycle,
    ),
    Who.THEMSELF: (people.RenamePerson,),
    Who.SPEAKERS: (
        DraftObjective,
        PublishObjective,
        RewordObjective,
        ReassignObjective,
        ReweightObjective,
        ChangeCommitment,
        CloseObjective,
        ReopenObjective,
        CarryOverObjective,
        PromoteKeyResult,
        AddKeyResult,
        RewordKeyResult,
        AdjustTarget,
        AdjustBaseline,
        ChangeMeasure,
        ReassignKeyResult,
        ReweightKeyResult,
        ChangeKeyResultCommitment,
        MoveDeadline,
        DropKeyResult,
        RestoreKeyResult,
        scores.ScoreKeyResult,
        scores.ScoreObjective,
        reviews.ReviewObjective,
    ),
    Who.PARTICIPANTS: (
        CheckInKeyResult,
        CorrectCheckIn,
        RetractCheckIn,
    ),
    Who.DOERS: (reviews.CompleteAction,),
    Who.MEMBERS: (reviews.AcknowledgeReview,),
    Who.EITHER_END: (
        ProposeAlignment,
        SupportObjectives,
        AcceptAlignment,
        DeclineAlignment,
        WithdrawAlignment,
    ),
}
ALLOWED: dict[type[Command], Who] = {
    command: who for who, commands in _ROWS.items() for command in commands
}
"""Who may ask for each command. What no row names, nobody may."""


def check(book: Book, command: Command, context: Context) -> None:
    """Refuse a command that is not the caller's to give; an import tells what did happen.

    Raises the NotFound of what the caller may not even see, and otherwise a Forbidden.
    """
    mandate = context.mandate
    if mandate is None:
        return
    for word, entity_id in _named(command):
        check_seen(book, word, entity_id, context)
    check_roles([command], mandate)
    refusal = _refusal(book, command, context, administers=mandate.administers)
    if refusal is not None:
        raise refusal


def check_roles(commands: Iterable[Command], mandate: Mandate | None) -> None:
    """Refuse what the caller's roles alone forbid: what no change, not even their own, can alter.

    Raises NotTakingPart or AdminsOnly.
    """
    if mandate is None:
        return
    for command in commands:
        if not mandate.takes_part:
            raise NotTakingPart(
                "Your role reads and changes nothing; ask an admin for another role."
            )
        if ALLOWED[type(command)] is Who.ADMINS and not mandate.administers:
            raise AdminsOnly("Ask an admin to do this.")


def _refusal(
    book: Book, command: Command, context: Context, *, administers: bool
) -> Forbidden | None:
    match ALLOWED[type(command)]:
        case Who.THEMSELF if not administers and not _is_about(command, context):
            return AdminsOnly("Ask the person, or an admin, to do this.")
        case Who.SPEAKERS if not _speaks(book, command, context):
            return NotYoursToChange("Ask its owner, or a lead of the unit that owns it.")
        case Who.PARTICIPANTS if not _takes_part(book, command, context):
            return NotYoursToMeasure("Ask its owner, or somebody of the unit that owns it.")
        case Who.DOERS if not (
            _is_for(book, command, context) or _takes_part(book, command, context)
        ):
            return NotYoursToMeasure("Ask whom the action is for, or the owner of the objective.")
        case _:
            return None


def _is_about(command: Command, context: Context) -> bool:
    return str(getattr(command, "person_id", None)) == context.actor.voice


def _is_for(book: Book, command: Command, context: Context) -> bool:
    """Whether the action that a command completes was given to the caller."""
    if not isinstance(command, reviews.CompleteAction):
        return False
    review = book.objective(command.objective_id).reviews.get(command.review_id)
    owner = None if review is None else review.actions.get(command.action_id)
    return owner is not None and str(owner) == context.actor.voice


def _speaks(book: Book, command: Command, context: Context) -> bool:
    return any(may_speak_for(book, owner, context) for owner in _owners(book, command))


def _takes_part(book: Book, command: Command, context: Context) -> bool:
    owners = _owners(book, command)
    return _speaks(book, command, context) or any(
        belongs_to(book, owner, context) for owner in owners
    )


def _named(command: Command) -> Iterator[tuple[str, UUID]]:
    """The goals and alignments that a command names, save what it brings into being."""
    for word in ("objective", "key_result"):
        if (entity_id := _existing(command, f"{word}_id")) is not None:
            yield word, entity_id
    match command:
        case ProposeAlignment(start=start, finish=finish):
            yield from ((end.type, end.id) for end in (start, finish))
        case AddKeyResult(supports=supports) | SupportObjectives(supports=supports):
            yield from (("objective", objective_id) for objective_id in supports)
        case command if isinstance(command, Answer):
            yield "alignment", command.alignment_id
        case _:
            pass


def _existing(command: Command, field: str) -> UUID | None:
    """What a field names, unless it is the id of something new."""
    return None if field == command.CREATES else getattr(command, field, None)


def _owners(book: Book, command: Command) -> tuple[Owner, ...]:
    """Those whose voice counts: the owner of an objective, and that of its key result."""
    if isinstance(command, DraftObjective):
        return (command.owner,)
    if (key_result_id := _existing(command, "key_result_id")) is not None:
        objective, key_result = book.key_result(key_result_id)
        return (
            (objective.owner,) if key_result.owner is None else (objective.owner, key_result.owner)
        )
    objective_id = _existing(command, "objective_id")
    return () if objective_id is None else (book.objective(objective_id).owner,)

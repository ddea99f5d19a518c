"""What a cycle's state allows: one table, read row by row, and the two questions asked of it."""

from enum import StrEnum

from domain.errors import CycleStateForbids, FreezeNotYoursToLift, ReasonRequired
from domain.record import Context


class CycleState(StrEnum):
    """Where a cycle stands. Dates are plans; only commands move it on."""

    PLANNED = "planned"
    OPEN = "open"
    FROZEN = "frozen"
    SCORING = "scoring"
    CLOSED = "closed"


class Activity(StrEnum):
    """What people do in a cycle, at the grain that its state decides about."""

    EDIT_CYCLE = "edit the cycle"
    CHANGE_STRUCTURE = "draft, publish or change objectives, key results and alignments"
    CHECK_IN = "check in"
    CORRECT_CHECK_IN = "correct or retract a check-in"
    SCORE = "score"
    REVIEW = "review, acknowledge or complete an action"
    CLOSE_OBJECTIVE = "close or reopen an objective"
    CARRY_OVER = "carry an objective over"


class Verdict(StrEnum):
    """The answer of the table."""

    YES = "yes"
    WITH_REASON = "with a reason, and marked"
    NO = "no"


_YES, _REASON, _NO = Verdict.YES, Verdict.WITH_REASON, Verdict.NO
_STATES = (
    CycleState.PLANNED,
    CycleState.OPEN,
    CycleState.FROZEN,
    CycleState.SCORING,
    CycleState.CLOSED,
)
_ROWS: dict[Activity, tuple[Verdict, Verdict, Verdict, Verdict, Verdict]] = {
    #                            planned  open  frozen   scoring  closed
    Activity.EDIT_CYCLE: (_YES, _YES, _YES, _YES, _NO),
    Activity.CHANGE_STRUCTURE: (_YES, _YES, _REASON, _REASON, _NO),
    Activity.CHECK_IN: (_NO, _YES, _YES, _YES, _NO),
    Activity.CORRECT_CHECK_IN: (_NO, _YES, _YES, _YES, _REASON),
    Activity.SCORE: (_NO, _NO, _NO, _YES, _REASON),
    Activity.REVIEW: (_NO, _YES, _YES, _YES, _REASON),
    Activity.CLOSE_OBJECTIVE: (_YES, _YES, _YES, _YES, _NO),
    Activity.CARRY_OVER: (_NO, _YES, _YES, _YES, _REASON),
}
ALLOWED: dict[tuple[CycleState, Activity], Verdict] = {
    (state, activity): verdict
    for activity, row in _ROWS.items()
    for state, verdict in zip(_STATES, row, strict=True)
}


_ADVICE = {
    CycleState.PLANNED: "open it",
    CycleState.OPEN: "start scoring",
    CycleState.FROZEN: "start scoring",
    CycleState.SCORING: "close it",
    CycleState.CLOSED: "reopen it",
}


def permit(state: CycleState, activity: Activity, context: Context) -> bool:
    """Whether the activity, done now, counts as a change after the freeze.

    Raises CycleStateForbids, FreezeNotYoursToLift or ReasonRequired; never for an import, which
    tells what did happen.
    """
    verdict = ALLOWED[state, activity]
    if not context.imported:
        if verdict is Verdict.NO:
            raise CycleStateForbids(
                f"The cycle is {state}, so nobody can {activity} now; {_ADVICE[state]} first."
            )
        if verdict is Verdict.WITH_REASON and activity is Activity.CHANGE_STRUCTURE:
            _admins_lift_the_freeze(state, context)
        if verdict is Verdict.WITH_REASON and context.reason is None:
            raise ReasonRequired(f"The cycle is {state}: give a reason to {activity}.")
    return verdict is not Verdict.YES and state in _STATES[2:]


def _admins_lift_the_freeze(state: CycleState, context: Context) -> None:
    if context.mandate is not None and not context.mandate.administers:
        raise FreezeNotYoursToLift(
            f"The cycle is {state}, so what was agreed is fixed; ask an admin to change it."
        )


def demand_reason_code(context: Context, change: str) -> None:
    """Targets, baselines and measures move only with a reason that can be counted."""
    if not context.imported and context.reason_code is None:
        raise ReasonRequired(
            f"Give a reason code to {change}: "
            "world_changed, priority_changed, was_wrong, irrelevant or other."
        )

"""Every refusal, named for the rule that refuses.

    Refusal
    ├── NotFound              the thing named does not exist
    ├── Forbidden             not yours to do
    ├── Invalid               the request contradicts itself
    ├── Stale                 somebody changed it since you looked
    └── RuleBroken            a rule of OKR practice or of time says no

The message tells a person what to do. HTTP statuses belong to `api/`.
"""


class Refusal(Exception):
    """A request that is refused with one sentence; nothing was recorded."""

    title = "Refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refusal):
    title = "Not found"
    hidden = False
    """Whether it exists after all, but the caller may not even know that."""


class Forbidden(Refusal):
    title = "Not yours to do"


class Invalid(Refusal):
    title = "The request contradicts itself"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Stale(Refusal):
    title = "Changed since you looked"


class RuleBroken(Refusal):
    title = "A rule refuses"


class PersonNotFound(NotFound):
    title = "No such person"


class UnitNotFound(NotFound):
    title = "No such unit"


class CycleNotFound(NotFound):
    title = "No such cycle"


class ObjectiveNotFound(NotFound):
    title = "No such objective"


class KeyResultNotFound(NotFound):
    title = "No such key result"


class CheckInNotFound(NotFound):
    title = "No such check-in"


class ReviewNotFound(NotFound):
    title = "No such review"


class ActionNotFound(NotFound):
    title = "No such action"


class AlignmentNotFound(NotFound):
    title = "No such alignment"


class EffectiveInTheFuture(RuleBroken):
    title = "History cannot be recorded ahead of time"


class EffectiveBeforeItExisted(RuleBroken):
    title = "It did not exist yet at that time"


class EffectiveTimeGoesBack(RuleBroken):
    title = "A later change of the same field is recorded already"


class RecordedBeforeTrue(RuleBroken):
    title = "Nobody learns a thing before it is true"


class RecordedInTheFuture(RuleBroken):
    title = "Recorded times lie in the past"


class RecordedTimeGoesBack(RuleBroken):
    title = "The log already holds something recorded later"


class AlreadyExists(RuleBroken):
    title = "This id is taken"


class VersionChanged(Stale):
    title = "Changed since you looked"


class LostRace(RuleBroken):
    title = "Somebody else was faster"


class KeyReused(Invalid):
    title = "This key was used for another request"


class ReasonRequired(RuleBroken):
    title = "This change needs a reason"


class UnitDissolvedAlready(RuleBroken):
    title = "The unit is dissolved"


class UnitCircle(RuleBroken):
    title = "A unit cannot stand below itself"


class NotAMember(RuleBroken):
    title = "Not a member of this unit"


class CycleEndsBeforeItStarts(Invalid):
    title = "A cycle ends after it starts"


class CycleParentCircle(RuleBroken):
    title = "A cycle cannot stand below itself"


class CycleParentFixed(RuleBroken):
    title = "The cycle's parent is fixed by its alignments"


class CycleStateForbids(RuleBroken):
    title = "The cycle's state does not allow this"


class CycleStepNotPossible(RuleBroken):
    title = "The cycle cannot take this step now"


class ObjectiveStateForbids(RuleBroken):
    title = "The objective's state does not allow this"


class KeyResultIsDropped(RuleBroken):
    title = "The key result is dropped"


class MeasureInvalid(Invalid):
    title = "The measure does not fit its kind"


class CarryOverNotLater(RuleBroken):
    title = "Objectives are carried over to a later cycle"


class CheckInInvalid(Invalid):
    title = "The check-in does not fit the key result"


class CheckInRetractedAlready(RuleBroken):
    title = "The check-in is retracted"


class AlignmentWithItself(RuleBroken):
    title = "An objective is not aligned with itself"


class AlignmentCircle(RuleBroken):
    title = "Alignments must not form a circle"


class AlignmentExists(RuleBroken):
    title = "This alignment exists already"


class AlignmentCycleMismatch(RuleBroken):
    title = "Alignments go to the same cycle or one above it"


class AlignmentDecided(RuleBroken):
    title = "The alignment is no longer pending"


class AlignmentEndNotLive(RuleBroken):
    title = "This end of the alignment is closed or dropped"


class NotYoursToAlign(Forbidden):
    title = "You do not speak for this end"


class NotTakingPart(Forbidden):
    title = "Your role reads, and changes nothing"


class NotYoursToChange(Forbidden):
    title = "You do not speak for its owner"


class NotYoursToMeasure(Forbidden):
    title = "You do not take part in this"


class AdminsOnly(Forbidden):
    title = "Admins do this"


class FreezeNotYoursToLift(Forbidden):
    title = "After the freeze admins change this"

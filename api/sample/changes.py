"""What changed during a cycle: targets, words, owners, weights, things dropped and reopened."""

from datetime import date, datetime

from api.sample.journal import Journal
from api.sample.people import owner_of, voice
from api.sample.periods import PERIODS, workday
from api.sample.plans import Change, Chapter

_ENDS = ("drop_key_result", "close_objective")
_RESUMES = ("restore_key_result", "reopen_objective")


def write_changes(journal: Journal, chapter: Chapter) -> None:
    """Note every planned change of a chapter."""
    for change in chapter.changes:
        day = change_day(chapter, change)
        line_id = f"{change.of}-{change.action.replace('_', '-')}-{day:%m%d}"
        recorded_at = journal.moment(day, line_id, 10, 16)
        entity = "key_result_id" if "-kr" in change.of else "objective_id"
        journal.write(
            line_id,
            change.action,
            _effective(journal, change, recorded_at),
            change.by or voice(owner_of(change.of), day),
            recorded_at=recorded_at,
            why=change.why,
            **{entity: change.of},
            **change.fields,
        )


def change_day(chapter: Chapter, change: Change) -> date:
    """The day on which a change is recorded."""
    period = PERIODS[chapter.key]
    return period.after(change.day) if change.since_end else period.day(change.day)


def _effective(journal: Journal, change: Change, recorded_at: datetime) -> datetime:
    if change.told is None:
        return journal.at(change.of)
    if change.told == 0:
        return recorded_at
    return journal.moment(workday(recorded_at.date(), -change.told), f"{change.of} true", 9, 16)


def is_quiet(chapter: Chapter, key_result_id: str, day: date) -> bool:
    """Whether a key result is dropped, or its objective closed, on a day."""
    named = (key_result_id, key_result_id.rpartition("-")[0])
    quiet = False
    for change in chapter.changes:
        changed_on = change_day(chapter, change)
        if change.of in named and change.action in _ENDS and changed_on <= day:
            quiet = True
        if change.of in named and change.action in _RESUMES and changed_on < day:
            quiet = False
    return quiet


def current_keeper(chapter: Chapter, key_result_id: str, keeper: str | None, day: date) -> str:
    """Who looks after a key result on a day, reassignments included."""
    objective_id = key_result_id.rpartition("-")[0]
    owner = owner_of(key_result_id)
    for change in chapter.changes:
        if change_day(chapter, change) > day or "owner" not in change.fields:
            continue
        if change.of == key_result_id:
            keeper = change.fields["owner"]["id"]
        elif change.of == objective_id:
            owner = change.fields["owner"]["id"]
    return voice(keeper or owner, day)

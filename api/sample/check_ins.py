"""The weekly check-ins: what was measured, how confident people were, and in which words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.sample.changes import current_keeper, is_quiet
from api.sample.corrections import write_corrections
from api.sample.drafting import keeper, owner_field, unit_of
from api.sample.journal import Journal
from api.sample.periods import PERIODS
from api.sample.plans import Aim, Chapter, Goal, Said
from api.sample.rhythm import times
from api.sample.series import course
from api.sample.standing import Standing, Stood
from api.sample.voices import Voices, mood


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One check-in to come: its key result, its number and day, and what it is going to say."""

    key_result_id: str
    aim: Aim
    number: int
    day: date
    reading: dict[str, Any]
    said: Said | None

    @property
    def id(self) -> str:
        return check_in_id(self.key_result_id, self.number)


def check_in_id(key_result_id: str, number: int) -> str:
    """The id of the check-in of a round."""
    return f"{key_result_id}-c{number:02}"


def write_check_ins(journal: Journal, chapter: Chapter) -> Standing:
    """Note a chapter's check-ins and their corrections; answer what stands in the end."""
    standing: Standing = {}
    for key_result_id, goal, aim in chapter.aims():
        if goal.published:
            voices = Voices(unit_of(key_result_id), journal.chance(key_result_id, "voice"))
            made = standing.setdefault(key_result_id, {})
            for coming in _rounds(journal, chapter, key_result_id, goal, aim):
                _check_in(journal, chapter, coming, voices, made)
    write_corrections(journal, chapter, standing)
    return standing


def _rounds(
    journal: Journal, chapter: Chapter, key_result_id: str, goal: Goal, aim: Aim
) -> list[_Round]:
    period = PERIODS[chapter.key]
    days = period.rounds()
    readings = course(aim, len(days), journal.chance(key_result_id, "course"))
    must = {one.check_in: Said() for one in chapter.corrections}
    said = chapter.said.get(key_result_id, {})
    begins = period.day(4 if goal.carried else aim.added or 0)
    return [
        _Round(
            key_result_id=key_result_id,
            aim=aim,
            number=number,
            day=day,
            reading=reading,
            said=said.get(number, must.get(check_in_id(key_result_id, number))),
        )
        for number, (day, reading) in enumerate(zip(days, readings, strict=True), 1)
        if day > begins
    ]


def _check_in(
    journal: Journal,
    chapter: Chapter,
    coming: _Round,
    voices: Voices,
    made: dict[str, Stood],
) -> None:
    unit, certain = unit_of(coming.key_result_id), coming.said is not None
    when = times(journal, unit, coming.id, coming.number, coming.day, certain=certain)
    if when is None or is_quiet(chapter, coming.key_result_id, when[1].date()):
        return
    at, recorded_at = when
    given = keeper(chapter, coming.key_result_id, coming.aim)
    actor = current_keeper(chapter, coming.key_result_id, given, coming.day)
    fields = _spoken(coming, voices, actor)
    made[coming.id] = Stood(at, recorded_at, fields)
    journal.write(
        coming.id,
        "check_in",
        at,
        actor,
        recorded_at=recorded_at,
        key_result_id=coming.key_result_id,
        **fields,
    )


def _spoken(coming: _Round, voices: Voices, actor: str) -> dict[str, Any]:
    """The fields of a check-in: scripted where the chapter says so, else by mood."""
    said, fields = coming.said or Said(), dict(coming.reading)
    if said.value is not None:
        fields["value"] = said.value
    if said.confidence is not None:
        fields["confidence"] = said.confidence
    feeling = mood(fields["confidence"])
    note = voices.note(coming.aim, feeling, None if coming.said else fields.get("value"))
    blocker = said.blocker or _blocker(voices, feeling, actor, scripted=coming.said is not None)
    if said.note or (note and coming.said is None):
        fields["note"] = said.note or note
    if blocker is not None:
        text, next_action, owner = blocker
        fields["blockers"] = [
            {"text": text, "owner": owner_field(owner), "next_action": next_action}
        ]
    return fields


def _blocker(
    voices: Voices, feeling: Any, actor: str, *, scripted: bool
) -> tuple[str, str, str] | None:
    found = None if scripted else voices.blocker(feeling)
    return None if found is None else (*found, actor)

"""What was entered wrongly and put right later: corrected values and times, retracted check-ins."""

from dataclasses import replace
from datetime import datetime, timedelta

from api.sample.journal import Journal
from api.sample.people import owner_of, voice
from api.sample.periods import workday
from api.sample.plans import Chapter, Correction
from api.sample.standing import Standing


def write_corrections(journal: Journal, chapter: Chapter, standing: Standing) -> None:
    """Note a chapter's corrections, and apply them to what stands."""
    for correction in chapter.corrections:
        key_result_id = correction.check_in.rpartition("-")[0]
        made = standing[key_result_id]
        stood = made[correction.check_in]
        at = stood.measured_at - timedelta(days=correction.earlier)
        _write(journal, correction, key_result_id, at)
        if correction.retract:
            del made[correction.check_in]
        else:
            fields = {**stood.fields, **correction.fields}
            made[correction.check_in] = replace(stood, measured_at=at, fields=fields)


def _write(journal: Journal, correction: Correction, key_result_id: str, at: datetime) -> None:
    action = "retract_check_in" if correction.retract else "correct_check_in"
    line_id = f"{correction.check_in}-{action.partition('_')[0]}"
    measured_on = journal.at(correction.check_in).date()
    day = workday(measured_on, correction.days)
    journal.write(
        line_id,
        action,
        at,
        voice(owner_of(key_result_id), day),
        recorded_at=journal.moment(day, line_id, 9, 16),
        why=correction.why,
        key_result_id=key_result_id,
        check_in_id=correction.check_in,
        **correction.fields,
    )

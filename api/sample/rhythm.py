"""When people check in: most on the Friday itself, some days later, some not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from api.sample.journal import UNTIL, Journal
from api.sample.periods import workday


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a unit keeps its check-ins: how often it misses one, how often it is late."""

    misses: float = 0.05
    late: float = 0.09
    rounds: tuple[int, ...] | None = None
    """The only rounds in which it checks in at all; None is all of them."""
    days_late: tuple[int, int] = (1, 4)


_RHYTHMS: Mapping[str, Rhythm] = {
    "company": Rhythm(misses=0, late=0.2),
    "product": Rhythm(misses=0.08, late=0.12),
    "care": Rhythm(misses=0.03, late=0.06),
    "china": Rhythm(misses=0.02, late=0.05),
    # The unit out of rhythm: three check-ins a quarter, each entered days later.
    "data": Rhythm(misses=0, late=1, rounds=(2, 7, 12), days_late=(4, 6)),
}
_USUAL = Rhythm()


def times(
    journal: Journal, unit: str, check_in_id: str, number: int, day: date, *, certain: bool
) -> tuple[datetime, datetime] | None:
    """When a value is measured and when it is recorded; None where nobody checks in.

    A `certain` check-in is made, and in time.
    """
    rhythm = _RHYTHMS.get(unit, _USUAL)
    chance = journal.chance(check_in_id, "rhythm")
    missed, late = chance.random() < rhythm.misses, chance.random() < rhythm.late
    measured_at = journal.moment(day, check_in_id, 8, 16)
    recorded_at = measured_at
    if certain:
        missed = late = False
    elif rhythm.rounds is not None:
        missed = number not in rhythm.rounds
    if late:
        days = chance.randint(*rhythm.days_late)
        recorded_at = journal.moment(workday(day, days), f"{check_in_id} late", 8, 17)
    return None if missed or recorded_at.date() > UNTIL else (measured_at, recorded_at)

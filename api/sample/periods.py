"""The sample's cycles: two years, five quarters, and how each moved from planned to closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from api.sample.journal import UNTIL, Journal, at_hour

HOLIDAYS = frozenset(
    {
        date(2025, 12, 25),
        date(2025, 12, 26),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
    }
)
CHIEF_OF_STAFF = "p02"
"""Who plans and steps every cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A cycle with its dates; `opens` and `ended` are the working days that its days count from."""

    key: str
    name: str
    kind: str
    starts: date
    ends: date
    opens: date
    ended: date
    parent: str | None = None
    cadence: int = 7
    planned: int = -20
    drafted: int = -8
    frozen: int = 15
    scoring: int = 0
    closed: int = 9

    def day(self, number: int) -> date:
        """A working day of the cycle: 0 is the day it opens, -1 the working day before."""
        return workday(self.opens, number)

    def after(self, number: int) -> date:
        """A working day after the end: 0 is the first one."""
        return workday(self.ended, number)

    def rounds(self) -> tuple[date, ...]:
        """The days of check-ins: every Friday, or the last Friday of every month of a year."""
        fridays = list(self._fridays())
        if self.kind == "year":
            pairs = zip(fridays, [*fridays[1:], None], strict=True)
            fridays = [one for one, then in pairs if then is None or then.month != one.month]
        return tuple(one if is_workday(one) else workday(one, -1) for one in fridays)

    def _fridays(self) -> Iterator[date]:
        day = self.starts + timedelta(days=4)
        day += timedelta(days=(4 - day.weekday()) % 7)
        while day <= self.ends:
            yield day
            day += timedelta(days=7)


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


@cache
def workday(day: date, number: int) -> date:
    """The working day that lies `number` working days after (or before) a day."""
    step = timedelta(days=1 if number >= 0 else -1)
    for _ in range(abs(number)):
        day += step
        while not is_workday(day):
            day += step
    return day


_QUARTER_STARTS = {
    "25q4": ("2025 Q4", date(2025, 10, 1), date(2025, 10, 1)),
    "26q1": ("2026 Q1", date(2026, 1, 1), date(2026, 1, 5)),
    "26q2": ("2026 Q2", date(2026, 4, 1), date(2026, 4, 1)),
    "26q3": ("2026 Q3", date(2026, 7, 1), date(2026, 7, 1)),
    "26q4": ("2026 Q4", date(2026, 10, 1), date(2026, 10, 1)),
    "27q1": ("2027 Q1", date(2027, 1, 1), date(2027, 1, 4)),
}


def _quarters() -> Iterator[Period]:
    keys = list(_QUARTER_STARTS)
    for key, following in pairwise(keys):
        name, starts, opens = _QUARTER_STARTS[key]
        _, next_starts, next_opens = _QUARTER_STARTS[following]
        yield Period(
            key=key,
            name=name,
            kind="quarter",
            starts=starts,
            ends=next_starts - timedelta(days=1),
            opens=opens,
            ended=next_opens,
            parent=None if key == "26q4" else "fy26",
            frozen=25 if key == "26q4" else 15,
        )


YEAR = Period(
    key="fy26",
    name="Year 2025/26",
    kind="year",
    starts=date(2025, 10, 1),
    ends=date(2026, 9, 30),
    opens=date(2025, 10, 1),
    ended=date(2026, 10, 1),
    cadence=30,
    planned=-26,
    drafted=-22,
    frozen=32,
    scoring=2,
    closed=30,
)
NEXT_YEAR = Period(
    key="fy27",
    name="FY27",
    kind="year",
    starts=date(2026, 10, 1),
    ends=date(2027, 9, 30),
    opens=date(2026, 11, 2),
    ended=date(2027, 10, 1),
    cadence=30,
    planned=-37,
    drafted=-13,
    frozen=32,
)
PERIODS = {period.key: period for period in (YEAR, *_quarters(), NEXT_YEAR)}


def write_periods(journal: Journal) -> None:
    """Plan every cycle and take it as far as it has come."""
    for period in PERIODS.values():
        _plan(journal, period)
        for action, day, hour in _steps(period):
            if day <= UNTIL:
                _step(journal, period, action, day, hour)
    _reopen(journal, PERIODS["26q1"])
    _adopt(journal, PERIODS["26q4"])


def _plan(journal: Journal, period: Period) -> None:
    fields: dict[str, Any] = {"parent_id": period.parent} if period.parent else {}
    journal.write(
        period.key,
        "plan_cycle",
        at_hour(period.day(period.planned), 9),
        CHIEF_OF_STAFF,
        name=period.name,
        kind=period.kind,
        starts_on=str(period.starts),
        ends_on=str(period.ends),
        cadence_days=period.cadence,
        freezes_on=str(period.day(period.frozen)),
        scores_due_on=str(period.after(5)),
        **fields,
    )


def _steps(period: Period) -> tuple[tuple[str, date, int], ...]:
    return (
        ("open_cycle", period.day(0), 7),
        ("freeze_cycle", period.day(period.frozen), 18),
        ("start_scoring", period.after(period.scoring), 7),
        ("close_cycle", period.after(period.closed), 18),
    )


def _step(journal: Journal, period: Period, action: str, day: date, hour: int) -> None:
    line_id = f"{period.key}-{action.partition('_')[0]}-{day:%m%d}"
    journal.write(line_id, action, at_hour(day, hour, 30), CHIEF_OF_STAFF, cycle_id=period.key)


def _reopen(journal: Journal, winter: Period) -> None:
    """The quarter that was scored later than planned, closed, and scored again."""
    journal.write(
        "26q1-reschedule",
        "reschedule_cycle",
        at_hour(winter.day(58), 11),
        CHIEF_OF_STAFF,
        cycle_id="26q1",
        scores_due_on=str(winter.after(7)),
        why=("world_changed", "Easter falls into the week in which we score."),
    )
    journal.write(
        "26q1-reopen",
        "reopen_cycle",
        at_hour(winter.after(11), 9),
        CHIEF_OF_STAFF,
        cycle_id="26q1",
        to="scoring",
        why=("was_wrong", "Revenue was scored before two refunds were booked."),
    )
    _step(journal, winter, "close_cycle", winter.after(13), 17)


def _adopt(journal: Journal, autumn: Period) -> None:
    """The quarter that was planned before its year, and belongs to it since the year is planned."""
    day = workday(autumn.day(autumn.planned), 10)
    journal.write(
        "26q4-move",
        "move_cycle",
        at_hour(day, 10),
        CHIEF_OF_STAFF,
        cycle_id="26q4",
        parent_id="fy27",
    )
    journal.write(
        "fy27-rename",
        "rename_cycle",
        at_hour(day, 10, 5),
        CHIEF_OF_STAFF,
        cycle_id="fy27",
        name="Year 2026/27",
    )

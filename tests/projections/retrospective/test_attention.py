"""Time in each status, the rhythm of check-ins, and what it says of misses: worked out by hand."""

from __future__ import annotations

import pytest

from projections.retrospective.scope import Scope
from tests.projections.retrospective.telling import Telling, look_back, of


def test_days_in_each_status_end_with_the_quarter(where: str) -> None:
    """Opened on the 5th, checked in on the 12th at 8 and on the 19th at 5, and then never again.

    Ten and a half days later it is stale: 29 January, 21 o'clock, 59 days and 3 hours before the
    end.
    """
    telling = Telling().objective().key_result().opened()
    telling.check_in("01-12", 10, 8).check_in("01-19", 20, 5)
    found = look_back(where, telling.over()).time_in_status
    (one,) = found.key_results
    assert one.days.model_dump() == {
        "on_track": 7,
        "at_risk": 10.5,
        "off_track": 0,
        "stale": 59.12,
        "unknown": 7,
    }
    assert found.days == one.days


def test_three_of_twelve_weeks_are_no_rhythm(where: str) -> None:
    """Check-ins in the second, third (twice) and ninth week, the last one entered after 3 days.

    From 20 January to 2 March there are 41 days.
    """
    telling = Telling().objective().key_result().opened()
    telling.check_in("01-12", 10).check_in("01-19", 20).check_in("01-20", 20)
    telling.check_in("03-02", 50, known="03-05")
    found = look_back(where, telling.over()).rhythm
    assert (found.expected, found.kept, found.made, found.late) == (12, 3, 4, 1)
    assert (found.longest_gap_days, found.verdict) == (41, "out_of_rhythm")
    (one,) = found.key_results
    assert (one.kept, one.verdict) == (3, "out_of_rhythm")
    assert found.owners[0].owner.name == "Team"


def test_nothing_is_expected_of_what_was_dropped(where: str) -> None:
    """Dropped on 26 January, after three whole weeks."""
    telling = Telling().objective().key_result().opened().check_in("01-12", 10)
    telling.say("drop_key_result", "01-26", key_result_id="kr")
    found = look_back(where, telling.over()).rhythm
    assert (found.expected, found.kept) == (3, 1)


WEDNESDAYS = {"01": (7, 14, 21, 28), "02": (4, 11, 18, 25), "03": (4, 11, 18, 25)}
WEEKLY = tuple(f"{month}-{day:02}" for month, days in WEDNESDAYS.items() for day in days)


def missing(days: tuple[str, ...], misses: int) -> Telling:
    """Five key results with the same check-ins, some of which get no further than 10."""
    telling = Telling().objective()
    for number in range(5):
        name = f"kr{number}"
        telling.key_result(name)
        for day in days:
            telling.check_in(day, 10 if number < misses else 90, of=name)
    return telling.opened().over()


@pytest.mark.parametrize(
    ("days", "misses", "verdict", "unknown"),
    [
        (WEEKLY, 3, "strategy", None),
        (WEEKLY[:3], 3, "rhythm", None),
        (WEEKLY[:8], 3, "unknown", "mixed"),
        (WEEKLY, 1, "reached", None),
    ],
)
def test_who_looked_every_week_missed_by_strategy(
    where: str, days: tuple[str, ...], misses: int, verdict: str, unknown: str | None
) -> None:
    """Twelve of twelve weeks point to the plan, three to the rhythm, eight to neither.

    With four of five at 0.9 there is nothing to explain.
    """
    found = look_back(where, missing(days, misses)).strategy_or_rhythm
    assert (found.verdict, found.unknown, found.n) == (verdict, unknown, 5)
    assert found.attained_share == (5 - misses) / 5
    assert found.kept_share == round(len(days) / 12, 4)
    assert len(found.misses) == misses


def test_four_key_results_are_too_few_to_tell(where: str) -> None:
    telling = Telling().objective().key_result().check_in("01-12", 10)
    found = look_back(where, telling.opened().over()).strategy_or_rhythm
    assert (found.verdict, found.unknown) == ("unknown", "too_few")


def test_a_scope_keeps_to_what_is_owned(where: str) -> None:
    """The department sees its team's; Ada sees the one key result that is hers."""
    telling = Telling()
    telling.say("form_unit", "01-01", id="dept", name="Department", kind="department")
    telling.say("move_unit", "01-02", unit_id="team", parent_id="dept")
    telling.objective().key_result().key_result("hers", owner={"type": "person", "id": "ada"})
    telling.objective("top", unit="dept").key_result("tops", "top").opened()

    def seen(scope: Scope) -> set[str]:
        found = look_back(where, telling, scope=scope).rhythm.key_results
        return {one.key_result.id for one in found}

    assert seen(Scope(unit_id=of("dept"))) == {of("kr"), of("hers"), of("tops")}

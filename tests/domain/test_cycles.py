"""Cycles: planned, edited and moved below others."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.alignments.edges import Relation, graph_id
from domain.cycles.placing import CycleAnchored, CycleMoved, MoveCycle, ancestors
from domain.cycles.planning import (
    CyclePlanned,
    CycleRenamed,
    CycleRescheduled,
    RenameCycle,
    RescheduleCycle,
    Rhythm,
)
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, ReopenCycle, StartScoring
from domain.errors import (
    AlreadyExists,
    CycleEndsBeforeItStarts,
    CycleNotFound,
    CycleParentCircle,
    CycleParentFixed,
    EffectiveBeforeItExisted,
    UnitDissolvedAlready,
    UnitNotFound,
)
from domain.record import Command
from domain.rules import CycleState
from domain.units.forming import DissolveUnit, FormUnit, UnitKind
from domain.values import Moved
from tests.builders import (
    A_PLANNED_CYCLE,
    AN_ORGANISATION,
    EDGE,
    GROWTH,
    LOYALTY,
    NEXT_CYCLE,
    OTHER_EDGE,
    Q1,
    Q2,
    SALES,
    THREE_OBJECTIVES,
    UNKNOWN,
    YEAR,
    a_cycle_that_is,
    add,
    draft,
    plan,
    propose,
    uid,
)
from tests.spec import Steps, done, given, on

NEW_YEAR = uid("cccccccc", 9)


def test_a_cycle_is_planned_with_all_that_is_known() -> None:
    given(A_PLANNED_CYCLE).when(
        plan(
            Q2,
            parent_id=YEAR,
            unit_id=SALES,
            cadence_days=14,
            freezes_on=date(2026, 1, 15),
            scores_due_on=date(2026, 4, 7),
        )
    ).then(
        CyclePlanned(
            name="2026 Q1",
            kind=Rhythm.QUARTER,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 3, 31),
            parent_id=YEAR,
            unit_id=SALES,
            cadence_days=14,
            freezes_on=date(2026, 1, 15),
            scores_due_on=date(2026, 4, 7),
        )
    )


def test_a_cycle_is_planned_with_its_name_alone() -> None:
    given().when(plan(Q1, kind=Rhythm.CUSTOM, starts_on=None, ends_on=None)).then(
        CyclePlanned(name="2026 Q1", kind=Rhythm.CUSTOM, starts_on=None, ends_on=None)
    )


@pytest.mark.parametrize("taken", [Q1, SALES])
def test_a_cycle_is_planned_only_once(taken: UUID) -> None:
    given(A_PLANNED_CYCLE).when(plan(taken)).then_refused(AlreadyExists, f"{taken} is taken")


def test_a_cycle_of_one_day_ends_on_the_day_it_starts() -> None:
    given().when(plan(Q1, ends_on=date(2026, 1, 1))).then_accepted()


@pytest.mark.parametrize(
    "command",
    [
        plan(NEW_YEAR, ends_on=date(2025, 12, 31)),
        RescheduleCycle(cycle_id=Q1, ends_on=date(2025, 12, 31)),
        RescheduleCycle(cycle_id=Q1, starts_on=date(2026, 4, 1)),
        RescheduleCycle(cycle_id=Q1, starts_on=date(2026, 5, 1), ends_on=date(2026, 4, 1)),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_cycle_does_not_end_before_it_starts(command: Command, imported: bool) -> None:
    given(A_PLANNED_CYCLE).when(command, imported=imported).then_refused(
        CycleEndsBeforeItStarts, "the day it starts", field="ends_on"
    )


def test_a_cycle_without_one_of_its_dates_ends_whenever() -> None:
    given(plan(Q1, starts_on=None)).when(
        RescheduleCycle(cycle_id=Q1, ends_on=date(1999, 1, 1))
    ).then_accepted()
    given(plan(Q1)).when(RescheduleCycle(cycle_id=Q1, ends_on=None)).then_accepted()


@pytest.mark.parametrize(
    "command",
    [
        plan(NEW_YEAR, parent_id=UNKNOWN),
        RenameCycle(cycle_id=UNKNOWN, name="Q1"),
        RescheduleCycle(cycle_id=UNKNOWN),
        MoveCycle(cycle_id=UNKNOWN),
        MoveCycle(cycle_id=Q1, parent_id=UNKNOWN),
        OpenCycle(cycle_id=UNKNOWN),
        FreezeCycle(cycle_id=UNKNOWN),
        StartScoring(cycle_id=UNKNOWN),
        CloseCycle(cycle_id=UNKNOWN),
        ReopenCycle(cycle_id=UNKNOWN, to="open"),
    ],
)
def test_a_cycle_that_nobody_knows_is_refused(command: Command) -> None:
    given(A_PLANNED_CYCLE).when(command).then_refused(CycleNotFound, f"no cycle {UNKNOWN}")


def test_a_cycle_is_renamed() -> None:
    given(A_PLANNED_CYCLE).when(RenameCycle(cycle_id=Q1, name="Winter")).then(
        CycleRenamed(name=Moved(old="2026 Q1", new="Winter"))
    )


def test_a_cycle_is_rescheduled_in_what_is_given() -> None:
    given(A_PLANNED_CYCLE).when(
        RescheduleCycle(cycle_id=Q1, ends_on=date(2026, 4, 5), cadence_days=14)
    ).then(
        CycleRescheduled(
            ends_on=Moved(old=date(2026, 3, 31), new=date(2026, 4, 5)),
            cadence_days=Moved(old=7, new=14),
        )
    )


def test_every_date_of_a_cycle_can_be_rescheduled() -> None:
    given(A_PLANNED_CYCLE).when(
        RescheduleCycle(
            cycle_id=Q1,
            kind=Rhythm.CUSTOM,
            starts_on=None,
            ends_on=None,
            freezes_on=date(2026, 2, 1),
            scores_due_on=date(2026, 4, 1),
        )
    ).then(
        CycleRescheduled(
            kind=Moved(old=Rhythm.QUARTER, new=Rhythm.CUSTOM),
            starts_on=Moved(old=date(2026, 1, 1), new=None),
            ends_on=Moved(old=date(2026, 3, 31), new=None),
            freezes_on=Moved(old=None, new=date(2026, 2, 1)),
            scores_due_on=Moved(old=None, new=date(2026, 4, 1)),
        )
    )


def test_a_cycle_gets_a_parent_and_a_unit() -> None:
    given(plan(YEAR), plan(Q1), AN_ORGANISATION).when(
        MoveCycle(cycle_id=Q1, parent_id=YEAR, unit_id=SALES)
    ).then(CycleMoved(parent_id=Moved(old=None, new=YEAR), unit_id=Moved(old=None, new=SALES)))


def test_a_cycle_loses_its_parent_and_keeps_its_unit() -> None:
    given(AN_ORGANISATION, plan(YEAR), plan(Q1, parent_id=YEAR, unit_id=SALES)).when(
        MoveCycle(cycle_id=Q1, parent_id=None)
    ).then(CycleMoved(parent_id=Moved(old=YEAR, new=None)))


def test_a_cycle_loses_its_unit_and_keeps_its_parent() -> None:
    given(AN_ORGANISATION, plan(YEAR), plan(Q1, parent_id=YEAR, unit_id=SALES)).when(
        MoveCycle(cycle_id=Q1, unit_id=None)
    ).then(CycleMoved(unit_id=Moved(old=SALES, new=None)))


@pytest.mark.parametrize(
    "command",
    [
        RenameCycle(cycle_id=Q1, name="2026 Q1"),
        RescheduleCycle(cycle_id=Q1),
        RescheduleCycle(cycle_id=Q1, kind=Rhythm.QUARTER, cadence_days=7, freezes_on=None),
        RescheduleCycle(cycle_id=Q1, kind=None, cadence_days=None),
        MoveCycle(cycle_id=Q1),
        MoveCycle(cycle_id=Q1, parent_id=YEAR, unit_id=None),
    ],
)
@pytest.mark.parametrize("state", CycleState)
def test_what_a_cycle_is_already_records_nothing(command: Command, state: CycleState) -> None:
    given(a_cycle_that_is(state)).when(command, at=on(1, 1)).then_nothing()


@pytest.mark.parametrize("parent", [YEAR, Q1])
@pytest.mark.parametrize("imported", [False, True])
def test_a_cycle_cannot_stand_below_itself(parent: UUID, imported: bool) -> None:
    given(A_PLANNED_CYCLE).when(
        MoveCycle(cycle_id=YEAR, parent_id=parent), imported=imported
    ).then_refused(CycleParentCircle, "2026 stands above that cycle")


@pytest.mark.parametrize("parent", [None, Q2])
@pytest.mark.parametrize("imported", [False, True])
def test_a_parent_is_fixed_once_alignments_start_in_the_cycle(
    parent: UUID | None, imported: bool
) -> None:
    given(THREE_OBJECTIVES, NEXT_CYCLE, propose(GROWTH, LOYALTY, EDGE)).when(
        MoveCycle(cycle_id=Q1, parent_id=parent), imported=imported
    ).then_refused(CycleParentFixed, "Alignments start in this cycle")


MONTH, LATER_YEAR = uid("cccccccc", 7), uid("cccccccc", 6)
IN_THE_MONTH, OF_THE_QUARTER, OF_THE_YEAR = (uid("0b0b0b0b", number) for number in (5, 6, 7))
THREE_LEVELS: Steps = (
    A_PLANNED_CYCLE,
    plan(MONTH, parent_id=Q1),
    plan(LATER_YEAR),
    draft(IN_THE_MONTH, cycle_id=MONTH),
    draft(OF_THE_QUARTER, cycle_id=Q1),
    draft(OF_THE_YEAR, cycle_id=YEAR),
)
ANCHORED = CycleAnchored(anchored=Moved(old=False, new=True))


@pytest.mark.parametrize("parent", [None, LATER_YEAR])
@pytest.mark.parametrize("imported", [False, True])
def test_a_parent_is_fixed_once_alignments_pass_through_the_cycle(
    parent: UUID | None, imported: bool
) -> None:
    given(THREE_LEVELS, propose(IN_THE_MONTH, OF_THE_YEAR)).when(
        MoveCycle(cycle_id=Q1, parent_id=parent), imported=imported
    ).then_refused(CycleParentFixed, "Alignments pass through this cycle")


def test_an_alignment_that_passes_through_a_cycle_says_so_once() -> None:
    passing = given(THREE_LEVELS).when(
        propose(OF_THE_YEAR, IN_THE_MONTH, relation=Relation.PROMOTED_TO)
    )
    passing.then_accepted()
    assert [one.event for one in passing.records if one.stream_id == Q1] == [ANCHORED]
    again = passing.when(propose(IN_THE_MONTH, OF_THE_YEAR, OTHER_EDGE))
    assert {one.stream_id for one in again.records} == {graph_id(MONTH)}


def test_an_alignment_within_two_levels_leaves_the_cycle_above_free() -> None:
    given(THREE_LEVELS, propose(IN_THE_MONTH, OF_THE_QUARTER)).when(
        MoveCycle(cycle_id=Q1, parent_id=LATER_YEAR)
    ).then(CycleMoved(parent_id=Moved(old=YEAR, new=LATER_YEAR)))
    given(THREE_LEVELS, propose(IN_THE_MONTH, OF_THE_YEAR)).when(
        MoveCycle(cycle_id=YEAR, parent_id=LATER_YEAR)
    ).then(CycleMoved(parent_id=Moved(old=None, new=LATER_YEAR)))


def test_a_key_result_that_supports_two_above_anchors_the_cycle_between_once() -> None:
    other = uid("0b0b0b0b", 8)
    supporting = add(objective_id=IN_THE_MONTH, supports=(OF_THE_YEAR, other))
    story = given(THREE_LEVELS, draft(other, cycle_id=YEAR)).when(supporting)
    assert [one.event for one in story.records if one.stream_id == Q1] == [ANCHORED]


@pytest.mark.parametrize("imported", [False, True])
def test_no_alignment_passes_through_a_cycle_before_it_existed(imported: bool) -> None:
    given(
        AN_ORGANISATION,
        plan(YEAR),
        plan(MONTH),
        draft(IN_THE_MONTH, cycle_id=MONTH),
        draft(OF_THE_YEAR, cycle_id=YEAR),
        done(plan(Q1, parent_id=YEAR), at=on(2, 1)),
        MoveCycle(cycle_id=MONTH, parent_id=Q1),
    ).when(propose(IN_THE_MONTH, OF_THE_YEAR), at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the cycle {Q1}"
    )


def test_a_cycle_with_alignments_may_still_go_to_another_unit() -> None:
    given(THREE_OBJECTIVES, propose(GROWTH, LOYALTY, EDGE)).when(
        MoveCycle(cycle_id=Q1, unit_id=SALES)
    ).then(CycleMoved(unit_id=Moved(old=None, new=SALES)))


@pytest.mark.parametrize(
    "command", [plan(Q2, unit_id=SALES), MoveCycle(cycle_id=Q1, unit_id=SALES)]
)
def test_a_cycle_belongs_to_a_unit_that_takes_part(command: Command) -> None:
    dissolved = (A_PLANNED_CYCLE, DissolveUnit(unit_id=SALES))
    given(dissolved).when(command).then_refused(UnitDissolvedAlready, "Sales is dissolved")
    given(dissolved).when(command, imported=True).then_accepted()
    given(plan(Q1)).when(command).then_refused(UnitNotFound, f"no unit {SALES}")


def test_a_cycle_of_a_dissolved_unit_may_still_change_its_parent() -> None:
    given(AN_ORGANISATION, plan(YEAR), plan(Q1, unit_id=SALES), DissolveUnit(unit_id=SALES)).when(
        MoveCycle(cycle_id=Q1, parent_id=YEAR, unit_id=SALES)
    ).then(CycleMoved(parent_id=Moved(old=None, new=YEAR)))


@pytest.mark.parametrize(("days", "fine"), [(0, False), (1, True), (366, True), (367, False)])
def test_a_rhythm_of_check_ins_is_a_day_to_a_year(days: int, fine: bool) -> None:
    if fine:
        given().when(plan(Q1, cadence_days=days)).then_accepted()
    else:
        with pytest.raises(ValidationError, match="cadence_days"):
            plan(Q1, cadence_days=days)


A_YOUNG_UNIT = FormUnit(unit_id=uid("bbbbbbbb", 8), name="Young", kind=UnitKind.TEAM)


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (plan(NEW_YEAR, parent_id=YEAR), "cycle"),
        (plan(NEW_YEAR, unit_id=A_YOUNG_UNIT.unit_id), "unit"),
        (MoveCycle(cycle_id=Q1, parent_id=YEAR), "cycle"),
        (MoveCycle(cycle_id=Q1, unit_id=A_YOUNG_UNIT.unit_id), "unit"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_cycle_has_no_part_in_what_came_later(
    command: Command, word: str, imported: bool
) -> None:
    old = done(plan(Q1), at=on(1, 1))
    given(old, plan(YEAR), A_YOUNG_UNIT).when(command, at=on(1, 2), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the {word}"
    )


def test_a_cycle_may_enter_a_parent_before_that_parent_entered_another() -> None:
    given(
        done(plan(Q1), at=on(1, 1)),
        done(plan(YEAR), at=on(1, 1)),
        plan(NEW_YEAR),
        MoveCycle(cycle_id=YEAR, parent_id=NEW_YEAR),
    ).when(MoveCycle(cycle_id=Q1, parent_id=YEAR), at=on(1, 2)).then_accepted()


def test_the_ancestors_of_a_cycle_begin_with_itself() -> None:
    book = given(A_PLANNED_CYCLE).book
    assert ancestors(book, book.cycle(Q1)) == (Q1, YEAR)

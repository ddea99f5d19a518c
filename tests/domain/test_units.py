"""Units: formed, renamed, moved and dissolved; people join, change their role and leave."""

import pytest

from domain.errors import (
    AlreadyExists,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    NotAMember,
    PersonNotFound,
    UnitCircle,
    UnitDissolvedAlready,
    UnitNotFound,
)
from domain.people import RegisterPerson
from domain.record import Command
from domain.units.forming import (
    DissolveUnit,
    FormUnit,
    MoveUnit,
    RenameUnit,
    UnitDissolved,
    UnitFormed,
    UnitKind,
    UnitMoved,
    UnitRenamed,
    UnitState,
)
from domain.units.members import JoinUnit, LeaveUnit, MemberJoined, MemberLeft, Role
from domain.values import Moved
from tests.builders import (
    AN_ORGANISATION,
    ANNA,
    BEN,
    CARA,
    COMPANY,
    SALES,
    SUPPORT,
    UNKNOWN,
    uid,
)
from tests.spec import Steps, done, given, on

TEAM = uid("bbbbbbbb", 9)
A_TEAM = FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM, parent_id=SALES)
SALES_IS_DISSOLVED = (AN_ORGANISATION, DissolveUnit(unit_id=SALES))


def test_a_unit_is_formed_below_another() -> None:
    given(AN_ORGANISATION).when(A_TEAM).then(
        UnitFormed(name="North", kind=UnitKind.TEAM, parent_id=SALES)
    )


def test_a_unit_is_formed_at_the_top() -> None:
    given().when(FormUnit(unit_id=COMPANY, name="Company", kind=UnitKind.COMPANY)).then(
        UnitFormed(name="Company", kind=UnitKind.COMPANY)
    )


@pytest.mark.parametrize("taken", [SALES, ANNA])
def test_a_unit_is_formed_only_once(taken: object) -> None:
    command = FormUnit.model_validate({"unit_id": taken, "name": "Sales", "kind": "team"})
    given(AN_ORGANISATION).when(command).then_refused(AlreadyExists, "is taken")


@pytest.mark.parametrize(
    "command",
    [
        FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM, parent_id=UNKNOWN),
        RenameUnit(unit_id=UNKNOWN, name="North"),
        MoveUnit(unit_id=UNKNOWN, parent_id=None),
        MoveUnit(unit_id=SALES, parent_id=UNKNOWN),
        DissolveUnit(unit_id=UNKNOWN),
        JoinUnit(unit_id=UNKNOWN, person_id=ANNA),
        LeaveUnit(unit_id=UNKNOWN, person_id=ANNA),
    ],
)
def test_a_unit_that_nobody_knows_is_refused(command: Command) -> None:
    given(AN_ORGANISATION).when(command).then_refused(UnitNotFound, f"no unit {UNKNOWN}")


def test_a_unit_is_renamed() -> None:
    given(AN_ORGANISATION).when(RenameUnit(unit_id=SALES, name="Revenue")).then(
        UnitRenamed(name=Moved(old="Sales", new="Revenue"))
    )


def test_a_unit_moves_below_another() -> None:
    given(AN_ORGANISATION).when(MoveUnit(unit_id=SALES, parent_id=SUPPORT)).then(
        UnitMoved(parent_id=Moved(old=COMPANY, new=SUPPORT))
    )


def test_a_unit_moves_to_the_top() -> None:
    given(AN_ORGANISATION).when(MoveUnit(unit_id=SALES, parent_id=None)).then(
        UnitMoved(parent_id=Moved(old=COMPANY, new=None))
    )


@pytest.mark.parametrize("parent", [COMPANY, SALES, TEAM])
@pytest.mark.parametrize("imported", [False, True])
def test_a_unit_cannot_stand_below_itself(parent: object, imported: bool) -> None:
    command = MoveUnit.model_validate({"unit_id": COMPANY, "parent_id": parent})
    given(AN_ORGANISATION, A_TEAM).when(command, imported=imported).then_refused(
        UnitCircle, "Company stands above that unit"
    )


def test_a_unit_is_dissolved() -> None:
    given(AN_ORGANISATION).when(DissolveUnit(unit_id=SALES)).then(
        UnitDissolved(state=Moved(old=UnitState.ACTIVE, new=UnitState.DISSOLVED))
    )


def test_a_person_joins_a_unit() -> None:
    given(AN_ORGANISATION).when(JoinUnit(unit_id=SALES, person_id=BEN)).then(
        MemberJoined(person_id=BEN, role=Role.MEMBER)
    )


def test_a_member_takes_another_role() -> None:
    given(AN_ORGANISATION).when(JoinUnit(unit_id=SALES, person_id=CARA, role=Role.LEAD)).then(
        MemberJoined(person_id=CARA, role=Role.LEAD, previous=Role.MEMBER)
    )


def test_a_member_leaves() -> None:
    given(AN_ORGANISATION).when(LeaveUnit(unit_id=SALES, person_id=ANNA)).then(
        MemberLeft(person_id=ANNA, role=Role.LEAD)
    )


def test_nobody_leaves_what_they_are_no_member_of() -> None:
    given(AN_ORGANISATION, LeaveUnit(unit_id=SALES, person_id=ANNA)).when(
        LeaveUnit(unit_id=SALES, person_id=ANNA)
    ).then_refused(NotAMember, "not a member of Sales")


def test_a_member_who_left_leaves_the_others_where_they_are() -> None:
    given(AN_ORGANISATION, LeaveUnit(unit_id=SALES, person_id=ANNA)).when(
        LeaveUnit(unit_id=SALES, person_id=CARA)
    ).then_accepted()


def test_only_a_known_person_joins() -> None:
    given(AN_ORGANISATION).when(JoinUnit(unit_id=SALES, person_id=UNKNOWN)).then_refused(
        PersonNotFound, f"no person {UNKNOWN}"
    )


@pytest.mark.parametrize(
    "command",
    [
        RenameUnit(unit_id=SALES, name="Sales"),
        MoveUnit(unit_id=SALES, parent_id=COMPANY),
        JoinUnit(unit_id=SALES, person_id=CARA, role=Role.MEMBER),
    ],
)
def test_what_is_so_already_records_nothing(command: Command) -> None:
    given(AN_ORGANISATION).when(command, at=on(1, 1)).then_nothing()


def test_a_unit_is_dissolved_only_once() -> None:
    given(SALES_IS_DISSOLVED).when(DissolveUnit(unit_id=SALES), at=on(1, 1)).then_nothing()


BUILDING_ON_SALES = [
    FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM, parent_id=SALES),
    RenameUnit(unit_id=SALES, name="Revenue"),
    MoveUnit(unit_id=SALES, parent_id=None),
    MoveUnit(unit_id=SUPPORT, parent_id=SALES),
    JoinUnit(unit_id=SALES, person_id=BEN),
    LeaveUnit(unit_id=SALES, person_id=ANNA),
]


@pytest.mark.parametrize("command", BUILDING_ON_SALES)
def test_nobody_builds_on_a_dissolved_unit(command: Command) -> None:
    given(SALES_IS_DISSOLVED).when(command).then_refused(
        UnitDissolvedAlready, "The unit Sales is dissolved"
    )


@pytest.mark.parametrize("command", BUILDING_ON_SALES)
def test_an_import_may_build_on_a_dissolved_unit(command: Command) -> None:
    given(SALES_IS_DISSOLVED).when(command, imported=True).then_accepted()


@pytest.mark.parametrize("command", [*BUILDING_ON_SALES, DissolveUnit(unit_id=SALES)])
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_happens_to_a_unit_before_it_was_formed(command: Command, imported: bool) -> None:
    given(AN_ORGANISATION).when(command, at=on(1, 4), imported=imported).then_refused(
        EffectiveBeforeItExisted, "did not exist before"
    )


def test_a_unit_stands_below_none_that_was_formed_later() -> None:
    young = FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM)
    old = done(FormUnit(unit_id=uid("bbbbbbbb", 8), name="Old", kind=UnitKind.TEAM), at=on(1, 1))
    given(old, young).when(
        MoveUnit(unit_id=uid("bbbbbbbb", 8), parent_id=TEAM), at=on(1, 3)
    ).then_refused(EffectiveBeforeItExisted, f"the unit {TEAM} did not exist before")


def test_nobody_joins_before_they_were_known() -> None:
    old = done(FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM), at=on(1, 1))
    given(old, RegisterPerson(person_id=ANNA)).when(
        JoinUnit(unit_id=TEAM, person_id=ANNA), at=on(1, 3)
    ).then_refused(EffectiveBeforeItExisted, f"the person {ANNA} did not exist before")


def test_nobody_joins_a_unit_before_it_was_formed() -> None:
    old = done(RegisterPerson(person_id=ANNA), at=on(1, 1))
    given(old, FormUnit(unit_id=TEAM, name="North", kind=UnitKind.TEAM)).when(
        JoinUnit(unit_id=TEAM, person_id=ANNA), at=on(1, 3)
    ).then_refused(EffectiveBeforeItExisted, f"the unit {TEAM} did not exist before")


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (RenameUnit(unit_id=SALES, name="R"), RenameUnit(unit_id=SALES, name="S"), "name"),
        (
            MoveUnit(unit_id=SALES, parent_id=None),
            MoveUnit(unit_id=SALES, parent_id=COMPANY),
            "parent id",
        ),
    ],
)
def test_a_unit_does_not_change_before_its_last_change(
    first: Command, second: Command, field: str
) -> None:
    changed = (AN_ORGANISATION, done(first, at=on(2, 1)))
    given(changed).when(second, at=on(2, 1)).then_accepted()
    given(changed).when(second, at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, f"the {field} of unit {SALES} changed then"
    )


BEN_JOINED = (AN_ORGANISATION, done(JoinUnit(unit_id=SALES, person_id=BEN), at=on(2, 1)))
BEN_LEFT = (AN_ORGANISATION, done(LeaveUnit(unit_id=SUPPORT, person_id=BEN), at=on(2, 1)))


@pytest.mark.parametrize(
    ("changed", "command"),
    [
        (BEN_JOINED, JoinUnit(unit_id=SALES, person_id=BEN, role=Role.LEAD)),
        (BEN_JOINED, LeaveUnit(unit_id=SALES, person_id=BEN)),
        (BEN_LEFT, JoinUnit(unit_id=SUPPORT, person_id=BEN)),
    ],
)
def test_a_membership_does_not_change_before_its_last_change(
    changed: Steps, command: Command
) -> None:
    given(changed).when(command, at=on(2, 1)).then_accepted()
    given(changed).when(command, at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, "the membership changed then"
    )


def test_a_membership_may_change_before_that_of_somebody_else_did() -> None:
    given(BEN_JOINED).when(LeaveUnit(unit_id=SALES, person_id=ANNA), at=on(1, 31)).then_accepted()

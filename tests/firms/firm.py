"""Whole firms: an organisation and a calendar that change, and all that is done in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.cycles.placing import MoveCycle
from domain.cycles.planning import PlanCycle, RenameCycle, RescheduleCycle, Rhythm
from domain.cycles.steps import CloseCycle, ReopenCycle, StartScoring
from domain.people import ChangeContact, RegisterPerson, RenamePerson
from domain.record import Command
from domain.units.forming import DissolveUnit, FormUnit, MoveUnit, UnitKind
from domain.units.members import JoinUnit, LeaveUnit, Role
from tests.firms.measuring import (
    CYCLES,
    DEPARTMENT,
    MEASURING,
    NEXT,
    OTHER_PERSON,
    PEOPLE,
    UNITS,
    YEAR,
    day_of,
)
from tests.firms.negotiating import NEGOTIATING, Negotiating
from tests.histories import (
    CYCLE,
    START,
    UNIT,
    Step,
    histories,
)

ORGANISING = (
    *("draft", "add", "add_boolean", "check_in", "reassign", "reweight_objective", "commit"),
    *("close", "reopen"),
    *("join", "leave", "move_unit", "move_unit", "dissolve", "rename_unit", "rename_person"),
    *("contact", "reschedule", "move_cycle", "rename_cycle", "open", "freeze", "start_scoring"),
    *("close_cycle", "reopen_cycle"),
)
BEGINNING = ("draft", "draft", "add", "add_within", "add_milestones", "check_in", "check_in")

firm_steps: SearchStrategy[list[Step]] = st.one_of(
    *(
        histories(BEGINNING, actions)
        for actions in (MEASURING, ORGANISING, NEGOTIATING, MEASURING + ORGANISING + NEGOTIATING)
    )
)
"""Histories that keep to one matter, which is then told deeper, or mix them all."""


class Firm(Negotiating):
    """A company that does everything a company can do."""

    def found(self) -> None:
        self.do(FormUnit(unit_id=DEPARTMENT, name="Department", kind=UnitKind.DEPARTMENT))
        self.do(RegisterPerson(person_id=OTHER_PERSON, name="Grace"))
        super().found()
        self.do(MoveUnit(unit_id=UNIT, parent_id=DEPARTMENT))
        starts = START.date()
        self.do(PlanCycle(cycle_id=YEAR, name="Year", kind=Rhythm.YEAR, starts_on=starts))
        later = starts + timedelta(days=81)
        self.do(PlanCycle(cycle_id=NEXT, name="Q2", starts_on=later, parent_id=YEAR))
        self.do(MoveCycle(cycle_id=CYCLE, parent_id=YEAR))

    def _join(self, which: int, number: int) -> Command:
        role = list(Role)[number % 2]
        return JoinUnit(unit_id=UNITS[which % 3], person_id=PEOPLE[number % 2], role=role)

    def _leave(self, which: int, number: int) -> Command:
        return LeaveUnit(unit_id=UNITS[which % 3], person_id=PEOPLE[number % 2])

    def _move_unit(self, which: int, number: int) -> Command:
        return MoveUnit(unit_id=UNITS[which % 3], parent_id=(*UNITS, None)[number % 4])

    def _dissolve(self, which: int, _number: int) -> Command:
        return DissolveUnit(unit_id=UNITS[which % 3])

    def _rename_person(self, which: int, number: int) -> Command:
        return RenamePerson(person_id=PEOPLE[which % 2], name=f"Person {number}")

    def _contact(self, which: int, number: int) -> Command:
        return ChangeContact(person_id=PEOPLE[which % 2], email=f"{number}@example.org")

    def _reschedule(self, which: int, number: int) -> Command:
        changes: dict[str, Any] = (
            {"cadence_days": 1 + number},
            {"ends_on": START.date() + timedelta(days=number)},
            {"freezes_on": day_of(number), "scores_due_on": None},
        )[number % 3]
        return RescheduleCycle.model_validate({"cycle_id": CYCLES[which % 3]} | changes)

    def _rename_cycle(self, which: int, number: int) -> Command:
        return RenameCycle(cycle_id=CYCLES[which % 3], name=f"Cycle {number}")

    def _move_cycle(self, which: int, number: int) -> Command:
        if number % 2:
            return MoveCycle(cycle_id=CYCLES[which % 3], unit_id=(*UNITS, None)[number % 4])
        return MoveCycle(cycle_id=CYCLES[which % 3], parent_id=(*CYCLES, None)[number % 4])

    def _start_scoring(self, _which: int, _number: int) -> Command:
        return StartScoring(cycle_id=CYCLE)

    def _close_cycle(self, _which: int, _number: int) -> Command:
        return CloseCycle(cycle_id=CYCLE)

    def _reopen_cycle(self, _which: int, number: int) -> Command:
        return ReopenCycle(cycle_id=CYCLE, to="scoring" if number % 2 else "open")

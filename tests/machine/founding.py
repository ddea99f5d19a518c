"""What a random company begins with."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.machine.company import Company
from tests.machine.model import Thing

FIRST_STEPS = (0, 1, 1, 1, 2, 3, 3, 4)
"""How far the first quarter has come when chance takes over."""

FIRST_MEASURES: tuple[Thing, ...] = (
    {"kind": "metric", "direction": "increase", "baseline": 0, "target": 10},
    {"kind": "boolean"},
    {"kind": "metric", "direction": "at_most", "target": 5},
    {"kind": "milestones", "milestones": ({"name": "Built", "weight": 1},)},
    {"kind": "metric", "baseline": 2, "target": 2},
    {"kind": "metric", "direction": "within", "baseline": 2, "target": 4},
)


class Founded(Company):
    """People, units, cycles and a first plan, so that chance has something to work on."""

    @initialize(steps=st.sampled_from(FIRST_STEPS))
    def found(self, steps: int) -> None:
        """Three people, of whom two lead, a year with three quarters, and a first plan."""
        teams, cycles = self._organisation(), self._calendar()
        self._plan(teams, cycles)
        for name in ("open_cycle", "freeze_cycle", "start_scoring", "close_cycle")[:steps]:
            self.set_up(name, cycle_id=cycles[1])
            if name == "open_cycle":
                self._measurements()

    def _organisation(self) -> list[UUID]:
        people = [self.new() for _ in range(3)]
        for number, person_id in enumerate(people):
            self.set_up("register_person", person_id=person_id, name=f"Person {number}")
        company, *teams = (self.new() for _ in range(3))
        self.set_up("form_unit", unit_id=company, name="Company", kind="company")
        for team, lead in zip(teams, people, strict=False):
            self.set_up("form_unit", unit_id=team, name="Team", kind="team", parent_id=company)
            self.set_up("join_unit", unit_id=team, person_id=lead, role="lead")
        return teams

    def _calendar(self) -> list[UUID]:
        year, *quarters = (self.new() for _ in range(4))
        self.set_up("plan_cycle", cycle_id=year, name="2026", starts_on=date(2026, 1, 1))
        for number, cycle_id in reversed(list(enumerate(quarters))):
            starts_on = date(2026, 1 + 3 * number, 1)
            self.set_up(
                "plan_cycle", cycle_id=cycle_id, name="Q", starts_on=starts_on, parent_id=year
            )
        self.set_up("open_cycle", cycle_id=year)
        return [year, *quarters]

    def _plan(self, teams: list[UUID], cycles: list[UUID]) -> None:
        """An objective of each team and one of the year, and key results of every kind."""
        owners = [{"type": "unit", "id": team} for team in teams]
        aims = [self.new() for _ in range(3)]
        for objective_id, cycle_id, owner in zip(
            aims, (cycles[1], cycles[1], cycles[0]), (*owners, owners[0]), strict=True
        ):
            self.set_up(
                "draft_objective",
                objective_id=objective_id,
                cycle_id=cycle_id,
                owner=owner,
                title="Grow",
            )
            self.set_up("publish_objective", objective_id=objective_id)
        for objective_id, measure in zip(aims * 2, FIRST_MEASURES, strict=False):
            self.set_up(
                "add_key_result",
                key_result_id=self.new(),
                objective_id=objective_id,
                title="Key result",
                **measure,
            )

    def _measurements(self) -> None:
        for key_result_id, key_result in self.world.key_results.items():
            told = {"metric": {"value": 3}, "boolean": {"value": True}}
            said: Thing = told.get(key_result["kind"], {"reached": ("Built",)})
            ids = {"key_result_id": key_result_id, "check_in_id": self.new()}
            self.set_up("check_in", **ids, **said, confidence=5)

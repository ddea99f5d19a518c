"""Units form, move and dissolve, people come and go, and cycles go their way."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.builders import UNKNOWN
from tests.machine.company import How, hows, numbers, whiches
from tests.machine.founding import Founded
from tests.machine.model import Thing

ROLES = ("member", "lead")
CYCLE_STEPS = ("open_cycle", "freeze_cycle", "start_scoring", "close_cycle", "reopen_cycle")
NEXT_STEPS = {
    "planned": "open_cycle",
    "open": "freeze_cycle",
    "frozen": "start_scoring",
    "scoring": "close_cycle",
    "closed": "reopen_cycle",
}


class Organising(Founded):
    """Units form, move and dissolve; people join, lead and leave; cycles go their way."""

    @rule(how=hows, number=numbers)
    def register(self, how: How, number: int) -> None:
        self.ask("register_person", how, person_id=self.id_for("people", number), name="New")

    @rule(how=hows, which=whiches, number=numbers)
    def change_a_person(self, how: How, which: int, number: int) -> None:
        person_id = self.of("people", which)
        if number % 2:
            self.ask("rename_person", how, person_id=person_id, name=f"Person {number % 3}")
        else:
            email = (None, "a@example.org", "b@example.org")[number % 3]
            self.ask("change_contact", how, person_id=person_id, email=email)

    @rule(how=hows, which=whiches, number=numbers)
    def form(self, how: How, which: int, number: int) -> None:
        self.ask(
            "form_unit",
            how,
            unit_id=self.id_for("units", number),
            name=f"Team {number}",
            kind=("company", "department", "team")[number % 3],
            parent_id=None if which == 0 else self.of("units", which),
        )

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def change_a_unit(self, how: How, which: int, other: int, number: int) -> None:
        unit_id = self.of("units", which)
        if number % 2:
            parent_id = None if number == 1 else self.of("units", other)
            self.ask("move_unit", how, unit_id=unit_id, parent_id=parent_id)
        else:
            self.ask("rename_unit", how, unit_id=unit_id, name=f"Team {number % 3}")

    @rule(how=hows, which=whiches)
    def dissolve(self, how: How, which: int) -> None:
        self.ask("dissolve_unit", how, unit_id=self.of("units", which))

    @rule(how=hows, which=whiches, other=whiches, role=st.sampled_from(ROLES))
    def join(self, how: How, which: int, other: int, role: str) -> None:
        ids = {"unit_id": self.of("units", which), "person_id": self.of("people", other)}
        self.ask("join_unit", how, **ids, role=role)

    @rule(how=hows, which=whiches, other=whiches)
    def leave(self, how: How, which: int, other: int) -> None:
        ids = {"unit_id": self.of("units", which), "person_id": self.of("people", other)}
        self.ask("leave_unit", how, **ids)

    @rule(how=hows, which=whiches, number=numbers)
    def plan(self, how: How, which: int, number: int) -> None:
        starts_on = date(2026, 1 + number % 12, 1)
        self.ask(
            "plan_cycle",
            how,
            cycle_id=self.id_for("cycles", number),
            name=f"Cycle {number}",
            kind="quarter",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=90 - 10 * number),
            parent_id=self.of("cycles", which),
            unit_id=None if number % 3 else self.of("units", which),
            cadence_days=1 + number,
        )

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def edit_a_cycle(self, how: How, which: int, other: int, number: int) -> None:
        cycle_id = self.of("cycles", which)
        match number % 4:
            case 0:
                self.ask("rename_cycle", how, cycle_id=cycle_id, name=f"Cycle {number % 3}")
            case 1:
                ends_on = None if number > 15 else date(2026, 1 + other, 28)
                fields: Thing = {"ends_on": ends_on, "cadence_days": 1 + number % 7}
                self.ask("reschedule_cycle", how, cycle_id=cycle_id, **fields)
            case 2:
                parent_id = None if number == 2 else self.of("cycles", other)
                self.ask("move_cycle", how, cycle_id=cycle_id, parent_id=parent_id)
            case _:
                unit_id = None if number == 3 else self.of("units", other)
                self.ask("move_cycle", how, cycle_id=cycle_id, unit_id=unit_id)

    @rule(how=hows, which=whiches, number=numbers)
    def move_a_cycle_on(self, how: How, which: int, number: int) -> None:
        cycle_id = self.of("cycles", which // 3)
        cycle = self.world.cycles.get(cycle_id or UNKNOWN, {"state": "open"})
        step = NEXT_STEPS[cycle["state"]]
        if number < 5:
            step = CYCLE_STEPS[number]
        more = {"to": ("open", "scoring")[number % 2]} if step == "reopen_cycle" else {}
        self.ask(step, how, cycle_id=cycle_id, **more)

    def id_for(self, word: str, number: int) -> UUID | None:
        """A new id; now and then one that is taken."""
        return self.new() if number else self.of(word, number)

"""Objectives and key results are written down, changed, ended and continued."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine.company import How, amount, hows, numbers, whiches
from tests.machine.doings.organising import Organising
from tests.machine.model import Thing

DIRECTIONS = (None, "increase", "decrease", "at_least", "at_most", "within")
COMMITMENTS = (None, "committed", "aspirational", "learning")
STEPS: Any = tuple({"name": name, "weight": Decimal(2)} for name in ("Built", "Tested", "Shipped"))
STEPS_OF_ONE_NAME: Any = (STEPS[0], STEPS[0])


class Aiming(Organising):
    """Objectives and key results are written down, changed, ended and continued."""

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def draft(self, how: How, which: int, other: int, number: int) -> None:
        objective_id = self.id_for("objectives", number) or self.new()
        self.ask(
            "draft_objective",
            how,
            objective_id=objective_id,
            cycle_id=self.of("cycles", which // 3),
            owner=self.owner(other),
            title=f"Objective {number}",
            weight=Decimal(number % 4),
        )

    @rule(how=hows, which=whiches)
    def publish(self, how: How, which: int) -> None:
        self.of_an_objective("publish_objective", how, which)

    @rule(how=hows, which=whiches, number=numbers)
    def change_an_objective(self, how: How, which: int, number: int) -> None:
        match number % 5:
            case 0:
                self.of_an_objective("reword_objective", how, which, title=f"Objective {number}")
            case 1:
                self.of_an_objective("reword_objective", how, which, description=f"{number}")
            case 2:
                self.of_an_objective("reassign_objective", how, which, owner=self.owner(number))
            case 3:
                weight = Decimal(number % 4)
                self.of_an_objective("reweight_objective", how, which, weight=weight)
            case _:
                commitment = COMMITMENTS[number % 4]
                self.of_an_objective("change_commitment", how, which, commitment=commitment)

    @rule(how=hows, which=whiches, number=numbers)
    def close(self, how: How, which: int, number: int) -> None:
        outcome = ("achieved", "partial", "missed", "dropped")[number % 4]
        self.of_an_objective("close_objective", how, which, outcome=outcome)

    @rule(how=hows, which=whiches)
    def reopen(self, how: How, which: int) -> None:
        self.of_an_objective("reopen_objective", how, which)

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def carry_over(self, how: How, which: int, other: int, number: int) -> None:
        objective_id = self.of("objectives", which)
        everything = self.world.key_results.items()
        own = [key for key, one in everything if one["objective_id"] == objective_id]
        fields: Thing = {"keep": tuple(own[: number % 4])}
        if number == 4 and (foreign := self.of("key_results", other)):
            fields = {"keep": (foreign, foreign)}
        if number > 12:
            fields["new_ids"] = tuple(self.new() for _ in own[: number % 3])
        self.of_an_objective(
            "carry_over_objective",
            how,
            which,
            new_objective_id=self.new(),
            cycle_id=self.of("cycles", other // 3),
            **fields,
        )

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def promote(self, how: How, which: int, other: int, number: int) -> None:
        self.of_a_key_result(
            "promote_key_result",
            how,
            which,
            new_objective_id=self.id_for("units", number),
            owner=self.owner(number),
            cycle_id=self.of("cycles", other // 3),
        )

    @rule(how=hows, which=whiches, other=whiches, low=numbers, high=numbers)
    def add(self, how: How, which: int, other: int, low: int, high: int) -> None:
        fields = measure(low, high)
        if low > 12:
            fields["owner"] = self.owner(other)
        if high % 4 == 0 and (supported := self.of("objectives", other)):
            fields["supports"] = (supported, supported)[: 1 + (high == 0)]
        key_result_id = self.id_for("key_results", low) or self.new()
        self.of_an_objective(
            "add_key_result", how, which, key_result_id=key_result_id, title="New", **fields
        )

    @rule(how=hows, which=whiches, number=numbers)
    def aim_otherwise(self, how: How, which: int, number: int) -> None:
        aim = None if number == 0 else amount(number)
        name = ("target", "target", "baseline")[number % 3]
        self.of_a_key_result(f"adjust_{name}", how, which, **{name: aim})

    @rule(how=hows, which=whiches, number=numbers)
    def measure_otherwise(self, how: How, which: int, number: int) -> None:
        fields: Thing = {"direction": DIRECTIONS[number % 6]}
        match number // 6:
            case 1:
                fields = {"stretch": amount(number), "commit": None}
            case 2:
                fields = {"unit": ("EUR", "%")[number % 2], "commit": amount(number)}
            case 0:
                # Everything at once, so that a measure may turn round.
                fields |= {"baseline": amount(which), "target": amount(number + 3)}
            case 3:
                fields = {"milestones": STEPS[: 1 + number % 2]}
            case _:
                pass
        self.of_a_key_result("change_measure", how, which, **fields)

    @rule(how=hows, which=whiches, number=numbers)
    def change_a_key_result(self, how: How, which: int, number: int) -> None:
        name, fields = (
            ("reword_key_result", {"title": f"Key result {number}"}),
            ("reword_key_result", {"description": f"{number}"}),
            ("reassign_key_result", {"owner": self.owner(number) if number % 2 else None}),
            ("reweight_key_result", {"weight": Decimal(number % 4)}),
            ("change_key_result_commitment", {"commitment": COMMITMENTS[number % 4]}),
            ("move_deadline", {"deadline": date(2026, 3, 1 + number) if number > 6 else None}),
        )[number % 6]
        self.of_a_key_result(name, how, which, **fields)

    @rule(how=hows, which=whiches, back=st.booleans())
    def drop_or_restore(self, how: How, which: int, back: bool) -> None:
        self.of_a_key_result("restore_key_result" if back else "drop_key_result", how, which)

    def of_an_objective(self, name: str, how: How, which: int, /, **fields: Any) -> None:
        objective_id = self.of("objectives", which)
        if objective_id is not None:
            self.ask(name, how, objective_id=objective_id, **fields)

    def of_a_key_result(self, name: str, how: How, which: int, /, **fields: Any) -> None:
        key_result_id = self.of("key_results", which)
        if key_result_id is not None:
            self.ask(name, how, key_result_id=key_result_id, **fields)


def measure(low: int, high: int) -> Thing:
    """How a new key result is measured, now and then in a way that does not fit its kind."""
    match low % 5:
        case 0:
            return {"kind": "boolean"} | ({"target": amount(high)} if high == 1 else {})
        case 1:
            steps = {1: (), 2: STEPS_OF_ONE_NAME}.get(high, STEPS[: 1 + high % 3])
            return {"kind": "milestones", "milestones": steps}
        case _:
            ends = {"baseline": amount(low), "target": amount(high)}
            return {"kind": "metric", "direction": DIRECTIONS[high % 6], **ends}

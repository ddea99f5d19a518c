"""Key results are measured, ends aligned, and all is scored and looked back on."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.builders import UNKNOWN
from tests.machine.company import How, amount, hows, numbers, pick, whiches
from tests.machine.doings.aiming import STEPS, Aiming
from tests.machine.model import Thing

ANSWERS = ("accept", "decline", "withdraw")
ABSENT: Thing = {"kind": "metric", "check_ins": {}, "reviews": {}}


class FollowingUp(Aiming):
    """Key results are measured, ends aligned, and all is scored and looked back on."""

    @rule(how=hows, which=whiches, number=numbers)
    def check_in(self, how: How, which: int, number: int) -> None:
        self.measure(how, which, number)

    @rule(how=hows, which=whiches, number=numbers)
    def check_in_again(self, how: How, which: int, number: int) -> None:
        self.measure(how, which, number)

    def measure(self, how: How, which: int, number: int) -> None:
        """Tell a reading: mostly of the right kind, mostly under a new id."""
        key_result_id = self.of("key_results", which)
        key_result = self.world.key_results.get(key_result_id or UNKNOWN, ABSENT)
        told_id = (pick(key_result["check_ins"], 0) if number == 3 else None) or self.new()
        fields: Thing = {"check_in_id": told_id, "confidence": number % 11, "note": f"{number}"}
        if number == 7:
            fields["blockers"] = ({"text": "It waits.", "owner": self.owner(which)},)
        self.of_a_key_result("check_in", how, which, **fields, **reading(key_result, number))

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def put_right(self, how: How, which: int, other: int, number: int) -> None:
        key_result_id = self.of("key_results", which)
        key_result = self.world.key_results.get(key_result_id or UNKNOWN, ABSENT)
        told_id = pick(key_result["check_ins"], other) or self.new()
        fields: Thing = {"confidence": None} if number == 9 else {"note": f"{number % 3}"}
        if number > 9:
            fields = reading(key_result, number)
        self.of_a_key_result("correct_check_in", how, which, check_in_id=told_id, **fields)

    @rule(how=hows, which=whiches, other=whiches)
    def retract(self, how: How, which: int, other: int) -> None:
        key_result_id = self.of("key_results", which)
        told = self.world.key_results.get(key_result_id or UNKNOWN, ABSENT)["check_ins"]
        told_id = pick(told, other) or self.new()
        self.of_a_key_result("retract_check_in", how, which, check_in_id=told_id)

    @rule(how=hows, which=whiches, number=numbers)
    def score(self, how: How, which: int, number: int) -> None:
        fields: Thing = {"score": Decimal(number) / 20, "kind": ("self", "agreed")[number % 2]}
        if number % 3:
            self.of_a_key_result("score_key_result", how, which, **fields)
        else:
            self.of_an_objective("score_objective", how, which, **fields)

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def review(self, how: How, which: int, other: int, number: int) -> None:
        actions = [
            {"action_id": self.new(), "text": "Do it.", "owner": self.of("people", other)}
            for _ in range(number % 3)
        ]
        if number == 5:
            actions *= 2
        objective_id = self.of("objectives", which)
        reviews = self.world.objectives.get(objective_id or UNKNOWN, ABSENT)["reviews"]
        self.of_an_objective(
            "review_objective",
            how,
            which,
            review_id=(pick(reviews, 0) if number == 3 else None) or self.new(),
            stage=("mid", "final")[number % 2],
            decision="keep",
            actions=tuple(actions),
        )

    @rule(how=hows, which=whiches, other=whiches, done=st.booleans())
    def follow_up(self, how: How, which: int, other: int, done: bool) -> None:
        reviewed = {key: one for key, one in self.world.objectives.items() if one["reviews"]}
        objective_id = pick(reviewed, which)
        if objective_id is None:
            return
        reviews = reviewed[objective_id]["reviews"]
        review_id = pick(reviews, other // 2)
        assert review_id is not None
        ids: Thing = {"objective_id": objective_id, "review_id": review_id}
        if done:
            actions = dict.fromkeys(sorted(reviews[review_id]["actions"]))
            action_id = (None if other == 9 else pick(actions, other)) or self.new()
            self.ask("complete_action", how, **ids, action_id=action_id)
        else:
            review_id = self.new() if other == 9 else review_id
            self.ask("acknowledge_review", how, objective_id=objective_id, review_id=review_id)

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def align(self, how: How, which: int, other: int, number: int) -> None:
        self.propose(how, which, other, number)

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def align_again(self, how: How, which: int, other: int, number: int) -> None:
        self.propose(how, which, other, number)

    def propose(self, how: How, which: int, other: int, number: int) -> None:
        """Ask that two ends be aligned; in a third of the cases one is a key result."""
        start, finish = self.end(which, number % 6 == 0), self.end(other, number % 6 == 3)
        if start is None or finish is None:
            return
        self.ask(
            "propose_alignment",
            how,
            **{"from": start, "to": finish},
            alignment_id=self.id_for("alignments", number) or self.new(),
            relation=("supports", "contributes", "depends_on", "promoted_to")[number % 4],
        )

    @rule(how=hows, which=whiches, other=whiches, number=numbers)
    def support(self, how: How, which: int, other: int, number: int) -> None:
        """Say what a key result supports: nothing, one objective, or up to three of them."""
        key_result_id = self.of("key_results", which)
        found = [self.of("objectives", other + step) for step in range(number % 4)]
        supports = tuple(one for one in found if one is not None)
        if key_result_id is not None:
            self.ask("support_objectives", how, key_result_id=key_result_id, supports=supports)

    def end(self, which: int, of_a_key_result: bool) -> Thing | None:
        word = "key_result" if of_a_key_result else "objective"
        found = self.of(f"{word}s", which)
        return None if found is None else {"type": word, "id": found}

    @rule(how=hows, which=whiches, answer=st.sampled_from(ANSWERS))
    def answer(self, how: How, which: int, answer: str) -> None:
        alignment_id = self.of("alignments", which)
        if alignment_id is not None:
            self.ask(f"{answer}_alignment", how, alignment_id=alignment_id)


def reading(key_result: Thing, number: int) -> Thing:
    """A measurement, now and then one that the key result cannot mean."""
    kind = "boolean" if number == 12 else key_result["kind"]
    if kind == "boolean":
        return {"value": number % 2 == 0}
    if kind == "metric":
        return {"value": amount(number)} | ({"reached": ("Built",)} if number == 13 else {})
    names = [step["name"] for step in STEPS]
    return {"reached": tuple(names[: number % 4]) * (1 + (number == 14))}

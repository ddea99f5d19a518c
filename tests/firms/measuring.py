"""Firms that measure: key results of every kind, and every change of how they are measured."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import Blocker, CheckInKeyResult
from domain.desk import Desk
from domain.key_results.adding import AddKeyResult
from domain.key_results.adjusting import AdjustBaseline, ChangeMeasure
from domain.key_results.editing import ChangeKeyResultCommitment, MoveDeadline, RewordKeyResult
from domain.measures import Direction, Kind, Milestone
from domain.record import Command
from domain.scores import ScoreKeyResult, ScoreKind
from domain.values import Commitment, Owner
from tests.histories import (
    CYCLE,
    NAMES,
    OTHER_UNIT,
    PERSON,
    START,
    UNIT,
    Company,
    pick,
)

DEPARTMENT, OTHER_PERSON, YEAR, NEXT = (
    uuid5(NAMES, name) for name in ("department", "other person", "year", "next cycle")
)
UNITS = (UNIT, OTHER_UNIT, DEPARTMENT)
PEOPLE = (PERSON, OTHER_PERSON)
CYCLES = (CYCLE, YEAR, NEXT)
HOLDERS = (
    *(Owner(type="unit", id=one) for one in UNITS),
    *(Owner(type="person", id=one) for one in PEOPLE),
)
COMMITMENTS = (None, *Commitment)
STEPS = ("Built", "Tested", "Shipped")

MEASURING = (
    *("add_within", "add_milestones", "add_boolean", "add_ladder"),
    *("check_in", "check_in", "check_in", "correct", "move_check_in", "retract"),
    *("target", "baseline", "measure", "deadline", "commit_key_result", "reword_key_result"),
    *("reweight", "drop", "restore", "score", "score_self", "open", "reassign_key_result"),
)


class Measuring(Company):
    """A company with every kind of key result."""

    def __init__(self, desk: Desk, *, pace: timedelta = timedelta(hours=1)) -> None:
        super().__init__(desk, pace=pace)
        self.kinds: dict[UUID, Kind] = {}

    def _add(self, which: int, number: int) -> Command | None:
        return self._added(Kind.METRIC, super()._add(which, number))

    def _add_within(self, which: int, number: int) -> Command | None:
        borders = {"baseline": number % 7, "target": 7 + number % 5, "deadline": day_of(number)}
        return self._new_key_result(which, number, direction=Direction.WITHIN, **borders)

    def _add_ladder(self, which: int, number: int) -> Command | None:
        rungs: dict[str, Any] = {"baseline": 2, "commit": 5, "target": 9, "stretch": 12}
        if number % 2:
            rungs = {name: 20 - rung for name, rung in rungs.items()}
        rungs["direction"] = Direction.DECREASE if number % 2 else Direction.INCREASE
        return self._new_key_result(which, number, unit="EUR", **rungs)

    def _add_boolean(self, which: int, number: int) -> Command | None:
        return self._new_key_result(which, number, kind=Kind.BOOLEAN)

    def _add_milestones(self, which: int, number: int) -> Command | None:
        steps = _milestones(number)
        return self._new_key_result(which, number, kind=Kind.MILESTONES, milestones=steps)

    def _new_key_result(self, which: int, number: int, **fields: Any) -> Command | None:
        objective_id = pick(self.objectives, which)
        if objective_id is None:
            return None
        self.key_results.append(self._new())
        given: dict[str, Any] = {
            "key_result_id": self.key_results[-1],
            "objective_id": objective_id,
            "title": f"Key result {number}",
            "weight": Decimal(number) / 4,
            "commitment": COMMITMENTS[number % 4],
            "owner": (*HOLDERS, None)[number % 6],
            "supports": (pick(self.objectives, which + 1),) if number % 7 == 3 else (),
        }
        command = AddKeyResult.model_validate(given | fields)
        return self._added(command.kind, command)

    def _added(self, kind: Kind, command: Command | None) -> Command | None:
        if command is not None:
            self.kinds[self.key_results[-1]] = kind
        return command

    def _reading(self, key_result_id: UUID, number: int) -> dict[str, Any]:
        match self.kinds[key_result_id]:
            case Kind.METRIC:
                return {"value": number}
            case Kind.BOOLEAN:
                return {"value": number % 2 == 0}
            case Kind.MILESTONES:
                return {"reached": [step for at, step in enumerate(STEPS) if number >> at & 1]}

    def _check_in(self, which: int, number: int) -> Command | None:
        command = super()._check_in(which, number)
        if not isinstance(command, CheckInKeyResult):
            return command
        blockers = (Blocker(text="Nobody answers", owner=HOLDERS[number % 5]),)
        said: dict[str, Any] = {
            "confidence": None if number % 5 == 0 else number % 11,
            "note": f"Note {number}" if number % 2 else "",
            "blockers": blockers if number % 3 == 0 else (),
        }
        ids = {"check_in_id": command.check_in_id, "key_result_id": command.key_result_id}
        reading = self._reading(command.key_result_id, number)
        return CheckInKeyResult.model_validate(ids | reading | said)

    def _correct(self, which: int, number: int) -> Command | None:
        found = pick(self.check_ins, which)
        if found is None:
            return None
        said = ({}, {"confidence": number % 11}, {"note": f"Rather {number}"})[number % 3]
        reading = self._reading(found[0], number) if number % 2 else {}
        return self._of_check_in(CorrectCheckIn, which, **(said | reading))

    def _baseline(self, which: int, number: int) -> Command | None:
        return self._of(self.key_results, which, AdjustBaseline, "key_result_id", baseline=number)

    def _measure(self, which: int, number: int) -> Command | None:
        key_result_id = pick(self.key_results, which)
        if key_result_id is None:
            return None
        changes: dict[str, Any] = {"milestones": _milestones(number)}
        if self.kinds[key_result_id] is not Kind.MILESTONES:
            changes = (
                {"direction": list(Direction)[number % 5], "baseline": 3, "target": number},
                {"unit": f"Unit {number}", "commit": None, "stretch": None},
                {"direction": Direction.WITHIN, "baseline": 0, "target": number, "stretch": 20},
                {"direction": None},
            )[number % 4]
        return ChangeMeasure.model_validate({"key_result_id": key_result_id} | changes)

    def _deadline(self, which: int, number: int) -> Command | None:
        day = day_of(number)
        return self._of(self.key_results, which, MoveDeadline, "key_result_id", deadline=day)

    def _commit_key_result(self, which: int, number: int) -> Command | None:
        kind, name = COMMITMENTS[number % 4], "key_result_id"
        return self._of(self.key_results, which, ChangeKeyResultCommitment, name, commitment=kind)

    def _reword_key_result(self, which: int, number: int) -> Command | None:
        texts = {"description" if number % 2 else "title": f"Reworded {number}"}
        return self._of(self.key_results, which, RewordKeyResult, "key_result_id", **texts)

    def _score_self(self, which: int, number: int) -> Command | None:
        given = {"score": number / 20, "kind": ScoreKind.SELF}
        return self._of(self.key_results, which, ScoreKeyResult, "key_result_id", **given)


def day_of(number: int) -> Any:
    """A day of the cycle, or none."""
    return None if number % 4 == 0 else START.date() + timedelta(days=number)


def _milestones(number: int) -> tuple[Milestone, ...]:
    names = STEPS[: 1 + number % 3]
    return tuple(
        Milestone(name=name, weight=Decimal((number + at) % 4)) for at, name in enumerate(names)
    )

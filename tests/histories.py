"""Random histories: small companies whose changes come late, are corrected and are taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.alignments.answering import WithdrawAlignment
from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import CheckInKeyResult
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.planning import PlanCycle
from domain.cycles.steps import FreezeCycle, OpenCycle
from domain.desk import Desk
from domain.errors import Refusal
from domain.key_results.adding import AddKeyResult
from domain.key_results.adjusting import AdjustTarget
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult
from domain.key_results.editing import ReassignKeyResult, ReweightKeyResult
from domain.measures import Direction
from domain.objectives.closing import CloseObjective, Outcome, ReopenObjective
from domain.objectives.drafting import DraftObjective
from domain.objectives.editing import ReassignObjective, RewordObjective
from domain.objectives.publishing import PublishObjective
from domain.people import RegisterPerson
from domain.record import Command, Context
from domain.scores import ScoreKeyResult
from domain.units.forming import FormUnit, RenameUnit, UnitKind
from domain.units.members import JoinUnit, Role
from domain.values import Actor, Owner, Reason, ReasonCode

START = datetime(2026, 1, 5, tzinfo=UTC)
NAMES = UUID("00000000-0000-4000-8000-000000000000")
UNIT, OTHER_UNIT, PERSON, CYCLE = (
    uuid5(NAMES, name) for name in ("unit", "other unit", "person", "cycle")
)
OWNERS = (
    Owner(type="unit", id=UNIT),
    Owner(type="unit", id=OTHER_UNIT),
    Owner(type="person", id=PERSON),
)

ADA, ROBOT = Actor(id=str(PERSON), kind="person"), Actor(id="robot", kind="service")

T = TypeVar("T")

Step = tuple[str, int, int, int]
"""What happens, to which of the things of that kind, with what number, how many hours late."""

ACTIONS = (
    "draft",
    "add",
    "check_in",
    "check_in",
    "check_in",
    "correct",
    "move_check_in",
    "retract",
    "target",
    "reweight",
    "reword",
    "publish",
    "close",
    "reopen",
    "drop",
    "restore",
    "align",
    "withdraw",
    "score",
    "rename_unit",
    "open",
    "reassign",
    "reassign_key_result",
    "freeze",
)

LATE = (0, 0, 0, 1, 2, 5, 30)
WHICH, NUMBERS = 5, 20

step = st.tuples(
    st.sampled_from(ACTIONS),
    st.integers(0, WHICH),
    st.integers(0, NUMBERS),
    st.sampled_from(LATE),
)


def told(seed: int, size: int, beginning: Sequence[str], actions: Sequence[str]) -> list[Step]:
    """The history of a seed, as far as its size: what came first, and then anything."""
    random = Random(seed)
    return [
        (
            beginning[place] if place < len(beginning) else random.choice(actions),
            random.randint(0, WHICH),
            random.randint(0, NUMBERS),
            random.choice(LATE),
        )
        for place in range(size)
    ]


def histories(
    beginning: Sequence[str], actions: Sequence[str], longest: int = 40
) -> SearchStrategy[list[Step]]:
    """Histories that differ in everything. Of one that fails, the shortest beginning is shown.

    Hypothesis draws a list by halves from the one before, and mostly a short one: of those that
    `lists` makes, few get as far as a check-in.
    """
    seeds = st.integers(0, 2**32)
    sizes = st.integers(0, 4 * longest).map(lambda size: min(size, longest))
    return st.builds(told, seeds, sizes, st.just(beginning), st.just(actions))


BEGINNING = ("draft", "add", "check_in", "draft", "add", "add", "check_in")
"""With what most histories begin, so that there is something to correct, to move and to close."""

steps = histories(BEGINNING, ACTIONS)


@dataclass(slots=True)
class Company:
    """Carries random steps out on a desk; steps that are refused are left out."""

    desk: Desk
    now: datetime = START
    pace: timedelta = timedelta(hours=1)
    """How long after each command the next one is recorded; lateness counts in it too."""
    made: int = 0
    done: int = 0
    objectives: list[UUID] = field(default_factory=list[UUID])
    key_results: list[UUID] = field(default_factory=list[UUID])
    check_ins: list[tuple[UUID, UUID]] = field(default_factory=list[tuple[UUID, UUID]])
    edges: list[UUID] = field(default_factory=list[UUID])
    reason: Reason | None = None
    """Why the next change is made."""

    def found(self) -> None:
        """The part that every history has: a unit, a person, a cycle."""
        self.do(FormUnit(unit_id=UNIT, name="Team", kind=UnitKind.TEAM))
        self.do(FormUnit(unit_id=OTHER_UNIT, name="Other team", kind=UnitKind.TEAM))
        self.do(RegisterPerson(person_id=PERSON, name="Ada"))
        self.do(JoinUnit(unit_id=UNIT, person_id=PERSON, role=Role.LEAD))
        starts, ends = START.date(), START.date() + timedelta(days=80)
        self.do(PlanCycle(cycle_id=CYCLE, name="Q1", starts_on=starts, ends_on=ends))

    def do(self, command: Command, late: int = 0) -> None:
        """Record a command an hour after the last one, true `late` hours before.

        Now and then a service records it, and a reason is given.
        """
        self.now += self.pace
        self.done += 1
        code = list(ReasonCode)[self.done % len(ReasonCode)]
        context = Context(
            actor=ROBOT if self.done % 4 == 0 else ADA,
            now=datetime.now(UTC),
            reason=self.reason or (Reason(code=code) if self.done % 3 == 0 else None),
            recorded_at=self.now,
            effective_at=self.now - late * self.pace,
            imported=True,
        )
        draft = self.desk.draft()
        draft.add(command, context)
        self.desk.record(draft)

    def live(self, history: list[Step]) -> None:
        """Carry out every step that is possible."""
        for action, which, number, late in history:
            command = self._command(action, which, number)
            if command is not None:
                try:
                    self.do(command, late)
                except Refusal:
                    continue

    def _new(self) -> UUID:
        self.made += 1
        return uuid5(NAMES, str(self.made))

    def _command(self, action: str, which: int, number: int) -> Command | None:
        made: Callable[[int, int], Command | None] = getattr(self, f"_{action}")
        return made(which, number)

    def _draft(self, _which: int, number: int) -> Command:
        self.objectives.append(self._new())
        owner = Owner(type="unit", id=UNIT)
        return DraftObjective(
            objective_id=self.objectives[-1],
            cycle_id=CYCLE,
            owner=owner,
            title=f"Objective {number}",
        )

    def _add(self, which: int, number: int) -> Command | None:
        objective_id = pick(self.objectives, which)
        if objective_id is None:
            return None
        self.key_results.append(self._new())
        direction = (None, Direction.AT_LEAST, Direction.AT_MOST)[number % 3]
        return AddKeyResult(
            key_result_id=self.key_results[-1],
            objective_id=objective_id,
            title=f"Key result {number}",
            direction=direction,
            baseline=Decimal(number % 4),
            target=Decimal(number),
        )

    def _check_in(self, which: int, number: int) -> Command | None:
        key_result_id = pick(self.key_results, which)
        if key_result_id is None:
            return None
        check_in_id = self._new()
        self.check_ins.append((key_result_id, check_in_id))
        return CheckInKeyResult(
            check_in_id=check_in_id,
            key_result_id=key_result_id,
            value=Decimal(number),
            confidence=number % 11,
        )

    def _correct(self, which: int, number: int) -> Command | None:
        return self._of_check_in(CorrectCheckIn, which, value=number)

    def _move_check_in(self, which: int, _number: int) -> Command | None:
        return self._of_check_in(CorrectCheckIn, which)

    def _retract(self, which: int, _number: int) -> Command | None:
        return self._of_check_in(RetractCheckIn, which)

    def _of_check_in(self, kind: type[Command], which: int, **fields: Any) -> Command | None:
        found = pick(self.check_ins, which)
        if found is None:
            return None
        ids = {"key_result_id": found[0], "check_in_id": found[1]}
        return kind.model_validate(ids | fields)

    def _target(self, which: int, number: int) -> Command | None:
        return self._of(self.key_results, which, AdjustTarget, "key_result_id", target=number)

    def _reweight(self, which: int, number: int) -> Command | None:
        return self._of(self.key_results, which, ReweightKeyResult, "key_result_id", weight=number)

    def _drop(self, which: int, _number: int) -> Command | None:
        return self._of(self.key_results, which, DropKeyResult, "key_result_id")

    def _restore(self, which: int, _number: int) -> Command | None:
        return self._of(self.key_results, which, RestoreKeyResult, "key_result_id")

    def _score(self, which: int, number: int) -> Command | None:
        score = number / 20
        return self._of(self.key_results, which, ScoreKeyResult, "key_result_id", score=score)

    def _reword(self, which: int, number: int) -> Command | None:
        title = f"Reworded {number}"
        return self._of(self.objectives, which, RewordObjective, "objective_id", title=title)

    def _publish(self, which: int, _number: int) -> Command | None:
        return self._of(self.objectives, which, PublishObjective, "objective_id")

    def _close(self, which: int, number: int) -> Command | None:
        outcome = list(Outcome)[number % 4]
        return self._of(self.objectives, which, CloseObjective, "objective_id", outcome=outcome)

    def _reopen(self, which: int, _number: int) -> Command | None:
        return self._of(self.objectives, which, ReopenObjective, "objective_id")

    def _of(
        self, ids: list[UUID], which: int, kind: type[Command], name: str, /, **fields: Any
    ) -> Command | None:
        found = pick(ids, which)
        return None if found is None else kind.model_validate({name: found} | fields)

    def _align(self, which: int, number: int) -> Command | None:
        start, finish = pick(self.objectives, which), pick(self.objectives, number)
        if start is None or finish is None:
            return None
        self.edges.append(self._new())
        return ProposeAlignment(
            alignment_id=self.edges[-1],
            start=EndId(type="objective", id=start),
            finish=EndId(type="objective", id=finish),
            relation=Relation.SUPPORTS,
        )

    def _withdraw(self, which: int, _number: int) -> Command | None:
        return self._of(self.edges, which, WithdrawAlignment, "alignment_id")

    def _rename_unit(self, _which: int, number: int) -> Command:
        return RenameUnit(unit_id=UNIT, name=f"Team {number}")

    def _reassign(self, which: int, number: int) -> Command | None:
        owner = OWNERS[number % 3]
        return self._of(self.objectives, which, ReassignObjective, "objective_id", owner=owner)

    def _reassign_key_result(self, which: int, number: int) -> Command | None:
        owner = (*OWNERS, None)[number % 4]
        return self._of(self.key_results, which, ReassignKeyResult, "key_result_id", owner=owner)

    def _open(self, _which: int, _number: int) -> Command:
        return OpenCycle(cycle_id=CYCLE)

    def _freeze(self, _which: int, _number: int) -> Command:
        return FreezeCycle(cycle_id=CYCLE)


def pick(things: list[T], which: int) -> T | None:
    """One of the things, or None where there are none."""
    return things[which % len(things)] if things else None

"""The tables of rules in the docs against the functions that decide."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import pytest

from domain import measures, reviews, rules, scores, values
from domain.alignments.edges import AlignmentState, Relation
from domain.cycles.planning import Rhythm
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, ReopenCycle, StartScoring
from domain.measures import Direction, Measure, Reading, progress
from domain.objectives.closing import Outcome
from domain.record import Command
from domain.rules import CycleState
from domain.standing import KeyResultState, ObjectiveState
from domain.units.forming import UnitKind, UnitState
from domain.units.members import Role
from tests.builders import Q1, a_cycle_that_is
from tests.docs import pages
from tests.spec import given

PAGE = pages.page("reference/events.md")
WORDS: dict[str, type[StrEnum]] = {
    "unit kind": UnitKind,
    "unit state": UnitState,
    "role": Role,
    "rhythm": Rhythm,
    "cycle state": CycleState,
    "objective state": ObjectiveState,
    "commitment": values.Commitment,
    "outcome": Outcome,
    "key result state": KeyResultState,
    "kind": measures.Kind,
    "direction": Direction,
    "score kind": scores.ScoreKind,
    "stage": reviews.Stage,
    "decision": reviews.Conclusion,
    "relation": Relation,
    "alignment state": AlignmentState,
    "reason code": values.ReasonCode,
}
STEPS: tuple[Command, ...] = (
    OpenCycle(cycle_id=Q1),
    FreezeCycle(cycle_id=Q1),
    StartScoring(cycle_id=Q1),
    CloseCycle(cycle_id=Q1),
    ReopenCycle(cycle_id=Q1, to="open"),
    ReopenCycle(cycle_id=Q1, to="scoring"),
)


def test_every_choice_lists_its_words() -> None:
    rows = pages.table(pages.section(PAGE, "Values"), 1)
    said = {choice: pages.names(words) for choice, words in rows}
    assert said == {choice: [str(word) for word in words] for choice, words in WORDS.items()}


def test_the_table_of_states_is_the_one_that_decides() -> None:
    rows = pages.table(pages.section(PAGE, "What a cycle's state allows"))
    said = {
        (state, activity): rules.Verdict(cell)
        for name, what, *cells in rows
        for activity in [rules.Activity[pages.name(name).upper()]]
        for state, cell in zip(CycleState, cells, strict=True)
        if activity == what
    }
    assert said == rules.ALLOWED


def test_the_steps_of_a_cycle_are_those_that_are_possible() -> None:
    rows = pages.table(pages.section(PAGE, "What a cycle's state allows"), 1)
    said = {
        (pages.name(command), start, end)
        for command, starts, ends in rows
        for start in pages.names(starts)
        for end in pages.names(ends)
    }
    possible = {
        (step.NAME, str(state), str(record.event.new_values()["state"]))
        for state in CycleState
        for step in STEPS
        for record in given(a_cycle_that_is(state)).when(step).records
    }
    assert said == possible


@pytest.mark.parametrize("row", pages.table(pages.section(PAGE, "Progress"), 1))
def test_an_example_of_progress_is_what_the_formula_gives(row: list[str]) -> None:
    direction, baseline, target, value, said = (cell.strip("`") for cell in row)
    measure = Measure(
        direction=None if direction == "none" else Direction(direction),
        baseline=_number(baseline),
        target=_number(target),
    )
    assert progress(measure, Reading(value=_number(value))) == _number(said)


def _number(cell: str) -> Decimal | None:
    return None if cell in ("none", "null") else Decimal(cell)


def test_the_bands_have_the_borders_that_the_docs_say() -> None:
    rows = pages.table(pages.section(PAGE, "Score bands"))
    said = {pages.name(name): (Decimal(low), Decimal(high or "1.01")) for name, low, high in rows}
    every_score = [Decimal(hundredths) / 100 for hundredths in range(101)]
    for score in every_score:
        fitting = [name for name, (low, high) in said.items() if low <= score < high]
        assert fitting == [scores.band(score)]

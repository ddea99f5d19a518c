"""Cycles that are moved, rescheduled and closed while alignments lead through them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.alignments.edges import graph_id
from domain.alignments.proposing import AlignmentProposed
from domain.cycles.placing import CycleAnchored, MoveCycle
from domain.cycles.planning import RescheduleCycle, Rhythm
from domain.cycles.steps import CloseCycle
from domain.desk import Desk
from domain.record import Command, Record
from domain.rules import CycleState
from tests.builders import AN_ORGANISATION, YEAR, draft, moved_on, plan, propose, uid
from tests.races.company import answer, context, set_up, sound
from tests.races.racers import Racers, Together
from tests.spec import Steps

ROUNDS = 8
OTHER_YEAR = uid("cccccccc", 9)
THE_YEARS_GOAL = uid("0b0b0b0b", 9)


def quarter(turn: int) -> UUID:
    return uid("cccccccc", 100 + turn)


def month(turn: int) -> UUID:
    return uid("cccccccc", 200 + turn)


def goal(turn: int) -> UUID:
    """An objective of that month."""
    return uid("0b0b0b0b", 200 + turn)


def calendar() -> Steps:
    """Years with a quarter and a month for each round; the months are about to be closed."""
    years = [plan(one, name="A year", kind=Rhythm.YEAR) for one in (YEAR, OTHER_YEAR)]
    below = [
        (
            plan(quarter(turn), parent_id=YEAR),
            plan(month(turn), kind=Rhythm.MONTH, parent_id=quarter(turn)),
            draft(goal(turn), cycle_id=month(turn)),
            moved_on(CycleState.SCORING, month(turn)),
        )
        for turn in range(ROUNDS)
    ]
    return (AN_ORGANISATION, *years, draft(THE_YEARS_GOAL, cycle_id=YEAR), *below)


def is_moved(turn: int) -> bool:
    """Whether in a round the quarter is moved; in the others the month is closed."""
    return turn % 2 == 0


def part(number: int, turn: int) -> Command:
    """What a racer does in a round: align through the quarter, or change what that leads through.

    Each reschedules to a day of its own, which no alignment forbids.
    """
    align = propose(goal(turn), THE_YEARS_GOAL, uid("edededed", 100 * turn + number))
    move = MoveCycle(cycle_id=quarter(turn), parent_id=OTHER_YEAR)
    close = CloseCycle(cycle_id=month(turn))
    reschedule = RescheduleCycle(cycle_id=quarter(turn), ends_on=date(2026, 4, 1 + number))
    commands: list[Command] = [align, move if is_moved(turn) else close, align, reschedule]
    return commands[(number + turn) % len(commands)]


def take_part(desk: Desk, number: int, together: Together) -> list[str]:
    """Look at all that the decision rests on, and only then, at once with the others, decide."""
    answers: list[str] = []
    for turn in range(ROUNDS):
        command = part(number, turn)
        desk.draft().add(command, context())
        together()
        answers.append(answer(desk, command))
    return answers


def anchored_by(edge: Record, records: list[Record]) -> bool:
    """Whether the cycle between was told in the same save, after the edge and its acceptance."""
    anchor = records[records.index(edge) + 2]
    return isinstance(anchor.event, CycleAnchored) and anchor.recorded_at == edge.recorded_at


def test_no_alignment_leads_out_of_its_line_of_cycles_nor_out_of_a_closed_one(
    racers: Racers, where: str, desk: Desk
) -> None:
    set_up(desk, calendar())
    answers = racers.race(where, take_part)
    told = {name for some in answers for name in some}
    assert told <= {
        "done",
        "AlignmentCycleMismatch",
        "AlignmentExists",
        "CycleParentFixed",
        "CycleStateForbids",
    }
    records = sound(desk)
    book = desk.book()
    for turn in range(ROUNDS):
        edges = [
            one
            for one in records
            if one.stream_id == graph_id(month(turn)) and isinstance(one.event, AlignmentProposed)
        ]
        between = book.cycle(quarter(turn))
        assert len(edges) <= 1
        assert all(anchored_by(edge, records) for edge in edges)
        assert between.anchored == bool(edges)
        assert between.parent_id == (OTHER_YEAR if is_moved(turn) and not edges else YEAR)
        assert between.ends_on != date(2026, 3, 31)
        closed = book.cycle(month(turn)).state is CycleState.CLOSED
        assert closed == (not is_moved(turn))

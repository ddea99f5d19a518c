"""What many writers at once cannot do: slip in behind a close, form a circle, or win twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from domain.alignments.proposing import AlignmentProposed
from domain.book import Book
from domain.cycles.steps import CloseCycle, CycleClosed, ReopenCycle
from domain.desk import Desk, Expected
from domain.key_results.adjusting import AdjustTarget
from domain.key_results.editing import ReweightKeyResult
from domain.log import Key
from domain.objectives.editing import ReweightObjective, RewordObjective
from domain.people import RegisterPerson, RenamePerson
from domain.record import Command
from tests.builders import (
    ANNA,
    GROWTH,
    LOYALTY,
    Q1,
    REVENUE,
    SCORE,
    SPEED,
    THREE_OBJECTIVES,
    add,
    check_in,
    draft,
    propose,
    uid,
)
from tests.races.company import answer, ask, set_up, sound
from tests.races.racers import Racers, Together

CLOSES = 3
ROUNDS = 20
WRITERS = 16


def edit(number: int, turn: int) -> Command:
    """One of the changes that a closed cycle forbids."""
    new = uid("4e4e4e4e", 1000 * (number + 1) + turn)
    commands: list[Command] = [
        AdjustTarget(key_result_id=REVENUE, target=Decimal(200 + 100 * number + turn)),
        add(new),
        RewordObjective(objective_id=GROWTH, title=f"Grow {number} {turn}"),
        draft(new),
        propose(LOYALTY, SPEED, new) if turn == number else check_in(turn, new),
        ReweightObjective(objective_id=LOYALTY, weight=Decimal(1 + 100 * number + turn)),
        ReweightKeyResult(key_result_id=REVENUE, weight=Decimal(100 * number + turn)),
    ]
    return commands[(number + turn) % len(commands)]


def edit_until_it_is_closed(desk: Desk, number: int, together: Together) -> list[str]:
    """Edit as fast as can be, until refused; the first racer closes after a few edits."""
    answers: list[str] = []
    for close in range(CLOSES):
        together()
        for turn in range(100 * close, 100 * close + 12):
            if number == 0 and turn == 100 * close + 2 * close + 1:
                answers.append(answer(desk, CloseCycle(cycle_id=Q1)))
                break
            answers.append(answer(desk, edit(number, turn)))
        together()
        if number == 0 and close < CLOSES - 1:
            ask(desk, ReopenCycle(cycle_id=Q1, to="scoring"))
        together()
    return answers


def test_no_edit_slips_in_behind_a_close(racers: Racers, where: str, desk: Desk) -> None:
    set_up(desk, THREE_OBJECTIVES, SCORE)
    answers = Counter(name for some in racers.race(where, edit_until_it_is_closed) for name in some)
    assert answers["CycleStateForbids"] > 0
    assert set(answers) <= {"done", "CycleStateForbids", "LostRace"}
    records = sound(desk)
    closes = [record for record in records if isinstance(record.event, CycleClosed)]
    assert len(closes) == CLOSES
    assert records[-1] == closes[-1]


def ring(size: int, turn: int) -> list[UUID]:
    """Objectives of nobody else's circle."""
    return [uid("0b0b0b0b", 1000 * size + 10 * turn + one) for one in range(size)]


def close_a_circle(desk: Desk, number: int, together: Together, size: int) -> list[str]:
    """Propose one part of a circle; some parts are proposed by several racers."""
    answers: list[str] = []
    for turn in range(ROUNDS):
        ends = ring(size, turn)
        start, finish = ends[number % size], ends[(number + 1) % size]
        edge_id = uid("edededed", 10_000 * size + 100 * turn + number)
        together()
        answers.append(answer(desk, propose(start, finish, edge_id)))
    return answers


@pytest.mark.parametrize("size", [2, 4])
def test_racing_alignments_close_no_circle(
    racers: Racers, where: str, desk: Desk, size: int
) -> None:
    rings = [draft(one) for turn in range(ROUNDS) for one in ring(size, turn)]
    set_up(desk, THREE_OBJECTIVES, *rings)
    answers = racers.race(where, partial(close_a_circle, size=size))
    for turn in zip(*answers, strict=True):
        assert turn.count("done") == size - 1
        assert set(turn) <= {"done", "AlignmentCircle", "AlignmentExists"}
    proposed = [one for one in sound(desk) if isinstance(one.event, AlignmentProposed)]
    assert len(proposed) == ROUNDS * (size - 1)


def build_on(desk: Desk, number: int, together: Together, writers: int) -> list[list[str]]:
    """Write again and again on the version that all have seen."""
    rounds: list[list[str]] = []
    with ThreadPoolExecutor(writers) as pool:
        for version in range(1, ROUNDS + 1):

            def write(one: int, version: int = version) -> str:
                name = f"Anna {version} {number} {one}"
                command = RenamePerson(person_id=ANNA, name=name)
                return answer(
                    desk, command, expected=Expected("person", ANNA, frozenset({version}))
                )

            together()
            rounds.append(list(pool.map(write, range(writers))))
            together()
    return rounds


def test_of_writers_on_one_version_one_wins_each_round(
    racers: Racers, where: str, desk: Desk
) -> None:
    ask(desk, RegisterPerson(person_id=ANNA, name="Anna"))
    rounds = racers.race(where, partial(build_on, writers=WRITERS // racers.count))
    for answers in zip(*rounds, strict=True):
        names = Counter(name for some in answers for name in some)
        assert names == {"done": 1, "VersionChanged": WRITERS - 1}
    assert len(sound(desk)) == ROUNDS + 1


def ask_with_one_key(desk: Desk, _number: int, together: Together) -> list[tuple[UUID, ...]]:
    """Send the very same requests as everybody else."""
    told: list[tuple[UUID, ...]] = []
    for turn in range(ROUNDS):
        key = Key("anna", f"k-{turn}", f"d-{turn}")
        commands = (draft(uid("0b0b0b0b", 100 + turn)), edit(0, 7 * turn), edit(2, 7 * turn + 5))
        together()
        outcome = ask(desk, *commands, key=key)
        told.append(tuple(record.event_id for record in outcome.records))
    return told


def test_one_key_used_by_all_at_once_records_once(racers: Racers, where: str, desk: Desk) -> None:
    set_up(desk, THREE_OBJECTIVES)
    before = desk.log.head()
    told = racers.race(where, ask_with_one_key)
    assert all(one == told[0] for one in told)
    recorded = [record.event_id for record in sound(desk)[before:]]
    assert recorded == [event_id for ids in told[0] for event_id in ids]
    assert len(recorded) == 3 * ROUNDS


def test_a_draft_sees_a_stream_the_same_at_every_look(desk: Desk) -> None:
    """What is decided on one version is not recorded behind another one."""
    ask(desk, RegisterPerson(person_id=ANNA, name="Anna"))
    begun = desk.draft()
    assert Book(begun).person(ANNA).name == "Anna"
    ask(desk, RenamePerson(person_id=ANNA, name="Ann"))
    assert desk.book().person(ANNA).name == "Ann"
    assert Book(begun).person(ANNA).name == "Anna"
    assert begun.unwritten_reads == {ANNA: 1}

"""A process that is killed while it writes: what it was told stands, and nothing stands by half."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from domain.desk import Desk
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.record import Record
from tests.builders import LAUNCH, NEXT_CYCLE, ROLLOUT, STEPS, THREE_OBJECTIVES, Kind, add
from tests.races import keyed_writer
from tests.races.company import set_up, sound
from tests.races.keyed_writer import EVENTS, REQUESTS, request

ROOT = Path(__file__).parents[2]


def killed_after(where: str, answers: int) -> list[int]:
    """The positions that a writer was told before it was killed, in the middle of the next."""
    command = [sys.executable, "-m", keyed_writer.__name__, where]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(answers)]
        process.kill()
        told += process.stdout.readlines()
    whole = [line.split() for line in told if line.endswith("\n")]
    assert [int(number) for number, _ in whole] == list(range(len(whole)))
    return [int(position) for _, position in whole]


def wholes(records: list[Record]) -> int:
    """How often the objective was carried over; each time with all that belongs to it."""
    starts = [
        place for place, one in enumerate(records) if isinstance(one.event, ObjectiveCarriedOver)
    ]
    for place in starts:
        topics = [record.event.TOPIC for record in records[place + 1 : place + EVENTS]]
        assert topics == ["objective.drafted", *["key-result.added"] * (EVENTS - 2)]
    return len(starts)


@pytest.mark.parametrize("answers", [1, 7, 30])
def test_a_killed_writer_leaves_whole_requests_and_goes_on_where_it_was(
    where: str, desk: Desk, answers: int
) -> None:
    launch = add(LAUNCH, title="Launch", kind=Kind.BOOLEAN)
    rollout = add(ROLLOUT, title="Rollout", kind=Kind.MILESTONES, milestones=STEPS)
    set_up(desk, THREE_OBJECTIVES, launch, rollout, NEXT_CYCLE)
    before = len(sound(desk))

    told = killed_after(where, answers)
    recorded = wholes(sound(desk))
    assert len(told) <= recorded < REQUESTS
    assert len(sound(desk)) == before + EVENTS * recorded

    outcomes = [request(desk, number) for number in range(REQUESTS)]
    repeated = [outcome.repeated for outcome in outcomes]
    assert repeated == [True] * recorded + [False] * (REQUESTS - recorded)
    assert [outcome.position for outcome in outcomes[: len(told)]] == told
    assert wholes(sound(desk)) == REQUESTS
    assert len(sound(desk)) == before + EVENTS * REQUESTS
    assert {len(outcome.records) for outcome in outcomes} == {EVENTS}

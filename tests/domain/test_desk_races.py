"""Races at the desk: one wins, the others decide again, and no rule is outrun."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from domain.alignments.answering import AlignmentAccepted, AlignmentWithdrawn
from domain.alignments.proposing import AlignmentProposed
from domain.alignments.supporting import SupportObjectives
from domain.catalogue import decide
from domain.cycles.steps import CloseCycle, CycleClosed
from domain.desk import Desk, Expected, Outcome
from domain.errors import (
    AlignmentCircle,
    CycleStateForbids,
    LostRace,
    Refusal,
    VersionChanged,
)
from domain.key_results.adjusting import TargetAdjusted
from domain.people import PersonRenamed
from domain.rules import CycleState
from domain.values import Moved
from tests.builders import (
    A_METRIC,
    ANNA,
    LOYALTY,
    Q1,
    REVENUE,
    SPEED,
    THREE_OBJECTIVES,
    draft,
    moved_on,
    propose,
    uid,
)
from tests.domain.desks import (
    ANNA_IS_KNOWN,
    aim,
    do,
    interrupt_appends,
    prepare,
    rename,
)
from tests.domain.logs import everything_in, key

# Lost races.


def test_a_lost_race_is_decided_again_on_the_newer_state(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC)
    interrupt_appends(
        monkeypatch, desk.log, lambda: do(other, aim(110)), lambda: do(other, aim(115))
    )
    event = do(desk, aim(120)).records[0].event
    assert event == TargetAdjusted(
        key_result_id=REVENUE, target=Moved(old=Decimal(115), new=Decimal(120))
    )


def test_a_decision_is_recorded_only_on_the_states_that_it_saw(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC)

    def decided(*args: Any) -> Any:
        facts = decide(*args)
        monkeypatch.undo()
        do(other, aim(110))
        desk.book()
        return facts

    monkeypatch.setattr("domain.draft.decide", decided)
    assert do(desk, aim(120)).records[0].event == TargetAdjusted(
        key_result_id=REVENUE, target=Moved(old=Decimal(110), new=Decimal(120))
    )


def test_a_lost_race_may_end_in_a_refusal(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC, moved_on(CycleState.SCORING)[1:])
    close = CloseCycle(cycle_id=Q1)
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, close))
    with pytest.raises(CycleStateForbids, match="The cycle is closed"):
        do(desk, aim(120))


def test_a_lost_race_may_end_in_nothing_to_do(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, rename("Ann")))
    assert do(desk, rename("Ann")) == Outcome(())


def test_who_loses_every_race_is_told_to_try_again(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.desk.ATTEMPTS", 3)
    do(desk, ANNA_IS_KNOWN)
    names = iter("abcdef")
    interrupt_appends(monkeypatch, desk.log, *[lambda: do(other, rename(next(names)))] * 3)
    with pytest.raises(LostRace, match="try again"):
        do(desk, rename("Ann"))
    do(desk, rename("Ann"))
    assert len(everything_in(desk.log)) == 5


# Races between threads, over two processes.


def racing(*jobs: Callable[[], Outcome]) -> list[Outcome | Refusal]:
    """What came of jobs that all start at once."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Outcome]) -> Outcome | Refusal:
        start.wait()
        try:
            return job()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_writers_that_build_on_one_version_one_wins(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)

    def write(number: int) -> Callable[[], Outcome]:
        one = desk if number % 2 else other
        return lambda: do(
            one, rename(str(number)), expected=Expected("person", ANNA, frozenset({1}))
        )

    results = racing(*map(write, range(16)))
    assert [type(result) for result in results].count(VersionChanged) == 15
    assert desk.log.head() == 2


def test_writers_that_build_on_no_version_all_win(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    results = racing(
        *[lambda n=n: do(desk if n % 2 else other, rename(f"Anna {n}")) for n in range(8)]
    )
    assert all(isinstance(result, Outcome) for result in results)
    names = [record.event for record in desk.log.stream(ANNA)[1:]]
    assert len(names) == 8
    old = "Anna"
    for event in names:
        assert isinstance(event, PersonRenamed)
        assert event.name.old == old
        old = str(event.name.new)


def test_one_request_sent_many_times_at_once_is_recorded_once(desk: Desk, other: Desk) -> None:
    results = racing(
        *[lambda n=n: do(desk if n % 2 else other, ANNA_IS_KNOWN, key=key()) for n in range(8)]
    )
    outcomes = [result for result in results if isinstance(result, Outcome)]
    assert len(outcomes) == 8
    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert {outcome.records for outcome in outcomes} == {outcomes[0].records}


def test_no_edit_slips_in_behind_a_close(desk: Desk, other: Desk) -> None:
    prepare(desk, A_METRIC, moved_on(CycleState.SCORING)[1:])

    def edit(number: int) -> Callable[[], Outcome]:
        one = desk if number % 2 else other

        def edits() -> Outcome:
            for target in range(110, 200, 7):
                do(one, aim(target + number))
            return do(one, aim(200 + number))

        return edits

    def close() -> Outcome:
        return do(other, CloseCycle(cycle_id=Q1))

    results = racing(*map(edit, range(7)), close)
    assert isinstance(results[-1], Outcome)
    assert {type(result) for result in results[:-1]} <= {Outcome, CycleStateForbids}
    events = [record.event for record in everything_in(desk.log)]
    assert isinstance(events[-1], CycleClosed)


def test_two_racing_alignments_close_no_circle(desk: Desk, other: Desk) -> None:
    prepare(desk, THREE_OBJECTIVES)
    for turn in range(5):
        here, there = uid("0b0b0b0b", 100 + turn), uid("0b0b0b0b", 200 + turn)
        prepare(desk, draft(here), draft(there))
        results = racing(
            lambda h=here, t=there, n=turn: do(desk, propose(h, t, uid("edededed", 100 + n))),
            lambda h=here, t=there, n=turn: do(other, propose(t, h, uid("edededed", 200 + n))),
        )
        assert {type(result) for result in results} == {Outcome, AlignmentCircle}
    edges = [record.event for record in everything_in(desk.log)]
    assert sum(isinstance(event, AlignmentProposed) for event in edges) == 5


# Two who say what a key result supports.


def support(*objective_ids: UUID) -> SupportObjectives:
    return SupportObjectives(key_result_id=REVENUE, supports=objective_ids)


def supported(desk: Desk) -> set[UUID]:
    edges = desk.book().graph(Q1).edges.values()
    return {edge.finish.id for edge in edges if edge.counts}


def test_who_says_what_is_supported_says_all_of_it_whatever_came_between(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, THREE_OBJECTIVES)
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, support(SPEED)))
    events = [type(record.event) for record in do(desk, support(LOYALTY)).records]
    assert events == [AlignmentWithdrawn, AlignmentProposed, AlignmentAccepted]
    assert supported(desk) == {LOYALTY}


def test_that_nothing_is_to_be_supported_otherwise_is_said_of_the_latest_state(
    desk: Desk, other: Desk
) -> None:
    prepare(desk, THREE_OBJECTIVES, support(LOYALTY))
    do(other, support(SPEED))
    do(desk, support(LOYALTY))
    assert supported(other) == {LOYALTY}


def test_of_racing_writers_the_last_says_what_a_key_result_supports(
    desk: Desk, other: Desk
) -> None:
    prepare(desk, THREE_OBJECTIVES)
    said = [(LOYALTY,), (SPEED,), (LOYALTY, SPEED), ()] * 3
    results = racing(
        *[lambda n=n: do(desk if n % 2 else other, support(*said[n])) for n in range(len(said))]
    )
    outcomes = [result for result in results if isinstance(result, Outcome)]
    assert len(outcomes) == len(said)
    last = max(range(len(said)), key=lambda n: outcomes[n].position or 0)
    assert supported(desk) == supported(other) == set(said[last])

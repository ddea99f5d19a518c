"""The desk: decided on the latest states, recorded whole or not at all, and at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from domain.alignments import AlignmentProposed
from domain.cycles import CloseCycle, CycleClosed, FreezeCycle, OpenCycle
from domain.desk import Desk, Expected, Outcome, Word, entity
from domain.errors import (
    AlignmentCircle,
    AlignmentNotFound,
    CycleNotFound,
    CycleStateForbids,
    EffectiveInTheFuture,
    KeyResultNotFound,
    KeyReused,
    LostRace,
    ObjectiveNotFound,
    PersonNotFound,
    Refusal,
    UnitNotFound,
    VersionChanged,
)
from domain.key_results import AdjustTarget, ReweightKeyResult, TargetAdjusted
from domain.log import Entry, Key, Log, RaceLostError
from domain.people import PersonRenamed, RegisterPerson, RenamePerson
from domain.record import Command, Context, Record
from domain.rules import CycleState
from domain.values import Moved
from tests.builders import (
    A_METRIC,
    A_PLANNED_CYCLE,
    ANNA,
    BEN,
    CARA,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    Q1,
    REVENUE,
    SALES,
    THREE_OBJECTIVES,
    UNKNOWN,
    WORLD_CHANGED,
    add,
    check_in,
    draft,
    moved_on,
    propose,
    uid,
)
from tests.domain.logs import StillClock, entry, everything_in, key
from tests.spec import LOCAL, NOW, Done, Steps, on


class Office:
    """Desks on one database file, as processes of their own would have them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._logs = ExitStack()

    def desk(self) -> Desk:
        log = Log(self.path, StillClock())
        self._logs.callback(log.close)
        return Desk(log)

    def close(self) -> None:
        self._logs.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "log.db")
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


@pytest.fixture
def other(office: Office) -> Desk:
    """The desk of another process."""
    return office.desk()


def context(**fields: Any) -> Context:
    given: dict[str, Any] = {"actor": LOCAL, "now": NOW, "reason": WORLD_CHANGED}
    return Context(**(given | fields))


def do(desk: Desk, *commands: Command, **more: Any) -> Outcome:
    """Carry commands out together."""
    return desk.carry_out(commands, context(), **more)


def prepare(desk: Desk, *steps: Steps) -> None:
    """Carry out what a story begins with."""
    for step in steps:
        if isinstance(step, tuple):
            prepare(desk, *step)
        elif isinstance(step, Command):
            do(desk, step)
        else:
            assert isinstance(step, Done)
            do(desk, step.command)


def aim(target: int) -> AdjustTarget:
    return AdjustTarget(key_result_id=REVENUE, target=Decimal(target))


def rename(name: str) -> RenamePerson:
    return RenamePerson(person_id=ANNA, name=name)


ANNA_IS_KNOWN = RegisterPerson(person_id=ANNA, name="Anna")


def interrupt(
    monkeypatch: pytest.MonkeyPatch, log: Log, method: str, interruption: Callable[[], object]
) -> None:
    """Let something happen between the next reading by this log and the use of what was read."""
    original = getattr(log, method)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(log, method, original)
        answer = original(*args, **kwargs)
        interruption()
        return answer

    monkeypatch.setattr(log, method, interrupted)


def interrupt_appends(
    monkeypatch: pytest.MonkeyPatch, log: Log, *interruptions: Callable[[], object]
) -> None:
    """Let something happen before each of the next appends by this log."""
    original, waiting = log.append, list(interruptions)

    def interrupted(entries: list[Entry], read: dict[UUID, int]) -> list[Record]:
        if waiting:
            waiting.pop(0)()
        return original(entries, read)

    monkeypatch.setattr(log, "append", interrupted)


# Whole or not at all.


def test_what_is_asked_together_is_recorded_together(desk: Desk) -> None:
    outcome = do(desk, ANNA_IS_KNOWN, rename("Ann"))
    assert [record.event.TOPIC for record in outcome.records] == [
        "person.registered",
        "person.renamed",
    ]
    assert (outcome.position, outcome.repeated) == (2, False)
    assert everything_in(desk.log) == list(outcome.records)


def test_one_refusal_refuses_all_that_is_asked_together(desk: Desk) -> None:
    with pytest.raises(PersonNotFound):
        do(desk, ANNA_IS_KNOWN, RenamePerson(person_id=BEN, name="Ben"))
    assert desk.log.head() == 0


def test_what_changes_nothing_is_not_recorded(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    assert do(desk, rename("Anna")) == Outcome(())
    assert do(desk, rename("Anna")).position is None
    assert desk.log.head() == 1


def test_nothing_is_carried_out_ahead_of_time(desk: Desk) -> None:
    with pytest.raises(EffectiveInTheFuture):
        desk.carry_out([ANNA_IS_KNOWN], context(effective_at=on(3, 3)))
    assert desk.log.head() == 0


def test_an_outcome_tells_the_times_of_the_log(desk: Desk) -> None:
    late = context(now=on(3, 9), effective_at=on(2, 1))
    record = desk.carry_out([ANNA_IS_KNOWN], late).records[0]
    assert (record.recorded_at, record.effective_at) == (NOW, on(2, 1))
    assert desk.now() == NOW


def test_the_book_knows_what_other_processes_recorded(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    assert other.book().person(ANNA).name == "Anna"
    do(desk, rename("Ann"))
    assert other.book().person(ANNA).name == "Ann"
    do(other, rename("Anne"))
    assert desk.book().person(ANNA).name == "Anne"


# Building on a version.


ENTITIES: dict[Word, tuple[UUID, type[Refusal]]] = {
    "person": (ANNA, PersonNotFound),
    "unit": (SALES, UnitNotFound),
    "cycle": (Q1, CycleNotFound),
    "objective": (GROWTH, ObjectiveNotFound),
    "key_result": (REVENUE, KeyResultNotFound),
    "alignment": (EDGE, AlignmentNotFound),
}


@pytest.mark.parametrize("word", ENTITIES)
def test_each_kind_of_entity_has_a_version_to_build_on(desk: Desk, word: Word) -> None:
    prepare(desk, THREE_OBJECTIVES, propose(GROWTH, LOYALTY))
    entity_id, missing = ENTITIES[word]
    version = entity(desk.book(), word, entity_id).version
    assert do(desk, rename(word), expected=Expected(word, entity_id, version)).records
    with pytest.raises(VersionChanged, match="not 0; read it again first"):
        do(desk, rename("Ann"), expected=Expected(word, entity_id, 0))
    with pytest.raises(missing):
        do(desk, rename("Ann"), expected=Expected(word, UNKNOWN, 1))


def test_who_builds_on_an_old_version_is_refused(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    do(other, rename("Ann"))
    with pytest.raises(VersionChanged, match="It is at version 2, not 1"):
        do(desk, rename("Anne"), expected=Expected("person", ANNA, 1))
    assert do(desk, rename("Anne"), expected=Expected("person", ANNA, 2)).position == 3


def test_changes_of_another_key_result_make_no_version_old(desk: Desk) -> None:
    prepare(desk, A_METRIC, add(LAUNCH))
    seen = entity(desk.book(), "key_result", REVENUE).version
    do(desk, ReweightKeyResult(key_result_id=LAUNCH, weight=Decimal(2)))
    assert do(desk, aim(120), expected=Expected("key_result", REVENUE, seen)).records


def test_who_builds_on_a_version_does_not_win_a_lost_race(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, rename("Ann")))
    with pytest.raises(VersionChanged, match="It is at version 2, not 1"):
        do(desk, rename("Anne"), expected=Expected("person", ANNA, 1))
    assert desk.log.head() == 2


# A key is used once.


def test_a_request_with_a_known_key_is_told_again_and_not_done_again(
    desk: Desk, other: Desk
) -> None:
    first = do(desk, ANNA_IS_KNOWN, rename("Ann"), key=key())
    do(desk, rename("Anne"))
    for one in (desk, other):
        again = do(one, ANNA_IS_KNOWN, rename("Ann"), key=key())
        assert again == Outcome(first.records, repeated=True)
    assert desk.log.head() == 3


def test_a_known_key_answers_whatever_has_changed_since(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    expected = Expected("person", ANNA, 1)
    first = do(desk, rename("Ann"), key=key(), expected=expected)
    assert do(desk, rename("Ann"), key=key(), expected=expected).records == first.records


def test_a_key_is_not_used_for_another_request(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN, key=key())
    for one in (desk, other):
        with pytest.raises(KeyReused, match="choose a new one"):
            do(one, rename("Ann"), key=key(digest="d-2"))
    assert desk.log.head() == 1


def test_keys_of_different_scopes_never_meet(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN, key=key())
    assert not do(desk, rename("Ann"), key=Key("ben", "k-1", "d-2")).repeated


def test_what_changed_nothing_leaves_its_key_free(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    assert do(desk, rename("Anna"), key=key()) == Outcome(())
    with pytest.raises(PersonNotFound):
        do(desk, RenamePerson(person_id=BEN, name="Ben"), key=key())
    assert do(desk, rename("Ann"), key=key()).position == 2


def test_two_racing_requests_with_one_key_are_one(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    won: list[Outcome] = []
    interrupt_appends(
        monkeypatch, desk.log, lambda: won.append(do(other, rename("Ann"), key=key()))
    )
    assert do(desk, rename("Ann"), key=key()) == Outcome(won[0].records, repeated=True)
    assert desk.log.head() == 2


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
    assert do(desk, rename("Ann")).position == 5


# The latest states.


def test_a_refusal_rests_on_the_latest_states(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_PLANNED_CYCLE, draft(), add())
    with pytest.raises(CycleStateForbids):
        do(desk, check_in(1))
    interrupt(monkeypatch, desk.log, "head", lambda: do(other, OpenCycle(cycle_id=Q1)))
    assert do(desk, check_in(1)).records


def test_a_state_read_while_it_moved_is_not_kept(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    late = office.desk()

    def moved_on_meanwhile() -> None:
        do(desk, rename("Ann"))
        late.book()

    interrupt(monkeypatch, late.log, "stream", moved_on_meanwhile)
    assert late.book().person(ANNA).name == "Anna"
    assert late.book().person(ANNA).name == "Ann"
    assert do(late, rename("Anna")).records


def test_what_another_process_recorded_in_between_is_not_missed(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    desk.book().person(ANNA)
    desk.log.append([entry(BEN)], {})
    do(other, rename("Ann"))
    desk.log.append([entry(CARA)], {})
    assert do(desk, rename("Anna")).records[0].event == PersonRenamed(
        name=Moved(old="Ann", new="Anna")
    )


def test_a_shelf_that_fell_far_behind_begins_anew(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.shelf.CATCH_UP_LIMIT", 2)
    do(desk, ANNA_IS_KNOWN)
    for name in ("A", "B", "C", "D"):
        do(other, rename(name))
    assert desk.book().person(ANNA).name == "D"
    do(other, rename("E"))
    assert desk.book().person(ANNA).name == "E"


def test_a_shelf_keeps_only_so_many_states(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_STREAMS", 1)
    monkeypatch.setattr("domain.shelf.KEPT_HOMES", 1)
    prepare(desk, THREE_OBJECTIVES, add(LAUNCH), propose(GROWTH, LOYALTY))
    book = desk.book()
    assert book.key_result(REVENUE)[0].title == "Grow in the north"
    assert book.objective(LOYALTY).title == "Customers stay"
    assert book.key_result(LAUNCH)[1].id == LAUNCH
    assert book.graph_with(EDGE).cycle_id == Q1


def test_states_that_are_at_hand_are_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC)
    do(desk, aim(110))
    monkeypatch.setattr(desk.log, "stream", None)
    monkeypatch.setattr(desk.log, "stream_of", None)
    assert do(desk, aim(120)).records


# Drafts.


def test_an_empty_draft_records_nothing(desk: Desk) -> None:
    assert desk.record(desk.draft()) == ()
    assert desk.log.head() == 0


def test_a_refused_command_leaves_a_draft_as_it_was(desk: Desk) -> None:
    draft = desk.draft()
    assert draft.add(ANNA_IS_KNOWN, context()) == 1
    with pytest.raises(PersonNotFound):
        draft.add(RenamePerson(person_id=BEN, name="Ben"), context())
    assert draft.add(rename("Anna"), context()) == 0
    assert draft.add(rename("Ann"), context()) == 1
    assert [record.position for record in desk.record(draft)] == [1, 2]


def test_events_made_from_a_seed_have_the_same_ids_at_every_try(desk: Desk) -> None:
    prepare(desk, THREE_OBJECTIVES)
    ids: list[list[UUID]] = []
    for seed in (UNKNOWN, UNKNOWN, ANNA, None, None):
        draft = desk.draft()
        assert draft.add(propose(GROWTH, LOYALTY), context(), seed=seed) == 2
        ids.append([one.record.event_id for one in draft.entries])
    assert ids[0] == ids[1]
    assert len({event_id for pair in ids for event_id in pair}) == 8


def test_a_draft_rests_on_all_that_it_read(desk: Desk, other: Desk) -> None:
    prepare(desk, A_METRIC)
    draft = desk.draft()
    draft.add(aim(120), context())
    assert set(draft.unwritten_reads) == {Q1}
    assert set(draft.streams_touched()) == {Q1, GROWTH}
    do(other, FreezeCycle(cycle_id=Q1))
    with pytest.raises(RaceLostError):
        desk.record(draft)
    assert desk.log.head() == other.log.head()


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
        return lambda: do(one, rename(str(number)), expected=Expected("person", ANNA, 1))

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

"""The desk decides on the latest states, and a draft rests on all that it read."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from domain.alignments.answering import WithdrawAlignment
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.steps import FreezeCycle, OpenCycle
from domain.desk import Desk, Outcome
from domain.errors import (
    AlreadyExists,
    CycleStateForbids,
    EffectiveBeforeItExisted,
    NotFound,
    PersonNotFound,
)
from domain.log import RaceLostError
from domain.people import PersonRenamed, RegisterPerson, RenamePerson
from domain.record import Command
from domain.values import Actor, Moved, event_id
from tests.builders import (
    A_METRIC,
    A_PLANNED_CYCLE,
    A_PUBLISHED_OBJECTIVE,
    ANNA,
    BEN,
    CARA,
    EDGE,
    FIRST_CHECK_IN,
    GROWTH,
    IN_WORDS,
    LAUNCH,
    LOYALTY,
    OTHER_EDGE,
    Q1,
    REVENUE,
    SPEED,
    THREE_OBJECTIVES,
    add,
    check_in,
    draft,
    propose,
)
from tests.domain.desks import (
    ANNA_IS_KNOWN,
    Office,
    aim,
    context,
    do,
    interrupt,
    interrupt_appends,
    prepare,
    rename,
    watch,
)
from tests.domain.logs import entry, key
from tests.spec import NOW, on

# The latest states.


def test_a_refusal_rests_on_the_latest_states(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_PLANNED_CYCLE, draft(), add())
    with pytest.raises(CycleStateForbids):
        do(desk, check_in(1))
    interrupt(monkeypatch, desk.log, "head", lambda: do(other, OpenCycle(cycle_id=Q1)))
    assert do(desk, check_in(1)).records


def test_that_nothing_changes_rests_on_the_latest_states(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    desk.book().person(ANNA)
    do(other, rename("Ann"))
    assert do(desk, rename("Anna")).records[0].event == PersonRenamed(
        name=Moved(old="Ann", new="Anna")
    )


def test_a_state_read_while_it_moved_is_brought_up(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    late = office.desk()

    def moved_on_meanwhile() -> None:
        do(desk, rename("Ann"))
        late.book()

    interrupt(monkeypatch, late.log, "stream", moved_on_meanwhile)
    assert late.book().person(ANNA).name == "Ann"
    assert late.book().person(ANNA).name == "Ann"
    assert do(late, rename("Anna")).records


def test_a_state_read_while_others_moved_is_kept(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN, RegisterPerson(person_id=BEN))
    late = office.desk()

    def others_moved_meanwhile() -> None:
        do(desk, RenamePerson(person_id=BEN, name="Ben"))
        late.book()

    interrupt(monkeypatch, late.log, "stream", others_moved_meanwhile)
    assert late.book().person(ANNA).name == "Anna"
    looked_up = watch(monkeypatch, late.log, "stream")
    assert late.book().person(ANNA).name == "Anna"
    assert looked_up == []


def test_what_another_process_recorded_in_between_is_not_missed(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    desk.book().person(ANNA)
    desk.log.append([entry(BEN)], {})
    do(other, rename("Ann"))
    desk.log.append([entry(CARA)], {})
    assert do(desk, rename("Anna")).records[0].event == PersonRenamed(
        name=Moved(old="Ann", new="Anna")
    )


def test_what_another_process_recorded_just_before_is_not_missed(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN, RegisterPerson(person_id=BEN))
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, rename("Ann")))
    assert do(desk, RenamePerson(person_id=BEN, name="Ben")).position == 4
    won: list[bool] = []
    desk.log.on_outcome(won.append)
    assert do(desk, rename("Anna")).records[0].event == PersonRenamed(
        name=Moved(old="Ann", new="Anna")
    )
    assert won == [True]


def test_what_another_thread_took_in_just_before_is_not_taken_in_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    interrupt(monkeypatch, desk.log, "append", desk.book)
    assert do(desk, rename("Ann")).position == 2
    assert desk.book().person(ANNA).version == 2


@pytest.mark.parametrize(
    "asked", [check_in(1, key_result_id=LAUNCH), WithdrawAlignment(alignment_id=EDGE)]
)
def test_what_another_process_adds_while_a_draft_is_made_is_not_there_yet(
    desk: Desk, other: Desk, asked: Command
) -> None:
    """The log tells where it lives; the state kept at hand does not know of it."""
    prepare(desk, THREE_OBJECTIVES, propose(GROWTH, SPEED, OTHER_EDGE))
    draft = desk.draft()
    prepare(other, add(LAUNCH), propose(GROWTH, LOYALTY))
    with pytest.raises(NotFound, match="check the id"):
        draft.add(asked, context())
    assert do(desk, asked).records


def unheard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the desk hear no more of what is appended, unless it reads a stream."""
    head = desk.log.head()
    monkeypatch.setattr(desk.log, "head", lambda: head)


def test_who_lost_a_race_reads_anew_what_the_decision_rested_on(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    unheard(desk, monkeypatch)
    do(other, rename("Ann"))
    assert do(desk, rename("Anne")).records[0].event == PersonRenamed(
        name=Moved(old="Ann", new="Anne")
    )


def test_who_is_refused_reads_anew_what_the_refusal_rested_on(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_PLANNED_CYCLE, draft(), add())
    unheard(desk, monkeypatch)
    do(other, OpenCycle(cycle_id=Q1))
    assert do(desk, check_in(1)).records


# Drafts.


def test_an_empty_draft_does_not_ask_the_log_to_write(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    monkeypatch.setattr(desk.log, "append", None)
    assert desk.record(desk.draft()) == ()
    assert do(desk, rename("Anna")) == Outcome(())


def test_a_draft_may_only_note_requests_that_change_nothing(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    draft = desk.draft()
    draft.noted.append(key())
    assert desk.record(draft) == ()
    assert do(desk, rename("Ann"), key=key()) == Outcome((), repeated=True)


def test_a_refused_command_leaves_a_draft_as_it_was(desk: Desk) -> None:
    draft = desk.draft()
    assert draft.add(ANNA_IS_KNOWN, context()) == 1
    with pytest.raises(PersonNotFound):
        draft.add(RenamePerson(person_id=BEN, name="Ben"), context())
    assert draft.add(rename("Anna"), context()) == 0
    assert draft.add(rename("Ann"), context()) == 1
    assert [record.position for record in desk.record(draft)] == [1, 2]


def test_a_draft_knows_what_is_pending_in_it(desk: Desk) -> None:
    prepare(desk, A_PUBLISHED_OBJECTIVE)
    draft = desk.draft()
    assert draft.add(add(), context()) == 1
    assert draft.add(check_in(40), context()) == 1
    assert draft.add(aim(120), context()) == 1
    with pytest.raises(AlreadyExists):
        draft.add(check_in(40), context())
    assert [record.version for record in desk.record(draft)] == [3, 4, 5]


def test_a_draft_knows_since_when_its_pending_things_exist(desk: Desk) -> None:
    draft = desk.draft()
    draft.add(ANNA_IS_KNOWN, context(effective_at=on(2, 1)))
    draft.add(RegisterPerson(person_id=BEN), context())
    draft.add(rename("Ann"), context(effective_at=on(2, 1)))
    for person_id, day in ((ANNA, on(1, 31)), (BEN, on(3, 1))):
        with pytest.raises(EffectiveBeforeItExisted):
            draft.add(RenamePerson(person_id=person_id, name="-"), context(effective_at=day))


def test_a_record_says_all_that_its_context_says(desk: Desk) -> None:
    said = context(
        actor=Actor(id="acme", kind="import"),
        reason=IN_WORDS,
        effective_at=on(2, 1),
        recorded_at=on(2, 2),
        imported=True,
        assumed=("name",),
        request_id="r-1",
        source="acme",
    )
    record = desk.carry_out([ANNA_IS_KNOWN], said).records[0]
    assert (record.actor, record.reason) == (said.actor, IN_WORDS)
    assert (record.effective_at, record.recorded_at) == (on(2, 1), on(2, 2))
    assert (record.assumed, record.request_id, record.source) == (("name",), "r-1", "acme")
    assert not record.after_freeze


def test_a_record_says_that_it_came_after_the_freeze(desk: Desk) -> None:
    prepare(desk, A_METRIC, FreezeCycle(cycle_id=Q1))
    assert do(desk, aim(120)).records[0].after_freeze


def test_a_retraction_is_recorded_for_the_time_of_the_measurement(desk: Desk) -> None:
    prepare(desk, A_METRIC)
    measured = desk.carry_out([check_in(40)], context(effective_at=NOW)).records[0]
    retract = RetractCheckIn(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN)
    later = desk.carry_out([retract], context(now=NOW, effective_at=on(2, 1))).records[0]
    assert later.effective_at == measured.effective_at == NOW


def test_a_pending_record_has_the_times_that_were_said(desk: Desk) -> None:
    prepare(desk, A_METRIC, check_in(40))
    retract = RetractCheckIn(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN)
    draft = desk.draft()
    draft.add(retract, context(now=on(3, 9), recorded_at=on(3, 6), effective_at=on(3, 5)))
    draft.add(rename("Ann"), context(now=on(3, 9)))
    first, second = (one.record for one in draft.entries)
    assert (first.recorded_at, first.effective_at) == (on(3, 6), NOW)
    assert (second.recorded_at, second.effective_at) == (on(3, 9), on(3, 9))


def test_events_of_a_line_have_the_same_ids_at_every_try(desk: Desk) -> None:
    prepare(desk, THREE_OBJECTIVES)
    ids: list[list[UUID]] = []
    one, another = (partial(event_id, "crm", reference, NOW) for reference in ("l1", "l2"))
    for id_of in (one, one, another, None, None):
        draft = desk.draft()
        assert draft.add(propose(GROWTH, LOYALTY), context(), id_of=id_of) == 2
        ids.append([entry.record.event_id for entry in draft.entries])
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

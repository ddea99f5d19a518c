"""The shelf keeps states at hand, follows the log with them, and lets go of the oldest."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pytest

from domain.book import Stream
from domain.catalogue import fold
from domain.codec import UnknownTopicError
from domain.desk import Desk
from domain.errors import (
    KeyResultNotFound,
    PersonNotFound,
)
from domain.people import RegisterPerson
from domain.record import Event, Record
from tests.builders import (
    A_METRIC,
    ANNA,
    BEN,
    CARA,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    Q1,
    REVENUE,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
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
from tests.domain.logs import entry
from tests.spec import NOW


def test_a_state_that_was_ahead_of_the_shelf_does_not_take_a_record_in_twice(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    late = office.desk()
    interrupt(monkeypatch, late.log, "head", lambda: do(desk, rename("Ann")))
    assert late.book().person(ANNA).version == 2
    assert late.book().person(ANNA).version == 2


class PersonCloned(Event):
    """What a newer version may write."""

    TOPIC: ClassVar[str] = "person.cloned"


def test_what_a_newer_version_wrote_stops_only_who_asks_for_it(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    other.log.append([entry(BEN, event=PersonCloned())], {})
    for one, name in ((other, "Ann"), (desk, "Anne")):
        assert do(one, rename(name)).records
        assert one.book().person(ANNA).name == name
        with pytest.raises(UnknownTopicError):
            one.book().person(BEN)


def test_a_shelf_that_fell_far_behind_begins_anew(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.shelf.CATCH_UP_LIMIT", 2)
    do(desk, ANNA_IS_KNOWN)
    for name in ("A", "B", "C", "D"):
        do(other, rename(name))
    with monkeypatch.context() as far_behind:
        far_behind.setattr(desk.log, "records", None)
        assert desk.book().person(ANNA).name == "D"
    for name in ("E", "F"):
        do(other, rename(name))
    monkeypatch.setattr(desk.log, "stream", None)
    assert desk.book().person(ANNA).name == "F"


def test_a_shelf_lets_go_of_the_states_that_were_asked_for_longest_ago(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_STREAMS", 2)
    prepare(desk, *(RegisterPerson(person_id=one) for one in (ANNA, BEN, CARA)))
    for one in (desk, other):
        book, read = one.book(), watch(monkeypatch, one.log, "stream")
        for person_id in (ANNA, BEN, ANNA, ANNA, CARA, ANNA, BEN):
            assert book.person(person_id).id == person_id
        assert read == [ANNA, BEN, CARA, BEN]


def test_a_shelf_that_takes_in_new_states_lets_go_of_old_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_STREAMS", 2)
    prepare(desk, *(RegisterPerson(person_id=one) for one in (ANNA, BEN, CARA)))
    book, read = desk.book(), watch(monkeypatch, desk.log, "stream")
    for person_id in (CARA, BEN, ANNA):
        assert book.person(person_id).id == person_id
    assert read == [ANNA]


def test_a_shelf_keeps_only_so_many_places(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_HOMES", 2)
    prepare(desk, THREE_OBJECTIVES, add(LAUNCH), propose(GROWTH, LOYALTY))
    book, looked_up = desk.book(), watch(monkeypatch, desk.log, "stream_of")
    for _ in range(2):
        assert book.key_result(REVENUE)[0].title == "Grow in the north"
        assert book.key_result(LAUNCH)[1].id == LAUNCH
        assert book.graph_with(EDGE).cycle_id == Q1
        assert book.graph_with(EDGE).cycle_id == Q1
    assert looked_up == [REVENUE, LAUNCH, EDGE, REVENUE, LAUNCH, EDGE]


def test_what_nobody_knows_takes_no_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_HOMES", 2)
    prepare(desk, A_METRIC)
    book, looked_up = desk.book(), watch(monkeypatch, desk.log, "stream_of")
    assert book.key_result(REVENUE)[1].id == REVENUE
    for _ in range(2):
        with pytest.raises(KeyResultNotFound):
            book.key_result(UNKNOWN)
    assert book.key_result(REVENUE)[1].id == REVENUE
    assert looked_up == [UNKNOWN, UNKNOWN]


def test_a_stream_that_nobody_wrote_takes_no_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.shelf.KEPT_STREAMS", 1)
    do(desk, ANNA_IS_KNOWN)
    book, read = desk.book(), watch(monkeypatch, desk.log, "stream")
    with pytest.raises(PersonNotFound):
        book.person(UNKNOWN)
    assert book.person(ANNA).id == ANNA
    assert read == [UNKNOWN]


def test_states_that_are_at_hand_are_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC)
    do(desk, aim(110))
    monkeypatch.setattr(desk.log, "stream", None)
    monkeypatch.setattr(desk.log, "stream_of", None)
    monkeypatch.setattr(desk.log, "records", None)
    assert do(desk, aim(120)).records


def test_what_a_draft_folded_is_not_folded_again(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(desk, A_METRIC)
    draft = desk.draft()
    for target in (110, 120, 130):
        draft.add(aim(target), context(effective_at=NOW))
    last = desk.record(draft)[-1]
    folded: list[Record] = []

    def watched(stream: Stream | None, records: list[Record]) -> Stream | None:
        folded.extend(records)
        return fold(stream, records)

    monkeypatch.setattr("domain.growing.fold", watched)
    assert desk.book().objective(GROWTH) == office.desk().book().objective(GROWTH)
    assert folded == [last]


def test_what_a_draft_folded_before_it_knew_the_times_is_folded_again(
    desk: Desk, office: Office
) -> None:
    prepare(desk, A_METRIC)
    draft = desk.draft()
    for target in (110, 120):
        draft.add(aim(target), context(now=NOW - timedelta(hours=1)))
    desk.record(draft)
    assert desk.book().objective(GROWTH) == office.desk().book().objective(GROWTH)


def test_who_saw_that_others_were_first_decides_on_what_they_recorded(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    desk.book().person(ANNA)
    do(other, rename("Ann"))
    desk.log.append([entry(CARA)], {})
    tried: list[None] = []
    interrupt_appends(monkeypatch, desk.log, *[lambda: tried.append(None)] * 3)
    assert do(desk, rename("Annie")).records
    assert len(tried) == 1

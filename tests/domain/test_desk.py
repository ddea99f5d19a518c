"""The desk: recorded whole or not at all, at most once, and on the version that was meant."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from domain.desk import Desk, Expected, Outcome, Word, entity
from domain.errors import (
    AlignmentNotFound,
    CycleNotFound,
    EffectiveInTheFuture,
    KeyResultNotFound,
    KeyReused,
    ObjectiveNotFound,
    PersonNotFound,
    Refusal,
    UnitNotFound,
    VersionChanged,
)
from domain.key_results.editing import ReweightKeyResult
from domain.log import Key
from domain.people import RegisterPerson, RenamePerson
from domain.record import Command
from tests.builders import (
    A_METRIC,
    ANNA,
    BEN,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    Q1,
    REVENUE,
    SALES,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
    propose,
)
from tests.domain.desks import (
    ANNA_IS_KNOWN,
    aim,
    context,
    do,
    interrupt,
    interrupt_appends,
    prepare,
    rename,
)
from tests.domain.logs import everything_in, key
from tests.spec import NOW, on

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
    assert do(desk, rename(word), expected=Expected(word, entity_id, frozenset({version}))).records
    with pytest.raises(VersionChanged, match="not 0; read it again first"):
        do(desk, rename("Ann"), expected=Expected(word, entity_id, frozenset({0})))
    with pytest.raises(missing):
        do(desk, rename("Ann"), expected=Expected(word, UNKNOWN, frozenset({1})))


def test_who_builds_on_an_old_version_is_refused(desk: Desk, other: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    do(other, rename("Ann"))
    with pytest.raises(VersionChanged, match="It is at version 2, not 1"):
        do(desk, rename("Anne"), expected=Expected("person", ANNA, frozenset({1})))
    assert do(desk, rename("Anne"), expected=Expected("person", ANNA, frozenset({2}))).position == 3


def test_a_refusal_repeats_no_long_list_of_versions(desk: Desk) -> None:
    do(desk, ANNA_IS_KNOWN)
    for versions, told in (
        (frozenset({7, 5, 6}), "not 5 or 6 or 7; read"),
        (frozenset(range(2, 6_000)), "not one of the 5998 named; read"),
        (frozenset[int](), "not one of those named; read"),
    ):
        with pytest.raises(VersionChanged, match=told):
            do(desk, rename("Ann"), expected=Expected("person", ANNA, versions))


def test_changes_of_another_key_result_make_no_version_old(desk: Desk) -> None:
    prepare(desk, A_METRIC, add(LAUNCH))
    seen = entity(desk.book(), "key_result", REVENUE).version
    do(desk, ReweightKeyResult(key_result_id=LAUNCH, weight=Decimal(2)))
    assert do(desk, aim(120), expected=Expected("key_result", REVENUE, frozenset({seen}))).records


def test_who_builds_on_a_version_does_not_win_a_lost_race(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, ANNA_IS_KNOWN)
    interrupt_appends(monkeypatch, desk.log, lambda: do(other, rename("Ann")))
    with pytest.raises(VersionChanged, match="It is at version 2, not 1"):
        do(desk, rename("Anne"), expected=Expected("person", ANNA, frozenset({1})))
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
    expected = Expected("person", ANNA, frozenset({1}))
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


@pytest.mark.parametrize("asked", [rename("Ann"), RegisterPerson(person_id=BEN)])
def test_a_request_that_was_just_recorded_elsewhere_is_not_refused(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch, asked: Command
) -> None:
    """The twin comes in between looking for the key and deciding, which then finds it done."""
    do(desk, ANNA_IS_KNOWN)
    won: list[Outcome] = []
    interrupt(monkeypatch, desk.log, "receipt", lambda: won.append(do(other, asked, key=key())))
    assert do(desk, asked, key=key()) == Outcome(won[0].records, repeated=True)
    assert desk.log.head() == 2


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


def test_two_racing_requests_with_one_key_are_one_though_each_makes_an_id_of_its_own(
    desk: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    won: list[Outcome] = []
    interrupt_appends(
        monkeypatch, desk.log, lambda: won.append(do(other, ANNA_IS_KNOWN, key=key()))
    )
    asked = RegisterPerson(person_id=BEN, name="Anna")
    assert do(desk, asked, key=key()) == Outcome(won[0].records, repeated=True)
    assert desk.log.head() == 1

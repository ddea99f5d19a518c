"""The states at hand: kept once they are read, and never behind what others recorded meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from domain.desk import Desk
from domain.people import RegisterPerson, RenamePerson
from tests.builders import (
    A_PLANNED_CYCLE,
    ANNA,
    BEN,
    GROWTH,
    LAUNCH,
    LOYALTY,
    REVENUE,
    add,
    draft,
)
from tests.races.company import ask, set_up
from tests.races.racers import desk_on


@pytest.fixture
def known(desk: Desk, other: Desk) -> Desk:
    """A desk that has Anna and Ben at hand, whom another desk registered."""
    names = {ANNA: "Anna", BEN: "Ben"}
    for one, name in names.items():
        ask(other, RegisterPerson(person_id=one, name=name))
    for one, name in names.items():
        assert desk.book().person(one).name == name
    return desk


def test_what_was_recorded_between_deciding_and_recording_is_not_missed(
    known: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = known.log.append

    def late(*args: Any) -> Any:
        ask(other, RenamePerson(person_id=BEN, name="Benno"))
        return append(*args)

    with monkeypatch.context() as patch:
        patch.setattr(known.log, "append", late)
        ask(known, RenamePerson(person_id=ANNA, name="Ann"))
    assert known.log.head() == 4
    assert known.book().person(BEN).name == "Benno"
    assert known.book().person(ANNA).name == "Ann"


def test_a_state_that_was_read_stays_at_hand(
    known: Desk, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk_on(where) as late:
        assert late.book().person(ANNA) == known.book().person(ANNA)
        monkeypatch.setattr(late.log, "stream", None)
        assert late.book().person(ANNA).name == "Anna"


def test_what_lives_in_which_stream_stays_at_hand(
    desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(desk, A_PLANNED_CYCLE, draft(), draft(LOYALTY), add(), add(LAUNCH, objective_id=LOYALTY))
    with desk_on(where) as late:
        for _ in range(2):
            homes = [late.book().key_result(one)[0].id for one in (REVENUE, LAUNCH)]
            assert homes == [GROWTH, LOYALTY]
            monkeypatch.setattr(late.log, "stream_of", None)

"""Copies with some fields changed, and events that say what a command asked for."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from domain.changed import changed
from domain.check_ins.measuring import CheckedIn
from domain.people import Person
from domain.record import Context, Record
from tests.builders import ANNA, REVENUE, check_in
from tests.frozen import immutables
from tests.spec import NOW

SOMEBODY = Person(id=ANNA, exists_from=NOW, name="Anna", email=None, external_id=None)


def test_a_copy_has_what_changed_and_all_the_rest() -> None:
    copy = changed(SOMEBODY, version=2, name="Ann")
    assert copy == replace(SOMEBODY, version=2, name="Ann")
    assert (copy.name, SOMEBODY.name) == ("Ann", "Anna")
    assert all(hasattr(copy, field.name) for field in fields(SOMEBODY))


def test_what_no_field_is_named_after_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        changed(SOMEBODY, nickname="Annie")


def test_nothing_changes_an_immutable_in_place_unnoticed() -> None:
    assert {type(SOMEBODY), Record, Context} <= set(immutables())
    copy = changed(SOMEBODY, version=2)
    for somebody in (SOMEBODY, copy, replace(copy, name="Ann")):
        before = dict(vars(somebody))
        for name in ("name", "version", "nickname", "__dict__"):
            with pytest.raises(FrozenInstanceError):
                setattr(somebody, name, {})
            with pytest.raises(FrozenInstanceError):
                delattr(somebody, name)
        assert vars(somebody) == before


def test_an_event_that_says_what_was_asked_is_like_one_that_was_validated() -> None:
    command = check_in(120, key_result_id=REVENUE, note="Two customers signed.")
    event = CheckedIn.as_asked(command)
    assert event == CheckedIn.model_validate(vars(command))
    assert event.model_copy(update={"note": "Three."}).note == "Three."
    assert command.note == "Two customers signed."

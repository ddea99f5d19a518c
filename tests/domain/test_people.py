"""People: registered, renamed, and reachable elsewhere."""

import pytest

from domain.errors import (
    AlreadyExists,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    PersonNotFound,
)
from domain.people import (
    ChangeContact,
    PersonContactChanged,
    PersonRegistered,
    PersonRenamed,
    RegisterPerson,
    RenamePerson,
)
from domain.record import Command
from domain.values import Moved
from tests.builders import A_METRIC, ANNA, COMPANY, PEOPLE, REVENUE, UNKNOWN
from tests.spec import NOW, done, given, on


def test_a_person_is_registered_with_what_is_known_of_them() -> None:
    given().when(
        RegisterPerson(person_id=ANNA, name="Anna", email="anna@example.org", external_id="u-7")
    ).then(
        PersonRegistered(name="Anna", email="anna@example.org", external_id="u-7")
    ).not_marked().effective_at(NOW)


def test_a_person_whose_name_nobody_says_is_registered_all_the_same() -> None:
    given().when(RegisterPerson(person_id=ANNA)).then(PersonRegistered())


@pytest.mark.parametrize("taken", [ANNA, COMPANY, REVENUE])
def test_an_id_is_given_only_once_whatever_it_names(taken: object) -> None:
    command = RegisterPerson.model_validate({"person_id": taken})
    given(A_METRIC).when(command).then_refused(AlreadyExists, f"The id {taken} is taken")


def test_a_person_is_renamed_and_the_old_name_is_kept() -> None:
    given(PEOPLE).when(RenamePerson(person_id=ANNA, name="Ann")).then(
        PersonRenamed(name=Moved(old="Anna", new="Ann"))
    )


def test_a_person_gets_a_first_name() -> None:
    given(RegisterPerson(person_id=ANNA)).when(RenamePerson(person_id=ANNA, name="Anna")).then(
        PersonRenamed(name=Moved(old=None, new="Anna"))
    )


def test_a_contact_left_out_stays_as_it_is() -> None:
    given(PEOPLE).when(ChangeContact(person_id=ANNA, external_id="u-7")).then(
        PersonContactChanged(external_id=Moved(old=None, new="u-7"))
    )


def test_each_contact_changes_alone() -> None:
    known = RegisterPerson(person_id=ANNA, email="anna@example.org", external_id="u-7")
    given(known).when(ChangeContact(person_id=ANNA, email=None)).then(
        PersonContactChanged(email=Moved(old="anna@example.org", new=None))
    )
    given(known).when(ChangeContact(person_id=ANNA, external_id=None)).then(
        PersonContactChanged(external_id=Moved(old="u-7", new=None))
    )


def test_a_contact_given_as_nothing_is_removed() -> None:
    given(PEOPLE).when(ChangeContact(person_id=ANNA, email=None)).then(
        PersonContactChanged(email=Moved(old="anna@example.org", new=None))
    )


def test_both_contacts_change_in_one_event() -> None:
    given(PEOPLE).when(ChangeContact(person_id=ANNA, email="a@b.org", external_id="u-7")).then(
        PersonContactChanged(
            email=Moved(old="anna@example.org", new="a@b.org"),
            external_id=Moved(old=None, new="u-7"),
        )
    )


@pytest.mark.parametrize(
    "command",
    [
        RenamePerson(person_id=ANNA, name="Anna"),
        ChangeContact(person_id=ANNA),
        ChangeContact(person_id=ANNA, email="anna@example.org", external_id=None),
    ],
)
def test_details_that_are_known_already_record_nothing(command: Command) -> None:
    given(PEOPLE).when(command, at=on(1, 1)).then_nothing()


@pytest.mark.parametrize(
    "command", [RenamePerson(person_id=UNKNOWN, name="Ann"), ChangeContact(person_id=UNKNOWN)]
)
def test_nobody_unknown_is_changed(command: Command) -> None:
    given(PEOPLE).when(command).then_refused(PersonNotFound, f"no person {UNKNOWN}")


def test_a_unit_is_not_a_person() -> None:
    given(A_METRIC).when(RenamePerson(person_id=COMPANY, name="Ann")).then_refused(
        PersonNotFound, f"no person {COMPANY}"
    )


@pytest.mark.parametrize(
    "command",
    [RenamePerson(person_id=ANNA, name="Ann"), ChangeContact(person_id=ANNA, email="a@b.org")],
)
def test_a_person_does_not_change_before_they_were_known(command: Command) -> None:
    given(PEOPLE).when(command, at=on(1, 4)).then_refused(
        EffectiveBeforeItExisted, f"the person {ANNA} did not exist before"
    )


RENAMED = (PEOPLE, done(RenamePerson(person_id=ANNA, name="Ann"), at=on(2, 1)))


def test_a_name_does_not_change_before_its_last_change() -> None:
    again = RenamePerson(person_id=ANNA, name="Anne")
    given(RENAMED).when(again, at=on(2, 1)).then_accepted().effective_at(on(2, 1))
    given(RENAMED).when(again, at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, f"the name of person {ANNA} changed then"
    )


@pytest.mark.parametrize("field", ["email", "external_id"])
def test_a_contact_does_not_change_before_its_last_change(field: str) -> None:
    first, second = (
        ChangeContact.model_validate({"person_id": ANNA, field: value}) for value in ("a@b", "c@d")
    )
    changed = given(PEOPLE, done(first, at=on(2, 1)))
    changed.when(second, at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, f"the {field.replace('_', ' ')} of person {ANNA} changed then"
    )
    changed.when(second, at=on(2, 1)).then_accepted().effective_at(on(2, 1))


def test_an_address_may_change_before_the_last_change_of_the_name() -> None:
    given(RENAMED).when(ChangeContact(person_id=ANNA, email="a@b.org"), at=on(1, 31)).then(
        PersonContactChanged(email=Moved(old="anna@example.org", new="a@b.org"))
    ).effective_at(on(1, 31))

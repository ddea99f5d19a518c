"""People: the only place where names and addresses stand. All else refers to a person by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, assert_never

from domain.entity import Entity, after, begun
from domain.immutable import immutable
from domain.record import Command, Context, Event, Fact, Record
from domain.times import forwards
from domain.values import Id, Moved, Text, Title, moved

if TYPE_CHECKING:
    from domain.book import Book

# Events: topics and fields are the storage format.


class PersonRegistered(Event):
    """Somebody became known here. A name that the source does not say stays empty."""

    TOPIC: ClassVar[str] = "person.registered"
    name: Title | None = None
    email: Text | None = None
    external_id: Text | None = None


class PersonRenamed(Event):
    """A person's name changed."""

    TOPIC: ClassVar[str] = "person.renamed"
    name: Moved[Title | None]


class PersonContactChanged(Event):
    """A person's e-mail address, or their id in another system, changed."""

    TOPIC: ClassVar[str] = "person.contact-changed"
    email: Moved[Text | None] | None = None
    external_id: Moved[Text | None] | None = None


PersonEvent = PersonRegistered | PersonRenamed | PersonContactChanged


@immutable(kw_only=True)
class Person(Entity):
    """What decisions need to know of a person."""

    word: ClassVar[str] = "person"
    name: str | None
    email: str | None
    external_id: str | None


def evolve(person: Person | None, record: Record) -> Person:
    """The person after one more record."""
    match record.event:
        case PersonRegistered(name=name, email=email, external_id=external_id):
            return Person(
                id=record.stream_id,
                exists_from=record.effective_at,
                name=name,
                email=email,
                external_id=external_id,
            )
        case _:
            return after(begun(person, record), record)


# Commands and their decisions.


class RegisterPerson(Command):
    """Make somebody known."""

    NAME: ClassVar[str] = "register_person"
    CREATES: ClassVar[str | None] = "person_id"
    person_id: Id
    name: Title | None = None
    email: Text | None = None
    external_id: Text | None = None


class RenamePerson(Command):
    """Change a person's name."""

    NAME: ClassVar[str] = "rename_person"
    person_id: Id
    name: Title


class ChangeContact(Command):
    """Change a person's e-mail address or outside id; a field left out stays as it is."""

    NAME: ClassVar[str] = "change_contact"
    person_id: Id
    email: Text | None = None
    external_id: Text | None = None


PersonCommand = RegisterPerson | RenamePerson | ChangeContact


def decide(book: Book, command: PersonCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when somebody is registered or their details change."""
    match command:
        case RegisterPerson(person_id=person_id, name=name, email=email, external_id=external_id):
            book.must_be_new(person_id)
            event = PersonRegistered(name=name, email=email, external_id=external_id)
            return (Fact(person_id, event),)
        case RenamePerson():
            person = book.person(command.person_id)
            name = moved(person.name, command.name)
            return _change(person, PersonRenamed(name=name), context) if name else ()
        case ChangeContact():
            person = book.person(command.person_id)
            fields = command.model_fields_set
            event = PersonContactChanged(
                email=moved(person.email, command.email) if "email" in fields else None,
                external_id=moved(person.external_id, command.external_id)
                if "external_id" in fields
                else None,
            )
            return _change(person, event, context)
        case _:
            assert_never(command)


def _change(person: Person, event: Event, context: Context) -> tuple[Fact, ...]:
    if not event.new_values():
        return ()
    forwards(context, person, event)
    return (Fact(person.id, event),)

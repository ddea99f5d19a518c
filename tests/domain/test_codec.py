"""How records are stored: nothing is lost on the way, and what is stored once is read for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies as st
from pydantic import ValidationError

from domain import codec
from domain.catalogue import COMMANDS, EVENTS, located
from domain.check_ins.measuring import Blocker, CheckedIn
from domain.codec import Stored, UnknownTopicError
from domain.people import PersonRenamed
from domain.record import Command, Event, Record
from domain.values import Actor, Moved, Reason, ReasonCode, Title
from tests.builders import A_METRIC, ANNA, EDGE, GROWTH, LOYALTY, REVENUE, draft, propose
from tests.domain.strategies import instants, records
from tests.spec import LOCAL, NOW, given

STORED = Path(__file__).parent.parent / "stored_events"
FILES = sorted(STORED.glob("*.json"))


def stored(record: Record) -> bytes:
    """A record as it stands in the database."""
    return codec.stamp(
        codec.encode(record), record.stored_at, record.recorded_at, record.effective_at
    )


def read_back(record: Record) -> Record:
    """A record after it went through storage."""
    return decoded(
        record.event.TOPIC, stored(record), record.stream_id, record.version, record.position
    )


def decoded(topic: str, state: bytes, stream_id: UUID, version: int, position: int = 0) -> Record:
    return codec.decode(Stored(topic, state, str(stream_id), version, position))


RENAMED = Record(
    event_id=REVENUE,
    stream_id=ANNA,
    version=2,
    event=PersonRenamed(name=Moved(old="Anna", new="安娜")),
    stored_at=NOW,
    recorded_at=NOW,
    effective_at=NOW,
    actor=LOCAL,
)


# Nothing is lost on the way.


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_every_event_survives_storage(event: type[Event]) -> None:
    @hypothetically(records(event))
    def survives(record: Record) -> None:
        assert read_back(record) == record

    survives()


def test_a_header_says_only_what_was_said() -> None:
    assert orjson.loads(stored(RENAMED)) == {
        "stored_at": "2026-03-02T09:00:00Z",
        "recorded_at": "2026-03-02T09:00:00Z",
        "effective_at": "2026-03-02T09:00:00Z",
        "event_id": str(REVENUE),
        "schema": 1,
        "actor": {"id": "local", "kind": "service"},
        "source": "api",
        "data": {"name": {"old": "Anna", "new": "安娜"}},
    }


def test_a_header_says_all_that_was_said() -> None:
    record = Record(
        event_id=REVENUE,
        stream_id=ANNA,
        version=2,
        event=RENAMED.event,
        stored_at=NOW,
        recorded_at=NOW - timedelta(days=1),
        effective_at=NOW - timedelta(microseconds=1),
        actor=Actor(id="bot", kind="service", on_behalf_of=str(ANNA)),
        reason=Reason(code=ReasonCode.WAS_WRONG, text="A typing error."),
        after_freeze=True,
        assumed=("name",),
        request_id="r-1",
        source="acme",
    )
    assert orjson.loads(stored(record)) == {
        "stored_at": "2026-03-02T09:00:00Z",
        "recorded_at": "2026-03-01T09:00:00Z",
        "effective_at": "2026-03-02T08:59:59.999999Z",
        "event_id": str(REVENUE),
        "schema": 1,
        "actor": {"id": "bot", "kind": "service", "on_behalf_of": str(ANNA)},
        "source": "acme",
        "reason": {"code": "was_wrong", "text": "A typing error."},
        "after_freeze": True,
        "assumed": ["name"],
        "request_id": "r-1",
        "data": {"name": {"old": "Anna", "new": "安娜"}},
    }
    assert read_back(record) == record


@hypothetically(instants())
def test_the_recorded_time_is_read_without_the_record(instant: datetime) -> None:
    assert codec.recorded_at(codec.stamp(codec.encode(RENAMED), NOW, instant, NOW)) == instant


def test_recorded_times_are_compared_in_utc() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    recorded_at = codec.recorded_at(codec.stamp(codec.encode(RENAMED), NOW, tokyo, NOW))
    assert (recorded_at, recorded_at.tzinfo) == (NOW, UTC)


@pytest.mark.parametrize("value", [object(), frozenset[str]()])
def test_what_has_no_stored_form_is_refused(value: object) -> None:
    strange = PersonRenamed.model_construct(name=value)
    record = Record(
        event_id=REVENUE,
        stream_id=ANNA,
        version=1,
        event=strange,
        stored_at=NOW,
        recorded_at=NOW,
        effective_at=NOW,
        actor=LOCAL,
    )
    with pytest.raises(TypeError, match="Type is not JSON serializable"):
        codec.encode(record)


# What is stored once is read for ever.


def schemas() -> Iterator[tuple[str, int]]:
    """Every topic with every version of its stored shape."""
    for topic, event in EVENTS.items():
        for version in range(1, event.SCHEMA + 1):
            yield topic, version


def test_every_version_of_every_event_is_kept_as_it_was_stored() -> None:
    names = {f"{topic}.v{version}.json" for topic, version in schemas()}
    assert {path.name for path in FILES} == names, "Add the file of a new event or version."


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_event_is_read_for_ever(path: Path) -> None:
    kept: dict[str, Any] = orjson.loads(path.read_bytes())
    record = decoded(kept["topic"], orjson.dumps(kept["state"]), UUID(kept["stream_id"]), 3, 7)
    assert type(record.event) is EVENTS[kept["topic"]]
    assert (record.stream_id, record.version, record.position) == (UUID(kept["stream_id"]), 3, 7)
    again: dict[str, Any] = orjson.loads(stored(record))
    current = kept["state"]["schema"] == record.event.SCHEMA
    today = {} if current else {"schema": record.event.SCHEMA, "data": kept["data_today"]}
    assert again == kept["state"] | today


def test_a_plain_blocker_of_the_first_version_is_one_without_an_owner() -> None:
    kept: dict[str, Any] = orjson.loads((STORED / "key-result.checked-in.v1.json").read_bytes())
    event = decoded(kept["topic"], orjson.dumps(kept["state"]), GROWTH, 1).event
    assert isinstance(event, CheckedIn)
    assert event.blockers == (Blocker(text="No budget"), Blocker(text="No time"))


def test_a_check_in_of_the_first_version_may_have_said_nothing_of_blockers() -> None:
    fields: dict[str, Any] = {"value": "1"}
    assert codec.lift(CheckedIn, 1, fields) == {"value": "1", "blockers": []}
    assert codec.lift(CheckedIn, 2, {"value": "1"}) == {"value": "1"}


class NameChanged(Event):
    """PersonRenamed, had it moved to another module and taken another name."""

    TOPIC: ClassVar[str] = "person.renamed"
    name: Moved[Title | None]


def test_a_class_may_move_and_take_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = PersonRenamed(name=Moved(old="Anna", new="Ann"))
    state = stored(replace(RENAMED, event=renamed))
    monkeypatch.setitem(EVENTS, "person.renamed", NameChanged)
    there = replace(RENAMED, event=NameChanged(name=renamed.name))
    assert stored(there) == state
    assert decoded("person.renamed", state, ANNA, 2) == there


def test_an_unknown_topic_says_where_it_stands() -> None:
    with pytest.raises(UnknownTopicError, match=r"Topic 'person\.cloned' at position 12"):
        decoded("person.cloned", stored(RENAMED), ANNA, 1, 12)


def test_a_later_version_of_an_event_is_not_known() -> None:
    state = orjson.loads(stored(RENAMED))
    state["schema"] = PersonRenamed.SCHEMA + 1
    with pytest.raises(UnknownTopicError, match=r"Version 2 of 'person\.renamed'"):
        decoded("person.renamed", orjson.dumps(state), ANNA, 1)


def test_a_field_that_no_version_knew_is_refused() -> None:
    state = orjson.loads(stored(RENAMED))
    state["data"]["nickname"] = "A"
    with pytest.raises(ValidationError, match="nickname"):
        decoded("person.renamed", orjson.dumps(state), ANNA, 1)


# The catalogue.


def test_a_topic_names_the_entity_and_what_happened() -> None:
    entities = {"person", "unit", "cycle", "objective", "key-result", "alignment"}
    for topic in EVENTS:
        entity, _, happened = topic.partition(".")
        assert entity in entities
        assert happened == happened.lower()


@pytest.mark.parametrize(("base", "catalogue"), [(Event, EVENTS), (Command, COMMANDS)])
def test_every_event_and_command_has_a_word_of_its_own(
    base: type[Event | Command], catalogue: dict[str, type[Event | Command]]
) -> None:
    classes = {one for one in base.__subclasses__() if one.__module__.startswith("domain.")}
    assert set(catalogue.values()) == classes


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_that_creates_something_has_a_field_for_its_id(command: Any) -> None:
    assert command.CREATES is None or command.CREATES in command.model_fields


def test_what_lives_inside_a_stream_is_located() -> None:
    story = given(A_METRIC, draft(LOYALTY), propose(GROWTH, LOYALTY))
    inside = {
        one: record.stream_id for record in story.memory.records for one in located(record.event)
    }
    assert inside == {REVENUE: GROWTH, EDGE: story.memory.stream_of(EDGE)}


@hypothetically(st.sampled_from(sorted(EVENTS)).flatmap(lambda topic: records(EVENTS[topic])))
def test_a_moved_field_tells_its_new_value(record: Record) -> None:
    moves = record.event.moves()
    assert record.event.new_values() == {name: move.new for name, move in moves.items()}
    assert all(isinstance(value, Moved) for value in moves.values())

"""`docs/reference/events.md` against the domain: every event, command, field and example."""

from __future__ import annotations

import re
from types import NoneType
from typing import Any, cast, get_args

import orjson
import pytest

from domain import codec, errors
from domain.catalogue import COMMANDS, EVENTS
from domain.record import Event
from domain.values import Moved, Value
from tests.docs import pages
from tests.docs.examples import first_of_each
from tests.docs.recorded import stored_events

PAGE = pages.page("reference/events.md")
BY_NAME = {event.__name__: event for event in EVENTS.values()}
each_event = pytest.mark.parametrize("name", BY_NAME)


def section_of(name: str) -> str:
    return pages.section(PAGE, f"`{name}`")


def commands() -> dict[str, list[str]]:
    """The row of every command, by its name."""
    titles = [title for title in pages.headings(PAGE) if title.startswith("Commands ")]
    rows = [row for title in titles for row in pages.table(pages.section(PAGE, title))]
    found = {pages.name(row[0]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_event_has_a_section() -> None:
    titles = [title for title in pages.headings(PAGE) if title.startswith("`")]
    assert sorted(titles) == sorted(f"`{name}`" for name in BY_NAME)


@each_event
def test_an_event_names_its_topic_and_its_version(name: str) -> None:
    said = re.search(r"Topic `([^`]+)`, version (\d+)\.", section_of(name))
    assert said is not None
    assert (said[1], int(said[2])) == (BY_NAME[name].TOPIC, BY_NAME[name].SCHEMA)


@each_event
def test_an_event_lists_its_fields_in_order(name: str) -> None:
    rows = pages.table(section_of(name))
    assert [pages.name(row[0]) for row in rows] == list(BY_NAME[name].model_fields)


@each_event
def test_an_event_says_which_fields_are_moved_or_null(name: str) -> None:
    for field, holds, _meaning in pages.table(section_of(name)):
        moved, nullable = _kind_of(BY_NAME[name], pages.name(field))
        assert (holds.startswith("moved"), "null" in holds) == (moved, nullable), field


def _kind_of(event: type[Event], field: str) -> tuple[bool, bool]:
    """Whether a field holds an old and a new value, and whether its value may be null."""
    parts = _parts(event.model_fields[field].annotation)
    pairs = [cast("type[Value]", one) for one in parts if _is_moved(one)]
    if pairs:
        parts = _parts(pairs[0].model_fields["new"].annotation)
    return bool(pairs), NoneType in parts


def _is_moved(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Moved)


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) or (annotation,)


@each_event
def test_an_event_names_the_commands_that_record_it(name: str) -> None:
    said = re.search(r"Asked for by (.+?)\.$", section_of(name), re.MULTILINE | re.DOTALL)
    assert said is not None
    recorded_by = {stored.command for stored in stored_events() if stored.name == name}
    assert set(pages.names(said[1])) == recorded_by


@each_event
def test_an_example_is_what_the_log_stores(name: str) -> None:
    assert pages.example(section_of(name)) == orjson.loads(first_of_each()[name].state)


@each_event
def test_an_example_is_read_and_written_the_same(name: str) -> None:
    example = pages.example(section_of(name))
    stored = first_of_each()[name]
    record = codec.decode(
        codec.Stored(stored.topic, orjson.dumps(example), str(stored.stream_id), stored.version)
    )
    assert type(record.event) is BY_NAME[name]
    times = (record.stored_at, record.recorded_at, record.effective_at)
    assert orjson.loads(codec.stamp(codec.encode(record), *times)) == example


def test_every_field_around_an_event_is_listed() -> None:
    rows = pages.table(pages.section(PAGE, "Every record"), 1)
    states = [orjson.loads(stored.state) for stored in stored_events()]
    assert {pages.name(row[0]) for row in rows} == {name for state in states for name in state}
    everywhere = {pages.name(row[0]) for row in rows if row[1] == "always"}
    assert everywhere == set[str].intersection(*(set(state) for state in states))


def test_every_command_is_listed() -> None:
    assert set(commands()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_lists_its_fields(name: str) -> None:
    command = COMMANDS[name]
    asked: list[str] = []
    for field, info in command.model_fields.items():
        new = " (new)" if field == command.CREATES else ""
        asked.append(f"`{info.alias or field}`{new}{'' if info.is_required() else '?'}")
    assert commands()[name][1] == ", ".join(asked)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_the_events_that_it_records(name: str) -> None:
    recorded = {stored.name for stored in stored_events() if stored.command == name}
    assert set(pages.names(commands()[name][2])) == recorded


def test_every_refusal_is_met_by_a_command() -> None:
    named = {name for row in commands().values() for name in pages.names(row[3])}
    named |= set(pages.names(pages.section(PAGE, "The rules of time")))
    named |= set(pages.names(pages.page("reference/access.md")))
    leaves = {kind.__name__ for kind in _leaves(errors.Refusal)}
    assert leaves <= named
    met = [pages.names(row[3]) for row in commands().values()]
    assert all(hasattr(errors, name) for refusals in met for name in refusals)
    assert all(len(set(refusals)) == len(refusals) for refusals in met)


def _leaves(kind: type[errors.Refusal]) -> list[type[errors.Refusal]]:
    below = kind.__subclasses__()
    return [leaf for one in below for leaf in _leaves(one)] if below else [kind]

"""Filters: pages walked either way hold what a plain look at every entry would choose."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from domain import codec
from domain.catalogue import EVENTS
from domain.codec import Stored
from domain.record import Event
from domain.values import ReasonCode
from projections.audit_trail import page
from projections.filters import Filters
from projections.instants import Moment, position_at, resolve
from projections.tables import trail
from projections.told import told
from projections.vocabulary import FIELDS, TYPES, fields_of, types_named
from tests.databases import DATABASES
from tests.domain.strategies import records
from tests.histories import CYCLE, OTHER_UNIT, PERSON, START, UNIT, Step, step, steps
from tests.projections.test_properties import lived
from tests.projections.viewers import VIEWERS, drafts_in, seen_by

Entry = dict[str, Any]
DAY = timedelta(days=1)
days = st.integers(-2, 90).map(lambda count: START + count * DAY)
BEGUN: list[Step] = [("draft", 0, 0, 0), ("add", 0, 0, 0), ("draft", 0, 1, 0), ("add", 1, 1, 0)]
"""Two objectives with a key result each: something to make changes to."""

kinds = {
    "actor_id": st.sampled_from((str(PERSON), "robot", "robot", "nobody")),
    "type": st.sampled_from(("*", "Key*", "CheckedIn", "ObjectiveReassigned", "X*")),
    "entity_type": st.sampled_from(("objective", "key_result", "cycle")),
    "entity_id": st.sampled_from((str(UNIT), str(CYCLE), "nothing")),
    "cycle_id": st.sampled_from((str(CYCLE), str(UNIT))),
    "unit_id": st.sampled_from((str(UNIT), str(OTHER_UNIT), str(CYCLE))),
    "field": st.sampled_from(("value", "owner", "target", "measured_at")),
    "reason_code": st.sampled_from((ReasonCode.OTHER, ReasonCode.WAS_WRONG)),
    "recorded_from": days,
    "recorded_to": days,
    "effective_from": days,
    "effective_to": days,
    "after_freeze": st.booleans(),
}
asked = st.sets(st.sampled_from(sorted(kinds)), max_size=3).flatmap(
    lambda names: st.builds(Filters, **{name: kinds[name] for name in names})
)


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", DATABASES)
@settings(max_examples=3)
@given(st.lists(step, min_size=40, max_size=60), st.data())
def test_pages_walked_either_way_hold_what_a_plain_look_at_every_entry_chooses(
    kind: str, history: list[Step], data: st.DataObject
) -> None:
    with lived(kind, [*BEGUN, *history], live=False, pace=DAY) as (log, views):
        records = log.records(0, 10_000)
        for _ in range(12):
            with views.read() as connection, pytest.MonkeyPatch.context() as patched:
                probes = data.draw(st.sampled_from(((1_000, 10_000), (1, 4))))
                patched.setattr("projections.facet_walk._PROBES", probes)
                limit = data.draw(st.sampled_from((4, 50)))
                as_of, known_at = data.draw(st.none() | days), data.draw(st.none() | days)
                moment = resolve(connection, log.clock(), as_of, known_at)
                viewer = data.draw(VIEWERS)
                moment, drafts = seen_by(connection, viewer, moment), drafts_in(records)
                told = {one.position for one in records if drafts.tells(one, viewer)}
                must_agree(connection, data.draw(asked), moment, limit, told)


def must_agree(
    connection: Connection, wanted: Filters, moment: Moment, limit: int, told: set[int]
) -> None:
    found = [one["position"] for one in plainly(connection, wanted, moment)]
    chosen = [position for position in found if position in told]
    for descending in (False, True):
        expected = chosen[::-1] if descending else chosen
        assert walked(connection, wanted, moment, limit, descending) == expected


def walked(
    connection: Connection, wanted: Filters, moment: Moment, limit: int, descending: bool
) -> list[int]:
    """The positions of every page, one after the other."""
    found: list[int] = []
    after = None
    while entries := page(connection, wanted, moment, limit, after, descending=descending):
        found.extend(one["position"] for one in entries)
        after = found[-1]
    return found


def plainly(connection: Connection, wanted: Filters, moment: Moment) -> list[Entry]:
    """Every entry that passes, told from all of them."""
    query = select(trail.c.entry).order_by(trail.c.position)
    entries = [orjson.loads(entry) for entry in connection.execute(query).scalars()]
    with_units(entries)
    return [
        entry
        for entry in entries
        if entry["position"] <= moment.position
        and instant(entry, "effective_at") <= moment.as_of
        and passes(entry, wanted)
    ]


def passes(entry: Entry, wanted: Filters) -> bool:
    reason: Entry = entry["reason"] or {}
    equal: Entry = {
        "actor_id": entry["actor"]["id"],
        "entity_type": entry["entity"]["type"],
        "entity_id": entry["entity"]["id"],
        "cycle_id": entry["cycle_id"],
        "reason_code": reason.get("code"),
        "after_freeze": entry["after_freeze"],
    }
    asked = {name: value for name, value in asdict(wanted).items() if value is not None}
    recorded, effective = instant(entry, "recorded_at"), instant(entry, "effective_at")
    return (
        all(asked[name] == value for name, value in equal.items() if name in asked)
        and ("unit_id" not in asked or asked["unit_id"] in entry["units"])
        and ("type" not in asked or entry["type"] in types_named(asked["type"]))
        and asked.get("field") in (None, *(change["field"] for change in entry["changes"]))
        and asked.get("recorded_from", recorded) <= recorded <= asked.get("recorded_to", recorded)
        and asked.get("effective_from", effective) <= effective
        and effective <= asked.get("effective_to", effective)
    )


def with_units(entries: list[Entry]) -> None:
    """Say in each entry which units own its entity before it or after it."""
    owners: dict[str, str | None] = {}
    holders: dict[str, str] = {}
    for entry in entries:
        entity_id: str = entry["entity"]["id"]
        if entry["type"] == "UnitFormed":
            owners[entity_id] = entity_id
        if entry["type"] == "KeyResultAdded":
            holders[entity_id] = entry["stream_id"]
        concerned: list[str] = [entity_id, holders.get(entity_id, entity_id)]
        units = {owners.get(one) for one in concerned}
        for change in entry["changes"]:
            if change["field"] == "owner":
                owner = change["to"] or {"type": None}
                owners[entity_id] = owner["id"] if owner["type"] == "unit" else None
        entry["units"] = units | {owners.get(one) for one in concerned}


def instant(entry: Entry, name: str) -> datetime:
    return datetime.fromisoformat(entry[name])


@given(steps)
def test_the_conditions_of_a_walk_rest_on_the_rules_of_time(history: list[Step]) -> None:
    with lived("sqlite", history, live=False, pace=DAY) as (log, views), views.read() as connection:
        told = log.records(0, 10_000)
        assert told == sorted(told, key=lambda one: one.recorded_at)
        for record in told:
            assert record.effective_at <= record.recorded_at
            assert position_at(connection, record.recorded_at) == record.position


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
@settings(max_examples=5)
@given(st.data())
def test_every_change_is_told_in_the_words_that_filters_know(
    kind: type[Event], data: st.DataObject
) -> None:
    record = data.draw(records(kind))
    state = codec.stamp(
        codec.encode(record), record.stored_at, record.recorded_at, record.effective_at
    )
    changes = told(Stored(kind.TOPIC, state, str(record.stream_id), 1, 1)).changes
    assert {change["field"] for change in changes} <= fields_of(kind) <= FIELDS
    assert kind.__name__ in TYPES


def test_every_type_of_change_can_move_a_field() -> None:
    assert all(fields_of(event) for event in EVENTS.values())
    assert types_named("Target*") == {"TargetAdjusted"}
    assert types_named("Target") == frozenset()

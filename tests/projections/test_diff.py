"""Differences: applied to the first states they give the second, on both axes of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.log import Log
from projections.diff import diff_of, diff_of_everything
from projections.instants import Moment
from projections.sight import Viewer
from projections.states import states_at
from tests.databases import on_every_database
from tests.histories import OTHER_UNIT, START, UNIT, Step, steps
from tests.projections.test_properties import CYCLE, lived
from tests.projections.viewers import VIEWERS, drafts_in, seen_by

Things = dict[str, dict[str, Any]]
IGNORED = {"id", "type", "version", "changed_at"}
hours = st.integers(-2, 60)
shares = st.integers(0, 10)


def moment(log: Log, instant: int, share: int) -> Moment:
    """An instant in hours from the beginning, as known at a tenth of the log, or two."""
    return Moment(START + timedelta(hours=instant), START, log.head() * share // 10)


@on_every_database(steps, hours, hours, shares, shares, VIEWERS)
def test_a_difference_applied_to_the_first_states_gives_the_second(
    kind: str,
    history: list[Step],
    first: int,
    second: int,
    known: int,
    known_then: int,
    viewer: Viewer | None,
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        for sides in (
            (moment(log, first, 10), moment(log, second, 10)),
            (moment(log, second, known), moment(log, second, known_then)),
            (moment(log, first, known), moment(log, second, known_then)),
        ):
            one, other = (seen_by(connection, viewer, side) for side in sides)
            before, then = things(connection, one), things(connection, other)
            changes = diff_of_everything(connection, one, other)
            assert applied(before, changes) == said(then)
            in_cycle = diff_of(connection, CYCLE, one, other)
            assert in_cycle == [one for one in changes if lives_in_cycle(one)]
            for unit_id in map(str, (UNIT, OTHER_UNIT)):
                ids = owned(before, unit_id) | owned(then, unit_id)
                of_unit = diff_of(connection, unit_id, one, other)
                assert of_unit == [one for one in changes if one["entity_id"] in ids]


def test_a_unit_does_not_answer_for_what_its_objective_was_given_after_it_left() -> None:
    history: list[Step] = [("draft", 0, 0, 0), ("reassign", 0, 1, 0), ("add", 0, 0, 0)]
    with lived("sqlite", history) as (log, views), views.read() as connection:
        drafted = log.head() - 2
        one, other = (Moment(log.clock(), START, known) for known in (drafted, log.head()))
        of_unit = diff_of(connection, str(UNIT), one, other)
        assert {(change["entity_type"], change["field"]) for change in of_unit} == {
            ("objective", "owner")
        }
        of_the_other = diff_of(connection, str(OTHER_UNIT), one, other)
        assert {change["entity_type"] for change in of_the_other} == {"objective", "key_result"}


@on_every_database(steps, hours, hours, VIEWERS)
def test_a_difference_names_the_changes_that_made_it(
    kind: str, history: list[Step], first: int, second: int, viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        records = {str(record.event_id): record for record in log.records(0, 10_000)}
        drafts = drafts_in(records.values())
        sides = (moment(log, first, 10), moment(log, second, 10))
        one, other = (seen_by(connection, viewer, side) for side in sides)
        for change in diff_of_everything(connection, one, other):
            assert change["event_ids"]
            for event_id in change["event_ids"]:
                assert drafts.tells(records[event_id], viewer)
                effective = records[event_id].effective_at
                assert min(one.as_of, other.as_of) < effective <= max(one.as_of, other.as_of)


def things(connection: Connection, at: Moment) -> Things:
    """Every state at a moment."""
    return {
        state["id"]: {name: value for name, value in state.items() if name not in IGNORED}
        for scope in ("", CYCLE)
        for state in states_at(connection, scope, at)
    }


def applied(before: Things, changes: list[dict[str, Any]]) -> Things:
    """States with changes made to them, each of which must begin at what there is."""
    after = {entity_id: dict(fields) for entity_id, fields in before.items()}
    for change in changes:
        fields = after.setdefault(change["entity_id"], {})
        assert fields.get(change["field"]) == change["from"]
        fields[change["field"]] = change["to"]
    return said(after)


def said(states: Things) -> Things:
    """An entity that does not exist and one of whom nothing is said are the same here."""
    known = {
        entity_id: {name: value for name, value in state.items() if value is not None}
        for entity_id, state in states.items()
    }
    return {entity_id: state for entity_id, state in known.items() if state}


def lives_in_cycle(change: dict[str, Any]) -> bool:
    return change["entity_id"] == CYCLE or change["entity_type"] in (
        "objective",
        "key_result",
        "alignment",
    )


def owned(states: Things, unit_id: str) -> set[str]:
    """A unit, what it owns, and the key results of its objectives."""
    owner = {"type": "unit", "id": unit_id}
    own = {entity_id for entity_id, state in states.items() if state.get("owner") == owner}
    held = {entity_id for entity_id, state in states.items() if state.get("objective_id") in own}
    return {unit_id} | own | held

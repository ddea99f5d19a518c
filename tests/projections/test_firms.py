"""What must hold of every field of every state, whatever a firm does and however late it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import Connection

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from projections.board import board
from projections.diff import diff_of_everything
from projections.instants import Moment
from projections.projector import Projector
from projections.states import states_at
from projections.subjects import Subject
from projections.timeline import timeline
from projections.views import Views
from tests import oracle
from tests.databases import on_every_database
from tests.firms.firm import Firm, firm_steps
from tests.firms.measuring import CYCLES, UNITS
from tests.histories import START, Step
from tests.projections.test_diff import applied, said
from tests.projections.test_properties import UTC_ZONE, assert_close, empty, lived, rows

SCOPES = ("", *map(str, CYCLES))
COUNTED = {"id", "type", "version", "changed_at", "progress"}
"""What the things of the oracle do not have: names that stand beside, and what is computed."""
INNER = {"key_result_id", "alignment_id", "at", "rank"}
"""What states do not have: the things' own ids, and what orders check-ins."""

hours = st.integers(-2, 90)
positions = st.integers(1, 90)


def states(connection: Connection, at: Moment) -> dict[UUID, dict[str, Any]]:
    """Every state at a moment."""
    return {
        UUID(state["id"]): state for scope in SCOPES for state in states_at(connection, scope, at)
    }


@on_every_database(firm_steps, hours, positions)
def test_every_field_at_any_instant_as_known_at_any_position_equals_a_plain_fold(
    kind: str, history: list[Step], hour: int, known: int
) -> None:
    with lived(kind, history, live=False, people=Firm) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        for position in (min(known, len(records)), len(records)):
            moment = Moment(START + timedelta(hours=hour), START, position)
            told = oracle.things_at(records, moment.as_of, position)
            found = states(connection, moment)
            assert found.keys() == told.keys()
            for entity_id, state in found.items():
                _the_same(state, told[entity_id])
                touched = [
                    one.effective_at
                    for one in records[:position]
                    if oracle.about(one) == entity_id and one.effective_at <= moment.as_of
                ]
                assert state["changed_at"] == plainly(max(touched))


def _the_same(state: dict[str, Any], thing: oracle.Thing) -> None:
    shown = {name: by_id(value) for name, value in state.items() if name not in COUNTED}
    names = {"start": "from", "finish": "to", "at": "measured_at"}
    told = {names.get(name, name): plainly(value) for name, value in thing.items()}
    for name in INNER:
        told.pop(name, None)
    for name, value in shown.items():
        assert value == told.pop(name, None), name
    assert not told
    if state["type"] == "key_result":
        assert_close(state["progress"], oracle.progress(thing))


def by_id(value: Any) -> Any:
    """Members, reviews and actions by who or what they are, since they may come in any order."""
    match value:
        case [{"role": _}, *_]:
            return {one["person_id"]: one["role"] for one in value}
        case [{"stage": _}, *_]:
            return {one["id"]: _review(one) for one in value}
        case _:
            return value


def _review(shown: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in shown.items() if name != "id"}
    actions = {one["action_id"]: one for one in shown["actions"]}
    given = {"acknowledged_by": sorted(shown["acknowledged_by"]), "actions": actions}
    return {**own, "review_id": shown["id"], **given}


def plainly(value: Any) -> Any:
    """A value of the domain in JSON, told independently of how read tables tell it."""
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case UUID() | date():
            return str(value)
        case BaseModel():
            return {name: plainly(part) for name, part in value}
        case Mapping():
            parts = cast("Mapping[Any, Any]", value)
            return {str(name): plainly(part) for name, part in parts.items()} or []
        case tuple():
            return [plainly(part) for part in cast("tuple[Any, ...]", value)]
        case frozenset():
            return sorted(cast("frozenset[str]", value))
        case _:
            return value


@on_every_database(firm_steps, hours)
def test_a_board_counts_and_judges_as_a_plain_fold_does(
    kind: str, history: list[Step], hour: int
) -> None:
    with (
        lived(kind, history, live=False, people=Firm, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        records = log.records(0, 10_000)
        moment = Moment(START + hour * PACE, START, len(records))
        told = oracle.things_at(records, moment.as_of, moment.position)
        for cycle_id in CYCLES:
            shown = board(connection, str(cycle_id), moment, UTC_ZONE)
            assert shown is not None
            own = oracle.of_cycle(told, cycle_id)
            assert_close(shown["totals"]["progress"], oracle.cycle_progress(own))
            for edge in shown["alignments"]:
                assert edge["orphaned"] == oracle.orphaned(told, told[UUID(edge["id"])])
            cycle = told.get(cycle_id)
            for objective in shown["objectives"]:
                for one in objective["key_results"]:
                    thing = told[UUID(one["id"])]
                    assert one["status"] == oracle.status(thing, cycle, moment.as_of)


PACE = timedelta(hours=17)


@on_every_database(firm_steps)
def test_a_week_of_a_unit_adds_up_what_the_units_below_it_owned_then(
    kind: str, history: list[Step]
) -> None:
    with (
        lived(kind, history, live=False, people=Firm, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        records = log.records(0, 10_000)
        moment = Moment(START + timedelta(days=90), START, len(records))
        for unit_id in UNITS:
            told = timeline(connection, Subject("unit", str(unit_id)), moment, UTC_ZONE)
            for week in told["weeks"]:
                at = datetime.fromisoformat(week["at"])
                own = oracle.of_unit(oracle.things_at(records, at, len(records)), unit_id)
                assert_close(week["totals"]["progress"], oracle.cycle_progress(own))
                live = oracle.live_key_results(own)
                assert week["totals"]["key_results"] == len(live)
                assert week["totals"]["objectives"] == len(oracle.counted(own))


@on_every_database(firm_steps)
def test_a_firm_followed_live_is_the_firm_rebuilt_row_for_row(
    kind: str, history: list[Step]
) -> None:
    with lived(kind, history, people=Firm) as (log, followed), empty(kind) as elsewhere:
        rebuilt = Views(database(elsewhere).views)
        Projector(log, rebuilt).catch_up()
        assert rows(followed) == rows(rebuilt)
        rebuilt.close()


@on_every_database(firm_steps, hours, hours, positions, positions)
def test_what_differs_of_a_firm_leads_from_the_first_state_to_the_second(
    kind: str, history: list[Step], first: int, second: int, known: int, known_then: int
) -> None:
    with lived(kind, history, live=False, people=Firm) as (log, views), views.read() as connection:
        last = log.head()
        one = Moment(START + timedelta(hours=first), START, min(known, last))
        then = Moment(START + timedelta(hours=second), START, min(known_then, last))
        for before, after in ((one, then), (one, replace(then, position=one.position))):
            changes = diff_of_everything(connection, before, after)
            assert applied(_fields(connection, before), changes) == said(_fields(connection, after))


def _fields(connection: Connection, at: Moment) -> dict[str, dict[str, Any]]:
    left_out = {"id", "type", "version", "changed_at"}
    return {
        state["id"]: {name: value for name, value in state.items() if name not in left_out}
        for state in states(connection, at).values()
    }


@on_every_database(firm_steps)
def test_as_of_now_every_state_is_the_one_that_decisions_see(
    kind: str, history: list[Step]
) -> None:
    with lived(kind, history, live=False, people=Firm) as (log, views), views.read() as connection:
        book, moment = Desk(log).book(), now(log)
        for entity_id, state in states(connection, moment).items():
            decided: Any
            match state["type"]:
                case "key_result":
                    decided = book.key_result(entity_id)[1]
                    assert state["target"] == plainly(decided.measure.target)
                    assert state["milestones"] == plainly(decided.measure.milestones)
                    assert state["direction"] == decided.measure.direction
                case "alignment":
                    decided = book.graph_with(entity_id).edges[entity_id]
                case "cycle":
                    decided = book.cycle(entity_id)
                    assert state["anchored"] == decided.anchored
                case "unit":
                    decided = book.unit(entity_id)
                    assert by_id(state["members"]) == plainly(decided.members)
                case _:
                    decided = getattr(book, state["type"])(entity_id)
            assert state["version"] == decided.version
            for name in ("title", "name", "state", "weight", "owner", "parent_id", "deadline"):
                if hasattr(decided, name) and name in state:
                    assert state[name] == plainly(getattr(decided, name)), name


def now(log: Log) -> Moment:
    return Moment(datetime.max.replace(tzinfo=START.tzinfo), START, log.head())

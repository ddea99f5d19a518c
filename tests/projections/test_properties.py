"""What must hold for every history, however late and however often corrected."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import Connection, select

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from projections.board import board
from projections.instants import Moment, resolve
from projections.projector import Projector
from projections.states import states_at
from projections.tables import metadata, words
from projections.views import Views
from tests import oracle
from tests.databases import fresh, on_every_database
from tests.histories import CYCLE as CYCLE_ID
from tests.histories import START, Company, Step, steps

UTC_ZONE = ZoneInfo("UTC")
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own
"""Many small histories: their files need not reach a disk."""
CYCLE = str(CYCLE_ID)


@contextmanager
def empty(kind: str) -> Generator[str]:
    """The address of a database with nothing in it."""
    with TemporaryDirectory(dir=MEMORY) as folder, fresh(kind, Path(folder)) as where:
        yield where


@contextmanager
def lived(
    kind: str,
    history: list[Step],
    *,
    live: bool = True,
    people: type[Company] = Company,
    pace: timedelta = timedelta(hours=1),
) -> Generator[tuple[Log, Views]]:
    """A history on a real database: followed live after each step, or built at the end."""
    with empty(kind) as where:
        log, views = Log(where), Views(database(where).views)
        projector = Projector(log, views)
        if live:
            log.on_append(lambda: follow(projector))
        company = people(Desk(log), pace=pace)
        company.found()
        company.live(history)
        projector.catch_up()
        try:
            yield log, views
        finally:
            views.close()
            log.close()


def follow(projector: Projector) -> None:
    projector.catch_up()


def rows(views: Views) -> dict[str, list[Any]]:
    """Every row but those of the words, which SQLite keeps none of, and in which build it is."""
    with views.read() as connection:
        return {
            table.name: sorted(
                tuple(row)
                for row in connection.execute(
                    select(*(column for column in table.columns if column.name != "build"))
                )
            )
            for table in metadata.sorted_tables
            if table is not words
        }


@on_every_database(steps)
def test_following_live_equals_rebuilding_row_for_row(kind: str, history: list[Step]) -> None:
    with lived(kind, history) as (log, followed), empty(kind) as elsewhere:
        rebuilt = Views(database(elsewhere).views)
        Projector(log, rebuilt).catch_up()
        assert rows(followed) == rows(rebuilt)
        rebuilt.close()


@on_every_database(steps, st.integers(-2, 60), st.integers(1, 60))
def test_any_instant_as_known_at_any_position_equals_a_plain_fold(
    kind: str, history: list[Step], hours: int, known: int
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        known = min(known, len(records))
        instant = START + timedelta(hours=hours)
        moment = Moment(instant, records[known - 1].recorded_at, known)
        told = oracle.things_at(records, instant, known)
        found = {
            UUID(state["id"]): state
            for scope in ("", CYCLE)
            for state in states_at(connection, scope, moment)
        }
        assert found.keys() == told.keys()
        for entity_id, thing in told.items():
            assert_same(found[entity_id], thing)
        shown = board(connection, CYCLE, moment, UTC_ZONE)
        assert shown is not None
        assert_close(shown["totals"]["progress"], oracle.cycle_progress(told))


def assert_same(state: dict[str, Any], thing: oracle.Thing) -> None:
    for name in ("title", "name", "state", "outcome", "confidence"):
        assert state.get(name) == thing.get(name), name
    for name in ("target", "baseline", "weight", "agreed_score", "value"):
        told = thing.get(name)
        assert state.get(name) == (None if told is None else float(told)), name
    if state["type"] == "key_result":
        assert_close(state["progress"], oracle.progress(thing))


def assert_close(shown: float | None, told: Fraction | None) -> None:
    assert (shown is None) == (told is None)
    if shown is not None and told is not None:
        assert abs(Fraction(str(shown)) - told) < Fraction(1, 10**9)


@on_every_database(steps)
def test_as_of_now_equals_the_state_that_decisions_see(kind: str, history: list[Step]) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        moment = now(connection, log)
        book = Desk(log).book()
        for state in states_at(connection, CYCLE, moment):
            if state["type"] == "objective":
                decided = book.objective(UUID(state["id"]))
                assert (state["title"], state["state"]) == (decided.title, decided.state)
                assert state["version"] == decided.version
            elif state["type"] == "key_result":
                _, decided = book.key_result(UUID(state["id"]))
                assert state["version"] == decided.version
                progress = decided.progress
                assert_close(state["progress"], None if progress is None else Fraction(progress))


def now(connection: Connection, log: Log) -> Moment:
    return resolve(connection, log.clock())

"""Timelines and series: the weeks are those of the board, the spells those of every instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.log import Log
from projections.board import board
from projections.instants import Moment
from projections.series import series
from projections.sight import Viewer
from projections.subjects import Subject
from projections.timeline import timeline
from tests import oracle
from tests.databases import on_every_database
from tests.histories import START, Step, steps
from tests.projections.test_properties import CYCLE, UTC_ZONE, assert_close, lived, now
from tests.projections.viewers import VIEWERS, drafts_in, seen_by

DAY = timedelta(days=1)


def later(connection: Connection, log: Log) -> Moment:
    """A moment weeks after the last change, so that check-ins grow stale."""
    moment = now(connection, log)
    return replace(moment, as_of=START + 40 * DAY, known_at=START + 40 * DAY)


def key_results(connection: Connection, moment: Moment) -> list[dict[str, Any]]:
    found = board(connection, CYCLE, moment, UTC_ZONE)
    assert found is not None
    return [one for objective in found["objectives"] for one in objective["key_results"]]


@on_every_database(steps, VIEWERS)
def test_a_week_has_the_totals_of_the_board_at_its_end(
    kind: str, history: list[Step], viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        moment = seen_by(connection, viewer, later(connection, log))
        weeks = timeline(connection, Subject("cycle", CYCLE), moment, UTC_ZONE)["weeks"]
        for week in weeks:
            then = replace(moment, as_of=datetime.fromisoformat(week["at"]))
            found = board(connection, CYCLE, then, UTC_ZONE)
            assert found is not None
            assert week["totals"] == found["totals"]
        records = log.records(0, 10_000)
        drafts = drafts_in(records)
        told = [one for one in records if in_cycle(one.event.TOPIC)]
        told = [one for one in told if drafts.tells(one, viewer)]
        assert sum(week["changes"] for week in weeks) == len(told)


def in_cycle(topic: str) -> bool:
    return not topic.startswith(("person.", "unit."))


@on_every_database(steps, st.integers(0, 960), VIEWERS)
def test_a_spell_has_the_status_of_the_board_at_each_of_its_instants(
    kind: str, history: list[Step], hours: int, viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        moment = seen_by(connection, viewer, later(connection, log))
        asked = replace(moment, as_of=START + timedelta(hours=hours))
        found = board(connection, CYCLE, asked, UTC_ZONE)
        assert found is not None
        for objective in found["objectives"]:
            for one in objective["key_results"]:
                told = series(connection, one["id"], moment, UTC_ZONE)
                assert told is not None
                live = "dropped" not in (objective["outcome"], one["state"])
                at = [spell["status"] for spell in told["spells"] if holds(spell, asked.as_of)]
                assert at == ([one["status"]] if live else [])


def holds(step: dict[str, Any], at: datetime) -> bool:
    end = step["to"]
    begun = datetime.fromisoformat(step["from"]) <= at
    return begun and (end is None or at < datetime.fromisoformat(end))


@on_every_database(steps, st.integers(1, 60))
def test_points_and_lines_equal_a_plain_fold(kind: str, history: list[Step], known: int) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        known = min(known, len(records))
        moment = replace(later(connection, log), position=known)
        for one in key_results(connection, moment):
            told = series(connection, one["id"], moment, UTC_ZONE)
            assert told is not None
            last_at = {point["effective_at"]: point for point in told["points"]}
            for at, point in last_at.items():
                thing = oracle.things_at(records, datetime.fromisoformat(at), known)[
                    UUID(one["id"])
                ]
                assert point["value"] == float(thing["value"])
                assert point["confidence"] == thing["confidence"]
                assert_close(point["progress"], oracle.progress(thing))
            for step in told["lines"]["target"]:
                at = datetime.fromisoformat(step["effective_at"])
                thing = oracle.things_at(records, at, known)[UUID(one["id"])]
                assert Fraction(str(step["value"])) == Fraction(thing["target"])
            standing = oracle.things_at(records, moment.as_of, known)[UUID(one["id"])]
            assert ("value" in standing) == bool(told["points"])


@on_every_database(steps)
def test_the_check_ins_of_the_weeks_are_the_points_of_the_series(
    kind: str, history: list[Step]
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        moment = later(connection, log)
        told = timeline(connection, Subject("cycle", CYCLE), moment, UTC_ZONE)
        points = 0
        for one in key_results(connection, moment):
            found = series(connection, one["id"], moment, UTC_ZONE)
            assert found is not None
            points += len(found["points"])
        assert sum(week["check_ins"] for week in told["weeks"]) == points

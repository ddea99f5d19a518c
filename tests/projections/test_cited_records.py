"""What its reader sees is cited by records that they see, never by how it was drafted."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.check_ins.correcting import CheckInCorrected
from domain.cycles.planning import PlanCycle
from domain.database import database
from domain.desk import Desk
from domain.log import Log
from domain.objectives.drafting import DraftObjective
from domain.objectives.publishing import PublishObjective
from domain.record import Record
from domain.values import Owner
from projections import tally, walk
from projections.axes import Axis
from projections.board import board
from projections.instants import Moment
from projections.measurements import measurements
from projections.projector import Projector
from projections.replay import Every, Plan, Replay
from projections.series import series
from projections.sight import Viewer
from projections.states import states_at
from projections.subjects import Subject
from projections.views import Views
from tests.databases import DATABASES, on_every_database
from tests.histories import START, UNIT, Company, Step, steps
from tests.projections.test_properties import CYCLE, UTC_ZONE, empty, lived, now
from tests.projections.viewers import ANYBODY, VIEWERS, drafts_in, seen_by

AXES = st.sampled_from(("effective", "recorded"))
EVERY = st.sampled_from(("change", "day", "week"))
SUBJECTS = (Subject("cycle", CYCLE), Subject("unit", str(UNIT)))
DATED_BACK = [
    ("draft", 0, 1, 0),
    ("add", 0, 5, 0),
    ("check_in", 0, 4, 0),
    ("correct", 0, 5, 0),
    ("reword", 0, 7, 0),
    ("publish", 0, 0, 4),
]
"""A goal that is published as of an instant at which it still read otherwise."""


@on_every_database(
    steps, VIEWERS, st.sampled_from(SUBJECTS), AXES, EVERY, st.integers(5, 60), st.booleans()
)
def test_frames_stand_at_records_that_their_reader_sees(
    kind: str,
    history: list[Step],
    viewer: Viewer | None,
    subject: Subject,
    axis: Axis,
    every: Every,
    hours: int,
    few: bool,
) -> None:
    with (
        few_at_once(few),
        lived(kind, [*DATED_BACK, *history], live=False) as (log, views),
        views.read() as connection,
    ):
        moment = seen_by(connection, viewer, now(connection, log))
        moment = replace(moment, as_of=START + timedelta(hours=hours))
        frames = played(connection, subject, moment, axis, every)
        assert {frame["position"] for frame in frames} <= told(log, viewer).keys()
        if axis == "effective" and every == "change":
            changed = {frame["at"] for frame in frames if frame["changes"]}
            bare = [frame["at"] for frame in frames if not frame["changes"]]
            assert changed.isdisjoint(bare)
            assert len(bare) == len(set(bare))


@contextmanager
def few_at_once(few: bool) -> Generator[None]:
    """Read few entries at once, so that an instant comes in many bits; or as ever."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (walk, tally) if few else ():
            patch.setattr(module, "CHUNK", 3)
        yield


def told(log: Log, viewer: Viewer | None) -> dict[int, Record]:
    """The records that a viewer sees, by their positions."""
    records = log.records(0, 10_000)
    drafts = drafts_in(records)
    return {one.position: one for one in records if drafts.tells(one, viewer)}


def played(
    connection: Connection,
    subject: Subject,
    moment: Moment,
    axis: Axis = "effective",
    every: Every = "change",
) -> list[dict[str, Any]]:
    replay = Replay(Plan(subject=subject, moment=moment, zone=UTC_ZONE, axis=axis, every=every))
    found: list[dict[str, Any]] = []
    while frames := replay.read(connection):
        found += [orjson.loads(frame.encoded) for frame in frames]
    return found


@pytest.mark.parametrize("every", ["change", "day"])
@pytest.mark.parametrize("kind", DATABASES)
def test_what_comes_to_be_seen_by_itself_stands_at_the_record_that_published_it(
    kind: str, every: Every
) -> None:
    with lived(kind, DATED_BACK, live=False) as (log, views), views.read() as connection:
        moment = seen_by(connection, ANYBODY, now(connection, log))
        for subject in SUBJECTS:
            last = played(connection, subject, moment, every=every)[-1]
            assert (bool(last["changes"]), last["position"]) == (every == "day", log.head())
            assert last["totals"]["key_results"] == 1


SHARED = [
    ("draft", 0, 1, 0),
    ("add", 0, 5, 0),
    ("publish", 0, 0, 0),
    ("draft", 0, 2, 0),
    ("check_in", 0, 4, 1),
]
"""A draft that is made at the very instant at which what is published is measured."""


@pytest.mark.parametrize("kind", DATABASES)
def test_totals_of_an_instant_are_told_with_its_change_and_not_with_a_draft(kind: str) -> None:
    with lived(kind, SHARED, live=False) as (log, views), views.read() as connection:
        moment = seen_by(connection, ANYBODY, now(connection, log))
        for subject in SUBJECTS:
            frames = played(connection, subject, moment)
            assert all(frame["changes"] for frame in frames)
            assert frames[-1]["totals"]["measured"] == 1


MOVED_PAST = [
    ("draft", 0, 1, 0),
    ("add", 0, 5, 0),
    ("publish", 0, 0, 0),
    ("check_in", 0, 4, 0),
    ("move_check_in", 0, 0, 0),
    ("draft", 0, 2, 2),
]
"""A check-in that turned out to be measured later, and a draft that was made then."""


@pytest.mark.parametrize("every", ["change", "day"])
@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_believed_no_more_is_not_told_with_a_draft(kind: str, every: Every) -> None:
    with lived(kind, MOVED_PAST, live=False) as (log, views), views.read() as connection:
        moment = seen_by(connection, ANYBODY, now(connection, log))
        moment = replace(moment, as_of=START + timedelta(hours=9))
        for subject in SUBJECTS:
            frames = played(connection, subject, moment, "recorded", every)
            assert all(frame["changes"] for frame in frames)
            assert frames[-1]["position"] == log.head() - 2


@pytest.mark.parametrize("kind", DATABASES)
def test_what_an_alignment_from_another_cycle_kept_back_comes_to_be_seen(kind: str) -> None:
    """Of the instant from which it is seen on, its own cycle holds no record."""
    with empty(kind) as where:
        log, views = Log(where), Views(database(where).views)
        year = aligned_from_a_quarter(Company(Desk(log)))
        Projector(log, views).catch_up()
        with views.read() as connection:
            moment = seen_by(connection, ANYBODY, now(connection, log))
            found = board(connection, year, moment, UTC_ZONE)
            assert found is not None
            for subject in (Subject("cycle", year), SUBJECTS[1]):
                last = played(connection, subject, moment)[-1]
                assert (last["changes"], last["position"]) == ([], log.head())
                assert last["totals"]["objectives"] == found["totals"]["objectives"] == 1
        views.close()
        log.close()


def aligned_from_a_quarter(company: Company) -> str:
    """A year whose goal is published as of before a draft of a quarter was aligned with it."""
    company.found()
    year, quarter, goal, draft = (uuid4() for _ in range(4))
    company.do(PlanCycle(cycle_id=year, name="2026"))
    company.do(PlanCycle(cycle_id=quarter, name="Q2", parent_id=year))
    owner = Owner(type="unit", id=UNIT)
    for cycle, objective in ((year, goal), (quarter, draft)):
        company.do(
            DraftObjective(objective_id=objective, cycle_id=cycle, owner=owner, title="Grow")
        )
    start, finish = (EndId(type="objective", id=one) for one in (draft, goal))
    supports = Relation.SUPPORTS
    company.do(
        ProposeAlignment(alignment_id=uuid4(), start=start, finish=finish, relation=supports)
    )
    company.do(PublishObjective(objective_id=goal), late=2)
    return str(year)


@on_every_database(steps, VIEWERS)
def test_points_and_check_ins_rest_on_records_that_their_reader_sees(
    kind: str, history: list[Step], viewer: Viewer | None
) -> None:
    with lived(kind, [*DATED_BACK, *history], live=False) as (log, views), views.read() as reading:
        moment = seen_by(reading, viewer, now(reading, log))
        seen = told(log, viewer)
        corrected = {
            str(one.event.check_in_id)
            for one in seen.values()
            if isinstance(one.event, CheckInCorrected)
        }
        for one in states_at(reading, CYCLE, moment, ("key_result",)):
            found = series(reading, one["id"], moment, UTC_ZONE)
            assert found is not None
            for point in found["points"]:
                recorded = seen[point["position"]].recorded_at
                assert datetime.fromisoformat(point["recorded_at"]) == recorded
                assert point["corrected"] == (point["check_in_id"] in corrected)
            for check_in in measurements(reading, one["id"], moment):
                assert check_in["corrected"] == (check_in["id"] in corrected)


@pytest.mark.parametrize("kind", DATABASES)
def test_a_check_in_that_was_corrected_in_the_draft_was_made_by_publishing_it(kind: str) -> None:
    with lived(kind, DATED_BACK, live=False) as (log, views), views.read() as connection:
        whole = now(connection, log)
        for viewer, position in ((None, 9), (ANYBODY, log.head())):
            moment = seen_by(connection, viewer, whole)
            [key_result] = states_at(connection, CYCLE, moment, ("key_result",))
            found = series(connection, key_result["id"], moment, UTC_ZONE)
            assert found is not None
            [point] = found["points"]
            assert (point["position"], point["corrected"]) == (position, viewer is None)

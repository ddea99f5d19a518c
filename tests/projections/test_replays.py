"""Replays: every change once, in order, with totals that are those of the board."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.log import Log
from domain.record import Record
from projections import tally, walk
from projections.axes import Axis
from projections.board import board
from projections.instants import Moment, recorded_at
from projections.replay import Every, Frame, Plan, Replay
from projections.sight import Viewer
from projections.subjects import Subject
from projections.views import Views
from tests import oracle
from tests.databases import on_every_database
from tests.firms.firm import Firm, firm_steps
from tests.histories import START, UNIT, Step, steps
from tests.projections.test_properties import CYCLE, UTC_ZONE, assert_close, lived, now
from tests.projections.viewers import ADA, ANYBODY, VIEWERS, drafts_in, seen_by

Shown = dict[str, Any]
AXES = st.sampled_from(("effective", "recorded"))
Kind = Literal["cycle", "unit"]
SUBJECTS = st.sampled_from(("cycle", "unit"))
EVERY = st.sampled_from(("change", "day", "week"))


@pytest.fixture(autouse=True, scope="module")
def few_at_once() -> Iterator[None]:
    """Read a few entries at once, so that short histories are read in many bits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "CHUNK", 3)
        patch.setattr(tally, "CHUNK", 3)
        yield


def planned(
    connection: Connection,
    log: Log,
    every: Every = "change",
    axis: Axis = "effective",
    of: Kind = "cycle",
    viewer: Viewer | None = None,
) -> Plan:
    subject = Subject(of, CYCLE if of == "cycle" else str(UNIT))
    moment = seen_by(connection, viewer, now(connection, log))
    return Plan(subject=subject, moment=moment, zone=UTC_ZONE, every=every, axis=axis)


def played(views: Views, replay: Replay) -> list[Frame]:
    """All frames, each bit read in a transaction of its own."""
    found: list[Frame] = []
    while True:
        with views.read() as connection:
            frames = replay.read(connection)
        if not frames:
            return found
        found.extend(frames)


def shown(frames: list[Frame]) -> list[Shown]:
    return [orjson.loads(frame.encoded) for frame in frames]


def totals(connection: Connection, moment: Moment) -> Shown:
    """What the board of a moment adds up to."""
    found = board(connection, CYCLE, moment, UTC_ZONE)
    assert found is not None
    return {name: value for name, value in found["totals"].items() if name != "status"}


@on_every_database(steps, AXES, EVERY, VIEWERS)
def test_a_replay_tells_every_change_once_in_order_and_ends_at_the_final_board(
    kind: str, history: list[Step], axis: Axis, every: Every, viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, every, axis, viewer=viewer)
        frames = shown(played(views, Replay(plan)))
        changes = [change for frame in frames for change in frame["changes"]]
        place = f"{axis}_at"
        ordered = sorted(changes, key=lambda one: (instant(one[place]), one["position"]))
        assert changes == ordered
        told = sorted(change["position"] for change in changes)
        records = log.records(0, 10_000)
        drafts = drafts_in(records)
        assert told == of_cycle([one for one in records if drafts.tells(one, viewer)])
        assert frames[-1]["totals"] == totals(connection, plan.moment)


def of_cycle(records: list[Record]) -> list[int]:
    organisation = ("person.", "unit.")
    return [one.position for one in records if not one.event.TOPIC.startswith(organisation)]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@on_every_database(steps, EVERY, VIEWERS)
def test_along_effective_time_a_frame_has_the_totals_of_the_board_as_of_then(
    kind: str, history: list[Step], every: Every, viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, every, viewer=viewer)
        for frame in shown(played(views, Replay(plan))):
            then = replace(plan.moment, as_of=instant(frame["at"]))
            assert frame["totals"] == totals(connection, then)


@on_every_database(steps, st.integers(0, 60), VIEWERS)
def test_along_recorded_time_a_frame_has_the_totals_of_the_board_as_believed_then(
    kind: str, history: list[Step], hours: int, viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, axis="recorded", viewer=viewer)
        early = replace(plan.moment, as_of=START + timedelta(hours=hours))
        for moment in (plan.moment, early):
            for frame in shown(played(views, Replay(replace(plan, moment=moment)))):
                believed = replace(moment, position=frame["position"])
                assert frame["totals"] == totals(connection, believed)
                at, sight = instant(frame["at"]), moment.sight
                own = Moment(at, at, frame["position"], sight)
                if moment is plan.moment:
                    assert frame["totals"] == totals(connection, own)


MOVED_AWAY: list[Step] = [
    ("draft", 0, 0, 0),
    ("add", 0, 9, 0),
    ("check_in", 0, 6, 0),
    ("reword", 0, 1, 1),
    ("move_check_in", 0, 0, 0),
    ("reword", 0, 2, 3),
]


def test_what_was_measured_later_after_all_is_believed_no_more() -> None:
    """The correction itself is past the instant asked for, but what follows knows of it."""
    with lived("sqlite", MOVED_AWAY, live=False) as (log, views), views.read() as connection:
        asked = Moment(START + timedelta(hours=8), now(connection, log).known_at, log.head())
        plan = replace(planned(connection, log, axis="recorded"), moment=asked)
        *_, first, then = shown(played(views, Replay(plan)))
        assert first["position"] < then["position"] - 1
        assert [frame["totals"]["measured"] for frame in (first, then)] == [1, 0]


PUBLISHED_LATE: list[Step] = [
    ("draft", 0, 0, 0),
    ("add", 0, 9, 0),
    *[("rename_unit", 0, 0, 0)] * 20,
    ("check_in", 0, 6, 0),
    ("publish", 0, 0, 20),
]


def test_what_a_draft_came_to_a_day_after_its_publishing_counts_no_earlier() -> None:
    """The check-in is drafting and not told, but what was published a day before came to it."""
    with lived("sqlite", PUBLISHED_LATE, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, "day", viewer=ANYBODY)
        frames = shown(played(views, Replay(plan)))
        assert [bool(frame["changes"]) for frame in frames] == [True, False]
        for frame in frames:
            as_of = instant(frame["at"])
            assert frame["totals"] == totals(connection, replace(plan.moment, as_of=as_of))
        assert [frame["totals"]["measured"] for frame in frames] == [0, 1]


@on_every_database(steps, AXES, EVERY, SUBJECTS, st.integers(0, 60), VIEWERS)
def test_a_replay_that_goes_on_after_any_frame_loses_and_doubles_nothing(
    kind: str,
    history: list[Step],
    axis: Axis,
    every: Every,
    of: Kind,
    cut: int,
    viewer: Viewer | None,
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, every, axis, of, viewer)
        whole = played(views, Replay(plan))
        if not whole:
            return
        cut %= len(whole)
        assert played(views, Replay(plan, whole[cut].key)) == whole[cut + 1 :]


@on_every_database(steps, AXES, st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_a_replay_is_the_frames_between_two_instants(
    kind: str, history: list[Step], axis: Axis, one: int, other: int
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, axis=axis)
        whole = shown(played(views, Replay(plan)))
        start, end = sorted((whole[one % len(whole)]["at"], whole[other % len(whole)]["at"]))
        part = plan.between(connection, instant(start), instant(end))
        wanted = [f for f in whole if instant(start) <= instant(f["at"]) <= instant(end)]
        assert shown(played(views, Replay(part))) == wanted
        if axis == "recorded":
            places = [wanted[0]["position"], wanted[-1]["position"]]
            assert shown(played(views, Replay(plan.between(connection, *places)))) == wanted


@on_every_database(firm_steps, AXES)
def test_the_replay_of_a_unit_adds_up_what_it_and_the_units_below_it_owned_then(
    kind: str, history: list[Step], axis: Axis
) -> None:
    with lived(kind, history, live=False, people=Firm) as (log, views), views.read() as connection:
        plan = planned(connection, log, axis=axis, of="unit")
        frames = shown(played(views, Replay(plan)))
        types = {change["entity"]["type"] for frame in frames for change in frame["changes"]}
        assert types <= {"unit", "objective", "key_result", "alignment", "cycle"}
        records = log.records(0, 10_000)
        for frame in frames:
            known = frame["position"] if axis == "recorded" else plan.moment.position
            as_of = plan.moment.as_of if axis == "recorded" else instant(frame["at"])
            own = oracle.of_unit(oracle.things_at(records, as_of, known), UNIT)
            assert frame["totals"]["objectives"] == len(oracle.counted(own))
            assert frame["totals"]["key_results"] == len(oracle.live_key_results(own))
            assert_close(frame["totals"]["progress"], oracle.cycle_progress(own))


@on_every_database(steps, AXES, st.integers(0, 60))
def test_replays_of_one_mark_are_the_same(
    kind: str, history: list[Step], axis: Axis, hours: int
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        plan = planned(connection, log, axis=axis)
        found: dict[Hashable, list[Frame]] = {}
        for position in [one.position for one in log.records(0, 10_000)][-6:]:
            known_at = recorded_at(connection, position)
            assert known_at is not None
            for as_of in (known_at, plan.moment.as_of, START + timedelta(hours=hours)):
                for viewer in (None, ANYBODY, ADA):
                    moment = seen_by(connection, viewer, Moment(as_of, known_at, position))
                    asked = replace(plan, moment=moment)
                    frames = played(views, Replay(asked))
                    assert found.setdefault(asked.mark(connection), frames) == frames
        assert len(found) > 1

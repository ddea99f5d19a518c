"""Who sees which drafts: held to what the log says by itself of owners, leads and publishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.editing import ObjectiveReworded
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from domain.units.members import JoinUnit, LeaveUnit, Role
from domain.values import Moved
from projections import audit_trail, lists, search
from projections.audit_trail import entries
from projections.axes import Axis
from projections.board import board
from projections.diff import diff_of_everything
from projections.filters import Filters
from projections.instants import Moment, resolve
from projections.projector import Projector
from projections.read_models import ReadModels
from projections.replay import Frame, Plan, Replay
from projections.retrospective.report import retrospective
from projections.sight import Viewer, sight_of, was_ever_shown
from projections.states import state_at, states_at, states_of
from projections.subjects import Subject
from projections.timeline import timeline
from projections.tree import tree
from projections.views import Views, set_position
from projections.words import sought
from tests.databases import DATABASES, on_every_database
from tests.histories import OTHER_UNIT, PERSON, START, UNIT, Company, Step, steps
from tests.projections.test_properties import CYCLE, UTC_ZONE, empty, lived, now
from tests.projections.viewers import ANYBODY, VIEWERS, about, drafts_in, seen_by

AXES: tuple[Axis, ...] = ("effective", "recorded")


@on_every_database(steps, VIEWERS, st.integers(-2, 60), st.integers(1, 60))
def test_a_state_is_seen_once_it_was_published_and_before_by_those_whose_draft_it_is(
    kind: str, history: list[Step], viewer: Viewer | None, hours: int, known: int
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        known = min(known, len(records))
        instant, drafts = START + timedelta(hours=hours), drafts_in(records)
        whole = Moment(instant, records[known - 1].recorded_at, known)
        moment = seen_by(connection, viewer, whole)
        there = states_at(connection, CYCLE, whole)
        wanted = [
            one["id"] for one in there if drafts.shows(UUID(one["id"]), viewer, instant, known)
        ]
        assert [one["id"] for one in states_at(connection, CYCLE, moment)] == wanted
        assert states_of(connection, [one["id"] for one in there], moment).keys() == set(wanted)
        for one in there:
            found = state_at(connection, one["id"], moment)
            assert (found is not None) == (one["id"] in wanted)


DRAFTED = [
    ("draft", 0, 1, 0),
    ("add", 0, 3, 0),
    ("check_in", 0, 4, 0),
    ("draft", 0, 2, 0),
    ("align", 0, 1, 0),
    ("reword", 0, 7, 0),
    ("reword", 1, 8, 0),
    ("target", 0, 9, 0),
    ("publish", 0, 0, 5),
    ("reword", 0, 9, 0),
    ("publish", 1, 0, 2),
]
"""Two objectives that are published as of instants at which they still read otherwise."""


@on_every_database(steps, VIEWERS)
def test_what_was_drafted_is_not_told_by_dating_its_publishing_back(
    kind: str, history: list[Step], viewer: Viewer | None
) -> None:
    """Whenever it is seen, it reads as it was shown, or as what was recorded since made it."""
    with lived(kind, [*DRAFTED, *history], live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        drafts, last = drafts_in(records), seen_by(connection, viewer, now(connection, log))
        for hours in range(len(records) + 2):
            moment = replace(last, as_of=START + timedelta(hours=hours))
            for one in states_at(connection, CYCLE, moment, ("objective",)):
                objective_id = UUID(one["id"])
                if not drafts.is_theirs(objective_id, viewer):
                    assert one["title"] in shown_titles(records, objective_id)


def shown_titles(records: Sequence[Record], objective_id: UUID) -> set[str]:
    """What an objective was called when it was published, and whatever it was called since."""
    titles: list[str] = []
    is_public = False
    for record in records:
        match record.event:
            case _ if record.stream_id != objective_id:
                continue
            case ObjectiveDrafted(title=title):
                titles = [title]
            case ObjectiveReworded(title=Moved(new=title)):
                titles = [*titles, title] if is_public else [title]
            case ObjectivePublished():
                is_public = True
            case _:
                pass
    return set(titles)


@on_every_database(steps, VIEWERS, st.integers(8, 17), st.integers(8, 17))
def test_every_difference_names_records_that_its_reader_sees(
    kind: str, history: list[Step], viewer: Viewer | None, one: int, other: int
) -> None:
    with lived(kind, [*DRAFTED, *history], live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        drafts, last = drafts_in(records), seen_by(connection, viewer, now(connection, log))
        instants = [START + timedelta(hours=hours) for hours in (one, other)]
        true = [replace(last, as_of=instant) for instant in instants]
        known = [resolve(connection, log.clock(), None, at, last.sight) for at in instants]
        told = {str(one.event_id) for one in records if drafts.tells(one, viewer)}
        for ends in (true, known):
            for change in diff_of_everything(connection, *ends):
                assert change["event_ids"], change
                assert set(change["event_ids"]) <= told


@on_every_database(steps, VIEWERS)
def test_a_record_is_seen_unless_it_belongs_to_the_drafting_of_others(
    kind: str, history: list[Step], viewer: Viewer | None
) -> None:
    with lived(kind, history, live=False) as (log, views), views.read() as connection:
        records = log.records(0, 10_000)
        drafts, moment = drafts_in(records), seen_by(connection, viewer, now(connection, log))
        found = entries(connection, [one.position for one in records], moment)
        wanted = [one.position for one in records if drafts.tells(one, viewer)]
        assert [one["position"] for one in found] == wanted
        for one in {about(record) for record in records}:
            ever = all(
                home in drafts.published or drafts.is_theirs(home, viewer)
                for home in drafts.homes.get(one, ())
            )
            assert was_ever_shown(connection, str(one), moment.sight) == ever


@pytest.mark.parametrize("kind", DATABASES)
def test_a_lead_is_one_from_joining_until_leaving_or_another_role(kind: str) -> None:
    with empty(kind) as where:
        log = Log(database(where))
        views = Views(database(where).views)
        company, projector = Company(Desk(log)), Projector(log, views)
        company.found()
        led: list[list[int]] = []
        for command in (
            None,
            JoinUnit(unit_id=OTHER_UNIT, person_id=PERSON, role=Role.LEAD),
            JoinUnit(unit_id=UNIT, person_id=PERSON, role=Role.MEMBER),
            JoinUnit(unit_id=UNIT, person_id=PERSON, role=Role.LEAD),
            LeaveUnit(unit_id=OTHER_UNIT, person_id=PERSON),
        ):
            if command is not None:
                company.do(command)
            projector.catch_up()
            with views.read() as connection:
                led.append(sorted(sight_of(connection, Viewer(str(PERSON))).units))
        views.close()
        log.close()
    first, second = led[0][0], led[2][0]
    assert led == [[first], [first, second], [second], [first, second], [first]]


@on_every_database(steps)
def test_to_others_what_is_still_a_draft_was_never_made(kind: str, history: list[Step]) -> None:
    with lived(kind, history, live=False) as (log, views), empty(kind) as elsewhere:
        records = log.records(0, 10_000)
        drafts = drafts_in(records)
        public = {one.position for one in records if drafts.are_none(about(one))}
        kept = [stored for stored in log.stored(0, 10_000) if stored.position in public]
        without = Views(database(elsewhere).views)
        with without.write() as connection:
            ReadModels().take_in(connection, kept)
            set_position(connection, log.head())
        clock = log.clock()
        assert answers(views, clock) == answers(without, clock)
        without.close()


def answers(views: Views, clock: datetime) -> dict[str, Any]:
    """What somebody who owns and leads nothing is told of everything."""
    with views.read() as connection:
        moment = resolve(connection, clock, sight=sight_of(connection, ANYBODY))
        early = replace(moment, as_of=START + timedelta(hours=6))
        cycle, unit = Subject("cycle", CYCLE), Subject("unit", str(UNIT))
        told = retrospective(connection, CYCLE, moment, UTC_ZONE)
        looked_back = {} if told is None else told.model_dump(mode="json")
        for belief in looked_back.get("beliefs", {}).values():
            if isinstance(belief, dict):
                # The end of the log on a day, which drafts are part of.
                cast("dict[str, Any]", belief).pop("position")
        return {
            "board": board(connection, CYCLE, moment, UTC_ZONE),
            "tree": tree(connection, CYCLE, moment),
            "timelines": [timeline(connection, one, moment, UTC_ZONE) for one in (cycle, unit)],
            "replays": [
                [frame.encoded for frame in whole(connection, one, moment, axis)]
                for one in (cycle, unit)
                for axis in AXES
            ],
            "difference": diff_of_everything(connection, early, moment),
            "trail": audit_trail.page(connection, Filters(), moment, 500),
            "objectives": lists.page(connection, "objective", moment, 500),
            "alignments": lists.page(connection, "alignment", moment, 500),
            "hits": search.page(connection, sought("objective"), moment, 500),
            "retrospective": looked_back,
        }


def whole(connection: Connection, subject: Subject, moment: Moment, axis: Axis) -> list[Frame]:
    replay = Replay(Plan(subject=subject, moment=moment, zone=UTC_ZONE, axis=axis))
    found: list[Frame] = []
    while frames := replay.read(connection):
        found.extend(frames)
    return found

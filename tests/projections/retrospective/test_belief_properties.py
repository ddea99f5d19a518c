"""For every history: what was believed on a day is what the records known that day say."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from projections.instants import Moment
from projections.retrospective.beliefs import Days
from projections.retrospective.report import retrospective
from tests.databases import on_every_database
from tests.histories import Step, step
from tests.projections.retrospective import oracle, oracle_of_beliefs
from tests.projections.retrospective.test_properties import END, PACE, Quarter, near
from tests.projections.test_properties import CYCLE, UTC_ZONE, lived

BEFORE_END = st.integers(0, 45).map(lambda days: END - timedelta(days=80 - days))

days_of_a_quarter = on_every_database(
    st.lists(step, min_size=5, max_size=40), BEFORE_END, BEFORE_END, BEFORE_END
)


@days_of_a_quarter
def test_beliefs_equal_a_slow_and_obvious_computation(
    kind: str, history: list[Step], on: datetime, first: datetime, last: datetime
) -> None:
    asked = (on, first, last)
    with (
        lived(kind, history, live=False, people=Quarter, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        records = log.records(0, 10_000)
        story = oracle.Story(records, len(records), END)
        moment = Moment(END, END, len(records))
        days = Days(on, first, last)
        found = retrospective(connection, CYCLE, moment, UTC_ZONE, days=days)
        assert found is not None
        for shown, day in zip(
            (found.beliefs.on, found.beliefs.start, found.beliefs.finish), asked, strict=True
        ):
            things = oracle_of_beliefs.believed(story, day)
            counted, progress = oracle_of_beliefs.totals(things, day)
            assert {name: getattr(shown.totals, name) for name in counted} == counted
            assert near(shown.totals.progress, progress, 9)
        assert {
            (UUID(one.entity.id), one.field) for one in found.beliefs.changes
        } == oracle_of_beliefs.changes(
            oracle_of_beliefs.believed(story, first), oracle_of_beliefs.believed(story, last)
        )

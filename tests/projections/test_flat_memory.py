"""However long a history is, a stream of it takes no more memory than a short one."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from projections import tally, walk
from projections.axes import AXES
from projections.instants import Moment
from projections.plain import from_micros
from projections.projector import Projector
from projections.replay import Plan, Replay
from projections.subjects import Subject
from projections.tables import facets, states, trail
from projections.views import Views
from tests.databases import DATABASES, fresh
from tests.histories import CYCLE, UNIT, Company
from tests.projections.test_properties import UTC_ZONE
from tests.projections.test_views import with_key_result

CHANGES = 5_000


def measured_often(views: Views) -> Moment:
    """Repeat the last check-in many times, an hour apart each, as the projector would write it."""
    with views.write() as connection:
        last = select(facets).order_by(facets.c.position.desc()).limit(1)
        found = dict(connection.execute(last).mappings().one())
        position, at = found["position"], found["effective_at"]
        shown = select(trail.c.entry).where(trail.c.position == position)
        entry = connection.execute(shown).scalar_one()
        held = select(states).where(states.c.position == position)
        state = dict(connection.execute(held).mappings().one())
        rows: dict[Table, list[dict[str, Any]]] = {facets: [], trail: [], states: []}
        for _ in range(1, CHANGES):
            position, at = position + 1, at + 3_600_000_000
            times = {"position": position, "effective_at": at, "recorded_at": at}
            rows[facets].append(found | times)
            rows[trail].append({"position": position, "entry": entry})
            rows[states].append(state | {"position": position, "valid_from": at})
        for table, repeated in rows.items():
            connection.execute(insert(table), repeated)
    return Moment(from_micros(at), from_micros(at), position)


@pytest.mark.parametrize("subject", [Subject("cycle", str(CYCLE)), Subject("unit", str(UNIT))])
@pytest.mark.parametrize("kind", DATABASES)
def test_a_long_replay_takes_no_more_memory_than_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, subject: Subject
) -> None:
    # Fewer at once, so that a shorter history is long enough to show it.
    monkeypatch.setattr(tally, "CHUNK", 500)
    monkeypatch.setattr(walk, "CHUNK", 500)
    with fresh(kind, tmp_path) as where:
        log, views = Log(where), Views(database(where).views)
        company = Company(Desk(log))
        company.found()
        company.do(with_key_result(company, Decimal(100)))
        Projector(log, views).catch_up()
        log.close()
        moment = measured_often(views)
        for axis in AXES:
            plan = Plan(subject=subject, moment=moment, zone=UTC_ZONE, axis=axis)
            early, late = peaks(views, Replay(plan))
            assert late < 1.1 * early
        views.close()


def peaks(views: Views, replay: Replay) -> tuple[int, int]:
    """The most memory, in bytes, that the first half of a replay takes, and the other half."""
    told, found = 0, [0, 0]
    tracemalloc.start()
    while True:
        with views.read() as connection:
            frames = replay.read(connection)
        if not frames:
            break
        told += len(frames)
        late = told > CHANGES // 2
        found[late] = max(found[late], tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    assert told >= CHANGES
    return found[0], found[1]

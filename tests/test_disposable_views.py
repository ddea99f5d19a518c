"""The views may be deleted, damaged or of an older kind: the next start answers as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.app import create_app
from api.history import History
from api.importing import import_lines
from api.sample import lines
from api.settings import Settings
from domain.database import PostgresDatabase, SQLiteFile
from domain.values import source_id
from projections.tables import position_table
from tests.databases import DATABASES, fresh

QUARTER = source_id("sample", "26q3")
LOWERED = source_id("sample", "26q3-growth-o1-kr1")
OBJECTIVE = source_id("sample", "26q3-growth-o1")
PINNED = "as_of=2026-09-20T00:00:00Z&known_at=position:3000"
REQUESTS = [
    f"/v1/cycles?{PINNED}",
    f"/v1/units?{PINNED}",
    f"/v1/people?{PINNED}",
    f"/v1/objectives?cycle_id={QUARTER}&limit=100&{PINNED}",
    f"/v1/objectives/{OBJECTIVE}?{PINNED}",
    f"/v1/objectives/{OBJECTIVE}/reviews?{PINNED}",
    f"/v1/key-results/{LOWERED}?{PINNED}",
    f"/v1/key-results/{LOWERED}/check-ins?{PINNED}",
    f"/v1/key-results/{LOWERED}/history?{PINNED}",
    f"/v1/cycles/{QUARTER}/board?{PINNED}",
    f"/v1/cycles/{QUARTER}/tree?{PINNED}",
    f"/v1/cycles/{QUARTER}/replay?every=week&{PINNED}",
    f"/v1/alignments?cycle_id={QUARTER}&{PINNED}",
    f"/v1/audit?limit=500&{PINNED}",
    f"/v1/audit?type=TargetAdjusted&after_freeze=true&{PINNED}",
    f"/v1/cycles/{QUARTER}/diff?from=position:2400&to=position:2900",
]


@pytest.fixture(scope="module", params=DATABASES)
def settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The sample company's history, imported once for each kind of database."""
    with fresh(request.param, tmp_path_factory.mktemp("sample")) as where:
        settings = Settings(database=where)
        history = History(settings)
        import_lines(history.desk, [orjson.dumps(line) for line in lines()])
        history.close()
        yield settings


def answers(settings: Settings) -> list[bytes]:
    """What a service started anew answers to the saved requests."""
    with TestClient(create_app(History(settings))) as client:
        found = [client.get(request) for request in REQUESTS]
    assert [one.status_code for one in found] == [200] * len(REQUESTS)
    return [one.content for one in found]


def delete(settings: Settings) -> None:
    match settings.where.views:
        case SQLiteFile(path):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
        case PostgresDatabase(address):
            with psycopg.connect(address) as connection:
                connection.execute("DROP SCHEMA okr_views CASCADE")


def damage(settings: Settings) -> None:
    match settings.where.views:
        case SQLiteFile(path):
            delete(settings)
            path.write_bytes(b"no database at all" * 500)
        case PostgresDatabase(address):
            with psycopg.connect(address) as connection:
                connection.execute("DROP TABLE okr_views.states")
                connection.execute("ALTER TABLE okr_views.view_position DROP COLUMN log_identity")


def age(settings: Settings) -> None:
    history = History(settings)
    with history.views.write() as connection:
        connection.execute(update(position_table).values(schema_version=0))
    history.close()


@pytest.mark.parametrize("spoil", [delete, damage, age])
def test_answers_are_the_same_bytes_after(
    settings: Settings, spoil: Callable[[Settings], None]
) -> None:
    before = answers(settings)
    spoil(settings)
    assert answers(settings) == before

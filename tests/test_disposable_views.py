"""The views may be deleted, damaged or of an older kind: the next start answers as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.app import create_app
from api.history import History
from api.importing import import_lines
from api.sample import lines
from api.settings import Settings
from domain.values import source_id
from projections.views import Views, position_table

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


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample company's history, imported once."""
    settings = Settings(database=f"sqlite:///{tmp_path_factory.mktemp('sample') / 'okr.db'}")
    history = History(settings)
    import_lines(history.desk, [orjson.dumps(line) for line in lines()])
    history.close()
    return settings


def answers(settings: Settings) -> list[bytes]:
    """What a service started anew answers to the saved requests."""
    with TestClient(create_app(History(settings))) as client:
        found = [client.get(request) for request in REQUESTS]
    assert [one.status_code for one in found] == [200] * len(REQUESTS)
    return [one.content for one in found]


def delete(views: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{views}{suffix}").unlink(missing_ok=True)


def damage(views: Path) -> None:
    delete(views)
    views.write_bytes(b"no database at all" * 500)


def age(views: Path) -> None:

    opened = Views(views)
    with opened.write() as connection:
        connection.execute(update(position_table).values(schema_version=0))
    opened.close()


@pytest.mark.parametrize("spoil", [delete, damage, age])
def test_answers_are_the_same_bytes_after(
    settings: Settings, spoil: Callable[[Path], None]
) -> None:
    before = answers(settings)
    spoil(settings.views_path)
    assert answers(settings) == before

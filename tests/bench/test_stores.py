"""What the benchmark asks of a store, on every database that it measures."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from api.history import History
from api.settings import Settings
from domain.people import RegisterPerson
from tests.bench.bench import context
from tests.bench.company import named
from tests.bench.postgres import PostgreSQL
from tests.bench.stores import SQLite, Store
from tests.servers import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return SQLite(tmp_path) if request.param == "sqlite" else PostgreSQL(postgres().address())


def _recorded(store: Store, database: str, person: str | None = None) -> int:
    """How many changes a database holds with its views, after one more where somebody is named."""
    history = History(Settings(database=store.url(database)))
    try:
        if person is not None:
            command = RegisterPerson(person_id=named("person", person), name=person)
            history.desk.carry_out([command], context(history.desk))
        assert history.catch_up() == history.log.head()
        return len(history.log.records(0, 10))
    finally:
        history.close()


def test_a_copy_goes_its_own_way_and_a_renamed_database_keeps_what_it_holds(store: Store) -> None:
    store.make("work_1_1")
    assert _recorded(store, "work_1_1", "Ada") == 1
    store.copy("work_1_1", "work_1_2")
    assert _recorded(store, "work_1_2", "Ben") == 2
    store.rename("work_1_1", "work_1_3")
    assert _recorded(store, "work_1_3") == 1
    assert {"work_1_2", "work_1_3"} <= store.databases()
    for database in ("work_1_1", "work_1_2", "work_1_3"):
        store.drop(database)
    assert not {"work_1_1", "work_1_2", "work_1_3"} & store.databases()


def test_the_bare_library_saves_on_the_same_database(store: Store) -> None:
    store.make("work_1_4")
    application = Application[UUID](dict(store.library("work_1_4")))
    saved = Aggregate()
    application.save(saved)
    assert application.repository.get(saved.id).version == 1
    application.close()
    store.drop("work_1_4")

"""The database itself refuses to change or remove what was recorded, whoever asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.builders import BEN, GROWTH
from tests.databases import TABLES, dump, fresh, plain
from tests.domain.logs import ADDED, entry, key, opened

EVENT = "(originator_id, originator_version, topic, state)"
SAME_EVENT = "SELECT originator_id, originator_version, topic, state FROM stored_events LIMIT 1"
NEW_EVENT = "SELECT 1, 'new', 1, 'x', 'x'"
FORGERIES: dict[str, str] = {
    "events, update": "UPDATE stored_events SET state = 'x'",
    "events, update one": "UPDATE stored_events SET topic = 'x' WHERE originator_version = 1",
    "events, update nothing": "UPDATE stored_events SET topic = topic",
    "events, delete": "DELETE FROM stored_events",
    "events, delete one": "DELETE FROM stored_events WHERE topic = 'key-result.added'",
    "receipts, update": "UPDATE receipts SET digest = 'x'",
    "receipts, delete": "DELETE FROM receipts",
    "receipts, upsert": (
        "INSERT INTO receipts VALUES ('anna', 'k-1', 'x', 9, 9) "
        "ON CONFLICT (scope, key) DO UPDATE SET digest = 'x'"
    ),
    "homes, update": "UPDATE entity_streams SET stream_id = entity_id",
    "homes, delete": "DELETE FROM entity_streams",
    "homes, upsert": (
        "INSERT INTO entity_streams SELECT entity_id, entity_id FROM entity_streams WHERE TRUE "
        "ON CONFLICT (entity_id) DO UPDATE SET stream_id = excluded.stream_id"
    ),
}
ON_FILES: dict[str, str] = {
    "events, update or replace": "UPDATE OR REPLACE stored_events SET rowid = 2 WHERE rowid = 1",
    "events, update or ignore": "UPDATE OR IGNORE stored_events SET state = 'x'",
    "events, replace by key": f"INSERT OR REPLACE INTO stored_events {EVENT} {SAME_EVENT}",
    "events, replace": f"REPLACE INTO stored_events {EVENT} {SAME_EVENT}",
    "events, replace by rowid": (
        f"INSERT OR REPLACE INTO stored_events (rowid, {EVENT[1:]} {NEW_EVENT}"
    ),
    "events, upsert": (
        f"INSERT INTO stored_events {EVENT} {SAME_EVENT.replace('LIMIT 1', 'WHERE rowid = 1')} "
        "ON CONFLICT DO UPDATE SET state = 'x'"
    ),
    "receipts, replace": "INSERT OR REPLACE INTO receipts VALUES ('anna', 'k-1', 'x', 9, 9)",
    "homes, replace": (
        "INSERT OR REPLACE INTO entity_streams SELECT entity_id, 'x' FROM entity_streams"
    ),
}
ON_SERVERS: dict[str, str] = {
    "events, truncate": "TRUNCATE stored_events",
    "receipts, truncate": "TRUNCATE receipts",
    "homes, truncate": "TRUNCATE entity_streams CASCADE",
    "events, upsert": (
        f"INSERT INTO stored_events {EVENT} {SAME_EVENT} "
        "ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = 'x'"
    ),
    "events, merge": (
        "MERGE INTO stored_events USING (SELECT 1) AS x ON TRUE WHEN MATCHED THEN DELETE"
    ),
    "events, as a replica": "SET session_replication_role = replica; DELETE FROM stored_events",
}
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)


def filled(where: str) -> str:
    """A database with something in every table."""
    with opened(where) as log:
        log.append([entry(key=key()), entry(BEN), entry(GROWTH, event=ADDED)], {})
    return where


@pytest.fixture
def history(where: str) -> str:
    return filled(where)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[str]:
    with fresh("sqlite", tmp_path) as where:
        yield filled(where)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as where:
        yield filled(where)


def must_be_refused(where: str, forgery: str, before_it: str = "SELECT 1") -> None:
    before = dump(where)
    assert all(before[table] for table in TABLES)
    with plain(where) as connection:
        connection.execute(before_it)
        with pytest.raises(REFUSED, match="the log is append-only"):
            connection.execute(forgery)
    assert dump(where) == before


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_recorded_is_never_changed_or_removed(history: str, forgery: str) -> None:
    must_be_refused(history, FORGERIES[forgery])


@pytest.mark.parametrize("forgery", ON_FILES)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_nor_by_what_only_files_understand(
    file: str, forgery: str, recursive_triggers: str
) -> None:
    pragma = f"PRAGMA recursive_triggers = {recursive_triggers}"
    must_be_refused(file, ON_FILES[forgery], pragma)


@pytest.mark.parametrize("forgery", ON_SERVERS)
def test_nor_by_what_only_servers_understand(server: str, forgery: str) -> None:
    must_be_refused(server, ON_SERVERS[forgery])


def test_a_forgery_leaves_the_rest_of_its_transaction_to_be_undone(history: str) -> None:
    before = dump(history)
    with plain(history) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO receipts VALUES ('anna', 'k-2', 'x', 9, 9)")
        with pytest.raises(REFUSED):
            connection.execute("DELETE FROM receipts")
        connection.execute("ROLLBACK")
    assert dump(history) == before


@pytest.mark.parametrize(
    "removal",
    [
        "DROP TRIGGER append_only ON stored_events",
        "ALTER TABLE stored_events DISABLE TRIGGER append_only",
    ],
)
def test_the_guards_of_a_server_stand_again_after_the_log_is_opened_again(
    server: str, removal: str
) -> None:
    must_stand_again(server, removal)


def test_the_guards_of_a_file_stand_again_after_the_log_is_opened_again(file: str) -> None:
    must_stand_again(file, "DROP TRIGGER stored_events_no_delete")


def must_stand_again(where: str, removal: str) -> None:
    with plain(where) as connection:
        connection.execute(removal)
    with opened(where):
        pass
    must_be_refused(where, "DELETE FROM stored_events")

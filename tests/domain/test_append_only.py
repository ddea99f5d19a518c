"""The database itself refuses to change or remove what was recorded, whoever asks."""

import sqlite3
from pathlib import Path

import pytest

from tests.builders import BEN, GROWTH
from tests.domain.databases import TABLES, dump, plain
from tests.domain.logs import ADDED, entry, key, opened

EVENT = "(originator_id, originator_version, topic, state)"
SAME_EVENT = "SELECT originator_id, originator_version, 'x', 'x' FROM stored_events LIMIT 1"
NEW_EVENT = "SELECT 1, 'new', 1, 'x', 'x'"
FORGERIES: dict[str, str] = {
    "events, update": "UPDATE stored_events SET state = 'x'",
    "events, update one": "UPDATE stored_events SET topic = 'x' WHERE rowid = 1",
    "events, update nothing": "UPDATE stored_events SET topic = topic",
    "events, update or replace": "UPDATE OR REPLACE stored_events SET rowid = 2 WHERE rowid = 1",
    "events, update or ignore": "UPDATE OR IGNORE stored_events SET state = 'x'",
    "events, delete": "DELETE FROM stored_events",
    "events, delete one": "DELETE FROM stored_events WHERE rowid = 3",
    "events, replace by key": f"INSERT OR REPLACE INTO stored_events {EVENT} {SAME_EVENT}",
    "events, replace": f"REPLACE INTO stored_events {EVENT} {SAME_EVENT}",
    "events, replace by rowid": (
        f"INSERT OR REPLACE INTO stored_events (rowid, {EVENT[1:]} {NEW_EVENT}"
    ),
    "events, upsert": (
        f"INSERT INTO stored_events {EVENT} {SAME_EVENT.replace('LIMIT 1', 'WHERE rowid = 1')} "
        "ON CONFLICT DO UPDATE SET state = 'x'"
    ),
    "receipts, update": "UPDATE receipts SET digest = 'x'",
    "receipts, delete": "DELETE FROM receipts",
    "receipts, replace": "INSERT OR REPLACE INTO receipts VALUES ('anna', 'k-1', 'x', 9, 9)",
    "receipts, upsert": (
        "INSERT INTO receipts VALUES ('anna', 'k-1', 'x', 9, 9) "
        "ON CONFLICT DO UPDATE SET digest = 'x'"
    ),
    "homes, update": "UPDATE entity_streams SET stream_id = 'x'",
    "homes, delete": "DELETE FROM entity_streams",
    "homes, replace": (
        "INSERT OR REPLACE INTO entity_streams SELECT entity_id, 'x' FROM entity_streams"
    ),
    "homes, upsert": (
        "INSERT INTO entity_streams SELECT entity_id, 'x' FROM entity_streams WHERE TRUE "
        "ON CONFLICT DO UPDATE SET stream_id = 'x'"
    ),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with something in every table."""
    path = tmp_path / "log.db"
    with opened(path) as log:
        log.append([entry(key=key()), entry(BEN), entry(GROWTH, event=ADDED)], {})
    return path


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_what_was_recorded_is_never_changed_or_removed(
    path: Path, forgery: str, recursive_triggers: str
) -> None:
    before = dump(path)
    assert all(before[table] for table in TABLES)
    with plain(path) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
        with pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
            connection.execute(FORGERIES[forgery])
    assert dump(path) == before


def test_a_forgery_leaves_the_rest_of_its_transaction_to_be_undone(path: Path) -> None:
    before = dump(path)
    with plain(path) as connection:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO receipts VALUES ('anna', 'k-2', 'x', 9, 9)")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM receipts")
        connection.execute("ROLLBACK")
    assert dump(path) == before


def test_the_guards_stand_again_after_the_log_is_opened_again(path: Path) -> None:
    with plain(path) as connection:
        connection.execute("DROP TRIGGER stored_events_no_delete")
    with opened(path):
        pass
    with plain(path) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM stored_events")

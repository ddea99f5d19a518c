"""What stands beside the library's event table on SQLite, and the triggers that keep it whole."""

from collections.abc import Iterable

DENIED = "the log is append-only: an event is never changed or removed"

_TABLES = (
    """CREATE TABLE IF NOT EXISTS identity (id TEXT NOT NULL)""",
    """INSERT INTO identity SELECT lower(hex(randomblob(16)))
        WHERE NOT EXISTS (SELECT 1 FROM identity)""",
    """CREATE TABLE IF NOT EXISTS receipts (
        scope TEXT, key TEXT, digest TEXT NOT NULL,
        first_position INTEGER NOT NULL, last_position INTEGER NOT NULL,
        PRIMARY KEY (scope, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS entity_streams (
        entity_id TEXT PRIMARY KEY, stream_id TEXT NOT NULL
    ) WITHOUT ROWID""",
)


def _append_only(table: str, same: str) -> Iterable[str]:
    """Triggers by which the database itself refuses UPDATE, DELETE and REPLACE."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{DENIED}'); END"
    yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}"
    yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}"
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this module
    yield (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN {exists} {refuse}"
    )


STATEMENTS = (
    *_TABLES,
    *_append_only(
        "stored_events",
        "rowid = NEW.rowid OR (originator_id = NEW.originator_id "
        "AND originator_version = NEW.originator_version)",
    ),
    *_append_only("receipts", "scope = NEW.scope AND key = NEW.key"),
    *_append_only("entity_streams", "entity_id = NEW.entity_id"),
)

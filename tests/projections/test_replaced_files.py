"""A file of views that is replaced while somebody opens it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from projections.sqlite_views import SQLiteHome


def made(path: Path, said: str) -> Path:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE told AS SELECT ? AS said", (said,))
    connection.close()
    return path


def test_whoever_opened_the_old_file_reads_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = made(tmp_path / "old.db", "old"), made(tmp_path / "new.db", "new")
    path, other = tmp_path / "views.db", tmp_path / "other"
    path.symlink_to(old)
    other.symlink_to(new)
    opened = sqlite3.connect

    def replaced_meanwhile(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = opened(*arguments, **options)
        connection.execute("SELECT * FROM told").fetchall()
        if other.exists():
            other.rename(path)
        return connection

    monkeypatch.setattr("sqlite3.dbapi2.connect", replaced_meanwhile)
    engine = SQLiteHome(path).reader(opening=None)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT said FROM told").scalar_one() == "new"
    engine.dispose()

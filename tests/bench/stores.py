"""The databases that are measured, behind what measuring needs of them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """A place for databases. A database holds a log with its views, under a short name."""

    name: str
    """How the tables of figures call it."""
    version: str

    def url(self, database: str) -> str:
        """The address by which `okr` and SQLAlchemy open a database."""
        ...

    def library(self, database: str) -> Mapping[str, str]:
        """The environment in which the bare `eventsourcing` library opens a database."""
        ...

    def databases(self) -> set[str]:
        """The names of all databases there are."""
        ...

    def make(self, database: str) -> None:
        """Make an empty database."""
        ...

    def copy(self, source: str, target: str) -> None:
        """Copy a database that nobody has open."""
        ...

    def rename(self, source: str, target: str) -> None:
        """Give a database that nobody has open another name."""
        ...

    def drop(self, database: str) -> None:
        """Remove a database, if it is there."""
        ...


class SQLite:
    """Files in a folder; a database is a log file with what stands beside it."""

    name = "SQLite"
    version = sqlite3.sqlite_version

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def url(self, database: str) -> str:
        return f"sqlite:///{self._folder / database}.db"

    def library(self, database: str) -> Mapping[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(self._folder / f"{database}.db"),
            "SQLITE_LOCK_TIMEOUT": "30",
        }

    def databases(self) -> set[str]:
        return {path.name.partition(".")[0] for path in self._folder.glob("*.db")}

    def make(self, database: str) -> None:
        Path(self._folder / f"{database}.db").touch()

    def copy(self, source: str, target: str) -> None:
        for path in self._files(source):
            shutil.copyfile(path, self._named(path, target))

    def rename(self, source: str, target: str) -> None:
        for path in self._files(source):
            path.resolve().replace(self._named(path, target))
            if path.is_symlink():
                path.unlink()

    def drop(self, database: str) -> None:
        for path in self._folder.glob(f"{database}.*"):
            path.unlink()

    def _files(self, database: str) -> list[Path]:
        """Each under the name that stands for it: views that were built anew have a link."""
        found = list(self._folder.glob(f"{database}.*"))
        linked = {path.resolve() for path in found if path.is_symlink()}
        return [path for path in found if path.is_symlink() or path.resolve() not in linked]

    def _named(self, path: Path, database: str) -> Path:
        return path.with_name(database + path.name[len(path.name.partition(".")[0]) :])

"""Databases with histories, made once and kept for the next run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

import domain
import projections
from api.commands.terminal import bar
from api.history import History
from api.settings import Settings
from domain.log import Entry
from tests.bench import company, drafting, objectives, working
from tests.bench.company import Shape, entries
from tests.bench.stores import Store

BATCH = 5_000
"""Changes appended in one transaction."""


class Kept:
    """Makes histories in a store, and copies of them for those who write.

    The names of kept databases hold a digest of the code that made them, so what older code made
    is not taken for today's; it is removed.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._stem = f"kept_{_digest()}"
        self._numbers = count(1)
        for database in store.databases():
            if _is_left_over(database, self._stem):
                store.drop(database)

    def log(self, shape: Shape) -> str:
        """A database with the log alone; its views stand at the beginning."""
        database = f"{self._stem}_log_{shape.name}"
        if database not in self.store.databases():
            with self.fresh() as made:
                with self.opened(made) as history:
                    _append_all(history, shape)
                self.store.rename(made, database)
        return database

    def whole(self, shape: Shape) -> str:
        """A database with the log and current views."""
        database = f"{self._stem}_whole_{shape.name}"
        if database not in self.store.databases():
            with self.copy(self.log(shape)) as made:
                with self.opened(made) as history:
                    head = history.log.head()
                    with bar(f"Building views of {shape.name}", head) as advance:
                        history.catch_up(advance)
                self.store.rename(made, database)
        return database

    @contextmanager
    def fresh(self) -> Generator[str]:
        """An empty database, which is removed at the end."""
        with self._at_work() as database:
            self.store.make(database)
            yield database

    @contextmanager
    def copy(self, database: str) -> Generator[str]:
        """A copy to write to, which is removed at the end."""
        with self._at_work() as made:
            self.store.copy(database, made)
            yield made

    @contextmanager
    def _at_work(self) -> Generator[str]:
        """A name for a database, which is removed at the end."""
        database = f"work_{os.getpid()}_{next(self._numbers)}"
        try:
            yield database
        finally:
            self.store.drop(database)

    @contextmanager
    def opened(self, database: str) -> Generator[History]:
        """The history in a database, to be closed at the end."""
        history = History(Settings(database=self.store.url(database), timezone="UTC"))
        try:
            yield history
        finally:
            history.close()


def _append_all(history: History, shape: Shape) -> None:
    with bar(f"Making {shape.name}", shape.changes) as advance:
        done = 0
        for batch in batched(entries(shape)):
            history.log.append(batch, {})
            done += len(batch)
            advance(done)


def batched(found: Iterator[Entry]) -> Iterator[list[Entry]]:
    """The entries in batches of one transaction."""
    while batch := list(islice(found, BATCH)):
        yield batch


def _is_left_over(database: str, stem: str) -> bool:
    """Whether older code kept a database, or a process that no longer lives worked with it."""
    if database.startswith("kept_"):
        return not database.startswith(stem)
    if not database.startswith("work_"):
        return False
    try:
        os.kill(int(database.split("_")[1]), 0)
    except ProcessLookupError:
        return True
    return False


def _digest() -> str:
    """A short name for the code on which a stored history and its views depend."""
    paths = [Path(str(module.__file__)) for module in (company, drafting, objectives, working)]
    for package in (domain, projections):
        paths.extend(sorted(Path(str(package.__file__)).parent.rglob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]

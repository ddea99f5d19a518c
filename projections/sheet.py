"""The rows that a batch of records leads to, until they are inserted together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Any

from sqlalchemy import Connection, CursorResult, Delete, Select, Table

from projections.inserting import insert_rows
from projections.tables import words
from projections.text_index import add

Rows = list[tuple[Any, ...]]


class Sheet:
    """Rows waiting for their tables, and questions to those tables.

    One thread works out rows and asks; rows handed over are inserted by another one meanwhile,
    since databases need no interpreter for most of that.
    """

    def __init__(self) -> None:
        self._rows: dict[Table, Rows] = {}
        self._connection: Connection | None = None
        self._inserting: _Insertion | None = None

    def of(self, table: Table) -> Rows:
        """Where the rows of a table wait; always the same list."""
        return self._rows.setdefault(table, [])

    def begin(self, connection: Connection) -> None:
        """Write by this transaction from here on."""
        self._connection = connection

    def look(self, query: Select[*tuple[Any, ...]], **values: Any) -> CursorResult[Any]:
        """Ask for rows that are not among those waiting."""
        return self._open.execute(query, values)

    def ask(self, query: Select[*tuple[Any, ...]], **values: Any) -> CursorResult[Any]:
        """Ask the tables as they are with the rows that wait."""
        self.flush()
        return self._open.execute(query, values)

    def delete(self, statement: Delete, keys: Sequence[Mapping[str, Any]]) -> None:
        """Delete the rows, named by their keys, that others are about to replace."""
        self._open.execute(statement, keys)

    def flush(self) -> None:
        """Insert everything that waits."""
        for table, rows in self._rows.items():
            if rows:
                _insert(self._open, table, rows)
                rows.clear()

    def forget(self) -> None:
        """Drop what waits."""
        for rows in self._rows.values():
            rows.clear()

    def hand_over(self) -> None:
        """Let everything that waits be inserted while further rows come.

        Raises what the insertion before raised.
        """
        connection = self._open
        waiting = [(table, rows.copy()) for table, rows in self._rows.items() if rows]
        self._inserting = _Insertion(connection, waiting)
        self._inserting.start()
        for rows in self._rows.values():
            rows.clear()

    def rest(self) -> None:
        """Wait until nothing is being inserted, well or not: the transaction is about to end."""
        if self._inserting is not None:
            self._inserting.join()
            self._inserting = None

    @property
    def _open(self) -> Connection:
        """The connection, once nobody else uses it. Raises what inserting raised."""
        if self._connection is None:
            raise ValueError("rows are written within a transaction; begin with one")
        inserting = self._inserting
        if inserting is not None:
            self.rest()
            if inserting.failure is not None:
                raise inserting.failure
        return self._connection


class _Insertion(Thread):
    """Inserts rows in a thread of its own, and keeps what went wrong for whoever waits for it."""

    def __init__(self, connection: Connection, waiting: list[tuple[Table, Rows]]) -> None:
        super().__init__(name="inserting")
        self._connection = connection
        self._waiting = waiting
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Insert all of them, or up to the first failure."""
        try:
            for table, rows in self._waiting:
                _insert(self._connection, table, rows)
        except BaseException as failure:  # noqa: BLE001 - raised where it is waited for
            self.failure = failure


def _insert(connection: Connection, table: Table, rows: Rows) -> None:
    if table is words:
        add(connection, rows)
        return
    if len(table.primary_key) > 1:
        # Neighbours go to the same page. Their keys come first, and no two are equal.
        rows.sort()
    insert_rows(connection, table, rows)

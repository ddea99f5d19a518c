"""Inserts many rows with few statements, in the way each database takes them fastest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Double, Integer, LargeBinary, Table
from sqlalchemy import Text as AnyText

TOGETHER = (256, 32, 4, 1)
"""How many rows one statement inserts; few numbers, so that statements are parsed once."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values come in the order of the table's columns.

    The driver gets them as they are: binding every value by its name costs more than the insert.
    """
    if connection.dialect.name == "postgresql":
        # Column by column, so that however many rows make one journey to the server.
        columns = tuple(list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(_insert_columns(table), columns)
    else:
        insert_together(connection, table.name, len(table.columns), rows)


def insert_together(
    connection: Connection, target: str, width: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows into SQLite, many with one statement.

    The driver lets other threads go first at every statement, and would have to wait for its turn
    after each row. A statement that fails may leave the rows before, since the transaction ends
    with it; so SQLite need not keep, for each statement, how every page was that it changes.
    """
    begin = 0
    for together in TOGETHER:
        statement = _insert_values(target, width, together)
        while len(rows) - begin >= together:
            values = tuple(chain.from_iterable(rows[begin : begin + together]))
            connection.exec_driver_sql(statement, values)
            begin += together


@cache
def _insert_values(target: str, width: int, together: int) -> str:
    marks = ", ".join([f"({', '.join('?' * width)})"] * together)
    return f"INSERT OR FAIL INTO {target} VALUES {marks}"  # noqa: S608 - the name of our own table


@cache
def _insert_columns(table: Table) -> str:
    marks = ", ".join(f"%b::{_ARRAYS[type(column.type)]}" for column in table.columns)
    return f"INSERT INTO {table.name} SELECT * FROM unnest({marks})"  # noqa: S608 - the same


_ARRAYS: dict[type[Any], str] = {
    AnyText: "text[]",
    BigInteger: "bigint[]",
    Boolean: "boolean[]",
    Double: "double precision[]",
    Integer: "integer[]",
    LargeBinary: "bytea[]",
}

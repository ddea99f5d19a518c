"""Whether a column holds one of some values, however many, in a statement that stays the same.

A list in a statement is spelled out anew for each length, and planned anew; here it is one value:
an array on PostgreSQL, and JSON on SQLite.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Dialect, bindparam
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class _Listed(TypeDecorator[Collection[Any]]):
    """Some texts, or some numbers, as one value."""

    impl = AnyText
    cache_ok = True

    def __init__(self, item: type[AnyText | BigInteger]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        listed = ARRAY(self.item) if dialect.name == "postgresql" else AnyText()
        return dialect.type_descriptor(listed)

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else orjson.dumps(values).decode()


class _Among(FunctionElement[Any]):
    inherit_cache = True
    # As a Boolean it would be compared with 1 on SQLite, and then no index serves.
    type = NullType()


def among(column: ColumnElement[Any], values: str) -> ColumnElement[bool]:
    """Whether the column, of text or of numbers, holds one of the `values` of that name."""
    item = AnyText if isinstance(column.type, AnyText) else BigInteger
    return _Among(column, bindparam(values, type_=_Listed(item)))


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - values are bound

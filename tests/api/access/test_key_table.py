"""The table of API keys, as several processes find it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from api.access.key_table import KeyTable
from domain.database import database
from domain.log import Log
from tests.databases import DATABASES
from tests.projections.test_properties import empty

AT_ONCE = 8
ROUNDS = 4


@pytest.mark.parametrize("kind", DATABASES)
def test_everybody_who_opens_a_new_table_at_once_can_use_it(kind: str) -> None:
    for _ in range(ROUNDS):
        with empty(kind) as where, closing(Log(where)), ThreadPoolExecutor(AT_ONCE) as pool:
            together = Barrier(AT_ONCE)

            def opened(where: str = where, together: Barrier = together) -> int:
                together.wait()
                with closing(KeyTable(database(where))) as table:
                    return len(table.all())

            found = [pool.submit(opened) for _ in range(AT_ONCE)]
            assert [one.result() for one in found] == [0] * AT_ONCE

"""A log on a PostgreSQL server, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.log import Log
from tests.databases import fresh
from tests.domain.logs import opened


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    with opened(where) as log:
        yield log

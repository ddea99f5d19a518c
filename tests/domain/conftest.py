"""Desks of two processes on one database file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.desk import Desk
from tests.domain.desks import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "log.db")
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


@pytest.fixture
def other(office: Office) -> Desk:
    """The desk of another process."""
    return office.desk()

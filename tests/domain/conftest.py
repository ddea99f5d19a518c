"""Desks of two processes on one database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.desk import Desk
from tests.domain.desks import Office


@pytest.fixture
def office(where: str) -> Iterator[Office]:
    office = Office(where)
    yield office
    office.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk()


@pytest.fixture
def other(office: Office) -> Desk:
    """The desk of another process."""
    return office.desk()

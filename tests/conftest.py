"""What all tests share: how Hypothesis searches, the databases, and states that nobody changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import DATABASES, fresh
from tests.frozen import freeze

# A busy machine draws slowly; that is no failure of what is tested.
SLOW = [HealthCheck.too_slow]
# `make test` fails for a change, never for luck: it draws the same examples each time. `make fuzz`
# draws new ones, and many more.
settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=SLOW,
)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("quick")

# Threads share states, so whatever sets a field of one has to fail here.
freeze()


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; each test that asks for one runs on every kind."""
    with fresh(request.param, tmp_path) as address:
        yield address

"""Random companies over several cycles: the domain decides as the plain model does."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from domain.book import State
from domain.desk import Desk
from domain.log import Log
from domain.record import Command, Context, Record
from tests.databases import fresh
from tests.domain.logs import everything_in
from tests.machine.company import Recorder
from tests.machine.doings.chance import live
from tests.machine.doings.following_up import FollowingUp
from tests.memory import Memory

EXAMPLES = settings().max_examples
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


class InMemory(FollowingUp):
    """A company that is decided and folded in memory."""

    def opened(self) -> Recorder:
        self.memory = Memory()
        return self.memory


class TwoDesks:
    """Two desks on one database, as two processes have them, that take turns."""

    def __init__(self, where: str, company: FollowingUp) -> None:
        self.logs = [Log(where, lambda: company.now) for _ in range(2)]
        self.desks = [Desk(log) for log in self.logs]
        self.asked = 0

    def apply(self, command: Command, context: Context) -> list[Record]:
        self.asked += 1
        return list(self.desks[self.asked // 3 % 2].carry_out([command], context).records)

    def state(self, stream_id: UUID) -> State | None:
        """The state as the desk sees it that did not record it."""
        stream = self.desks[(self.asked // 3 + 1) % 2].draft().stream(stream_id)
        return None if stream is None else stream.state


class OnDisk(FollowingUp):
    """A company whose changes are recorded in a database."""

    kind = "sqlite"

    def opened(self) -> Recorder:
        self.place = ExitStack()
        folder = self.place.enter_context(TemporaryDirectory())
        where = self.place.enter_context(fresh(self.kind, Path(folder)))
        self.two_desks = TwoDesks(where, self)
        return self.two_desks

    def teardown(self) -> None:
        """What stands in the database comes to the same when it is folded from its beginning."""
        records = everything_in(self.two_desks.logs[0])
        for log in self.two_desks.logs:
            log.close()
        self.place.close()
        assert len(records) == self.watch.seen
        self.recorder = Memory(records)
        self.compare(set(self.pictures))


SEARCH = settings(max_examples=EXAMPLES, stateful_step_count=40, suppress_health_check=UNHURRIED)


@pytest.mark.fuzz
def test_random_companies_are_decided_as_the_model_decides() -> None:
    run_state_machine_as_test(InMemory, settings=SEARCH)


@settings(max_examples=2 * EXAMPLES)
@given(st.randoms(use_true_random=True))
def test_busy_companies_are_decided_as_the_model_decides(chance: Random) -> None:
    live(InMemory(), chance, 250)


class OnServer(OnDisk):
    """The same on a server."""

    kind = "postgresql"


@settings(max_examples=max(4, EXAMPLES // 5))
@given(st.randoms(use_true_random=True))
def test_busy_companies_are_recorded_as_they_are_decided(chance: Random) -> None:
    live(OnDisk(), chance, 150)


@settings(max_examples=max(2, EXAMPLES // 10))
@given(st.randoms(use_true_random=True))
def test_busy_companies_are_recorded_on_servers_as_they_are_decided(chance: Random) -> None:
    live(OnServer(), chance, 150)

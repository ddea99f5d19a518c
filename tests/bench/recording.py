"""Recording one change, durable and with the read models kept up, against a bare library save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.check_ins import CheckInKeyResult
from domain.cycles import OpenCycle, PlanCycle
from domain.desk import Desk
from domain.key_results import AddKeyResult
from domain.log import Log
from domain.objectives import DraftObjective
from domain.people import RegisterPerson
from domain.record import Context
from domain.values import Actor, Owner
from projections.projector import Projector
from projections.views import Views
from tests.bench.machine import alternating, seconds

CHANGES = 1_600
ROUNDS = 7


class Measured(Aggregate):
    """What a bare save saves: one event with a value and a confidence."""

    @event("CheckedIn")
    def check_in(self, value: int, confidence: int) -> None:
        self.value, self.confidence = value, confidence


def bare(folder: Path, writers: int) -> float:
    """Saves a second of the library alone, each writer on an aggregate of its own."""
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "bare.db"),
        "SQLITE_LOCK_TIMEOUT": "30",
    }
    application = Application[UUID](environment)
    aggregates = [Measured() for _ in range(writers)]
    application.save(*aggregates)

    def write(aggregate: Measured) -> None:
        for number in range(CHANGES // writers):
            aggregate.check_in(number, 7)
            application.save(aggregate)

    rate = CHANGES / seconds(lambda: together([lambda a=a: write(a) for a in aggregates]))
    application.close()
    return rate


def ours(folder: Path, writers: int) -> float:
    """Check-ins a second through the application, until the views show the last of them."""
    log, views = Log(folder / "okr.db"), Views(folder / "okr.views.db")
    desk, projector = Desk(log), Projector(log, views)
    key_results = company(desk, writers)
    projector.catch_up()
    projector.start()

    def write(key_result_id: UUID) -> None:
        for number in range(CHANGES // writers):
            command = CheckInKeyResult(
                check_in_id=uuid4(),
                key_result_id=key_result_id,
                value=Decimal(number),
                confidence=7,
            )
            desk.carry_out([command], context(desk))

    def all_written_and_shown() -> None:
        together([lambda k=k: write(k) for k in key_results])
        if not projector.wait_for(log.head(), 60):
            raise TimeoutError("the views did not keep up")

    rate = CHANGES / seconds(all_written_and_shown)
    projector.stop()
    views.close()
    log.close()
    return rate


def together(works: list[Callable[[], None]]) -> None:
    """Do all works at the same time, each in a thread of its own."""
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def context(desk: Desk) -> Context:
    return Context(actor=Actor(id="bench", kind="service"), now=desk.now())


def company(desk: Desk, key_results: int) -> list[UUID]:
    """An open cycle with key results of different objectives."""
    person, cycle = uuid4(), uuid4()
    today = datetime.now(UTC).date()
    desk.carry_out([RegisterPerson(person_id=person, name="Ada")], context(desk))
    desk.carry_out([PlanCycle(cycle_id=cycle, name="Now", starts_on=today)], context(desk))
    desk.carry_out([OpenCycle(cycle_id=cycle)], context(desk))
    added: list[UUID] = []
    for number in range(key_results):
        objective_id, key_result_id = uuid4(), uuid4()
        owner = Owner(type="person", id=person)
        draft = DraftObjective(
            objective_id=objective_id, cycle_id=cycle, owner=owner, title=f"Objective {number}"
        )
        add = AddKeyResult(
            key_result_id=key_result_id,
            objective_id=objective_id,
            title=f"Key result {number}",
            baseline=Decimal(0),
            target=Decimal(100),
        )
        desk.carry_out([draft, add], context(desk))
        added.append(key_result_id)
    return added


def in_folder(work: Callable[[Path, int], float], writers: int) -> Callable[[], float]:
    """The work in a new folder each time, removed afterwards."""

    def measured() -> float:
        with TemporaryDirectory() as folder:
            return work(Path(folder), writers)

    return measured


def rows() -> list[tuple[str, ...]]:
    """The figures for one and for eight writers."""
    found: list[tuple[str, ...]] = []
    for writers, wanted in ((1, 0.6), (8, 1.0)):
        rate, ceiling, ratio = alternating(
            in_folder(ours, writers), in_folder(bare, writers), ROUNDS
        )
        found.append(
            (
                f"recording, SQLite, {writers} writer{'s' if writers > 1 else ''}",
                f"{rate:,.0f}/s",
                f"{ceiling:,.0f}/s bare save",
                f"{ratio:.2f}",
                f"≥ {wanted}",
            )
        )
    return found

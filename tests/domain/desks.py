"""Desks on real databases for tests, and ways to come in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.desk import Desk, Outcome
from domain.key_results.adjusting import AdjustTarget
from domain.log import Log
from domain.people import RegisterPerson, RenamePerson
from domain.record import Command, Context, Record
from tests.builders import (
    ANNA,
    REVENUE,
    WORLD_CHANGED,
)
from tests.domain.logs import StillClock
from tests.spec import LOCAL, NOW, Done, Steps


class Office:
    """Desks on one database, as processes of their own would have them."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._logs = ExitStack()

    def desk(self) -> Desk:
        log = Log(self.where, StillClock())
        self._logs.callback(log.close)
        return Desk(log)

    def close(self) -> None:
        self._logs.close()


def context(**fields: Any) -> Context:
    given: dict[str, Any] = {"actor": LOCAL, "now": NOW, "reason": WORLD_CHANGED}
    return Context(**(given | fields))


def do(desk: Desk, *commands: Command, **more: Any) -> Outcome:
    """Carry commands out together."""
    return desk.carry_out(commands, context(), **more)


def prepare(desk: Desk, *steps: Steps) -> None:
    """Carry out what a story begins with."""
    for step in steps:
        if isinstance(step, tuple):
            prepare(desk, *step)
        elif isinstance(step, Command):
            do(desk, step)
        else:
            assert isinstance(step, Done)
            do(desk, step.command)


def aim(target: int) -> AdjustTarget:
    return AdjustTarget(key_result_id=REVENUE, target=Decimal(target))


def rename(name: str) -> RenamePerson:
    return RenamePerson(person_id=ANNA, name=name)


ANNA_IS_KNOWN = RegisterPerson(person_id=ANNA, name="Anna")


def interrupt(
    monkeypatch: pytest.MonkeyPatch, log: Log, method: str, interruption: Callable[[], object]
) -> None:
    """Let something happen between the next reading by this log and the use of what was read."""
    original = getattr(log, method)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(log, method, original)
        answer = original(*args, **kwargs)
        interruption()
        return answer

    monkeypatch.setattr(log, method, interrupted)


def watch(monkeypatch: pytest.MonkeyPatch, log: Log, method: str) -> list[UUID]:
    """What is asked of this log by that method from here on."""
    original, asked = getattr(log, method), list[UUID]()

    def watched(entity_id: UUID) -> Any:
        asked.append(entity_id)
        return original(entity_id)

    monkeypatch.setattr(log, method, watched)
    return asked


def interrupt_appends(
    monkeypatch: pytest.MonkeyPatch, log: Log, *interruptions: Callable[[], object]
) -> None:
    """Let something happen before each of the next appends by this log."""
    original, waiting = log.append, list(interruptions)

    def interrupted(*args: Any) -> list[Record]:
        if waiting:
            waiting.pop(0)()
        return original(*args)

    monkeypatch.setattr(log, "append", interrupted)

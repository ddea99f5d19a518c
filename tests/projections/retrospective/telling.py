"""Small quarters told by hand, line by line, and asked about on a real database.

The quarter is that of twelve whole weeks from Monday 5 January to Sunday 29 March 2026. Unless a
line says otherwise it is nine o'clock, it is recorded when it is true, and Ada does it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection

from api.importing import import_lines
from domain.database import database
from domain.desk import Desk
from domain.log import Log
from domain.values import source_id
from projections.instants import Moment, resolve
from projections.projector import Projector
from projections.retrospective.report import Retrospective, retrospective
from projections.retrospective.scope import Scope
from projections.views import Views

UTC_ZONE = ZoneInfo("UTC")
TODAY = "06-30"


def at(day: str) -> datetime:
    """Nine o'clock on a day of 2026, or an instant that says its hour."""
    text = day if "T" in day else f"{day}T09:00:00"
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def of(reference: str) -> str:
    """The id of what a line created."""
    return str(source_id("story", reference))


class Telling:
    """A history as its lines. Every method returns the telling, so that it reads as one."""

    def __init__(self, **cycle: Any) -> None:
        self._lines: list[dict[str, Any]] = []
        self.say("register_person", "01-01", id="ada", name="Ada")
        self.say("form_unit", "01-01", id="team", name="Team", kind="team")
        self.cycle("q1", "2026 Q1", "2026-01-05", "2026-03-29", **cycle)

    def say(
        self,
        action: str,
        day: str,
        *,
        id: str | None = None,
        known: str | None = None,
        why: str | None = None,
        by: str = "ada",
        **fields: Any,
    ) -> Self:
        """Add a line that is true on a day and known then, or on a later one."""
        line = {
            "id": id or f"line-{len(self._lines)}",
            "at": at(day).isoformat(),
            "recorded_at": at(known or day).isoformat(),
            "source": "story",
            "actor": by,
            "action": action,
            **({} if why is None else {"reason": {"code": why}}),
            **fields,
        }
        self._lines.append(line)
        return self

    def cycle(self, name: str, title: str, starts_on: str, ends_on: str, **more: Any) -> Self:
        days = {"starts_on": starts_on, "ends_on": ends_on, "kind": "quarter"}
        return self.say("plan_cycle", "01-01", id=name, name=title, **(days | more))

    def opened(self, day: str = "01-05", cycle: str = "q1") -> Self:
        return self.say("open_cycle", day, cycle_id=cycle)

    def over(self) -> Self:
        """Scoring began and the quarter was closed."""
        self.say("start_scoring", "03-30", cycle_id="q1")
        return self.say("close_cycle", "04-10", cycle_id="q1")

    def objective(self, name: str = "o", day: str = "01-02", **more: Any) -> Self:
        """A published objective of the team, or whatever is said."""
        owner = {"type": "unit", "id": more.pop("unit", "team")}
        given: dict[str, Any] = {"cycle_id": "q1", "owner": owner, "title": f"Objective {name}"}
        self.say("draft_objective", day, id=name, **(given | more))
        return self.say("publish_objective", day, objective_id=name)

    def key_result(
        self, name: str = "kr", objective: str = "o", day: str = "01-02", **more: Any
    ) -> Self:
        """One that counts from 0 to 100."""
        given: dict[str, Any] = {"direction": "increase", "baseline": 0, "target": 100}
        given |= {"objective_id": objective, "title": f"Key result {name}"}
        return self.say("add_key_result", day, id=name, **(given | more))

    def check_in(self, day: str, value: float, confidence: int | None = None, **more: Any) -> Self:
        said: dict[str, Any] = {"key_result_id": more.pop("of", "kr"), "value": value}
        if confidence is not None:
            said["confidence"] = confidence
        return self.say("check_in", day, **said, **more)

    def moved(self, day: str, target: float, of: str = "kr", **more: Any) -> Self:
        return self.say("adjust_target", day, key_result_id=of, target=target, **more)

    def scored(self, day: str, score: float, of: str = "kr", **more: Any) -> Self:
        return self.say("score_key_result", day, key_result_id=of, score=score, **more)

    def lines(self) -> list[bytes]:
        """The lines in the order in which they became known."""
        return [
            orjson.dumps(one) for one in sorted(self._lines, key=lambda one: one["recorded_at"])
        ]


@contextmanager
def told(where: str, telling: Telling) -> Generator[Connection]:
    """A history on a database, ready to be asked."""
    log, views = Log(where), Views(database(where).views)
    try:
        import_lines(Desk(log), telling.lines())
        Projector(log, views).catch_up()
        with views.read() as connection:
            yield connection
    finally:
        views.close()
        log.close()


def moment(connection: Connection, known: str | None = None) -> Moment:
    """Long after the quarter, or on a day in it."""
    now = at(TODAY)
    return resolve(connection, now, None, None if known is None else at(known))


def look_back(
    where: str, telling: Telling, known: str | None = None, scope: Scope | None = None
) -> Retrospective:
    """The retrospective of the quarter, by all that is known or by what was on a day."""
    with told(where, telling) as connection:
        found = retrospective(connection, of("q1"), moment(connection, known), UTC_ZONE, scope)
        assert found is not None
        return found

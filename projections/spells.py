"""The spells of key results: from when to when each was on track, at risk, off track or stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from projections.entity_states import State
from projections.plain import from_micros, iso, micros
from projections.status import judged_until, stale_from, status


class Spell(NamedTuple):
    """A time in which a key result kept one status. It ends where the next one begins."""

    key_result: State
    """As it was when the spell began."""
    status: str
    start: int
    end: int | None = None
    """None while it lasts."""

    def as_json(self) -> dict[str, Any]:
        end = None if self.end is None else iso(from_micros(self.end))
        return {"status": self.status, "from": iso(from_micros(self.start)), "to": end}


@dataclass(slots=True)
class _Open:
    """A spell that lasts."""

    key_result: State
    status: str
    start: int
    stale_at: int | None


class Spells:
    """Follows key results along effective time. Between two changes one can only grow stale."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._open: dict[str, _Open] = {}
        self._found: list[Spell] = []

    def see(self, at: int, key_result: State, cycle: State | None, *, live: bool) -> None:
        """Note how a key result stands from an instant on; one that does not live has no spell."""
        key_result_id = key_result["id"]
        self._age(key_result_id, at)
        spell = self._open.get(key_result_id)
        if not live:
            self._end(key_result_id, at)
            return
        due = stale_from(key_result, cycle, self._zone)
        found = status_at(key_result, cycle, at, self._zone)
        if spell is None or spell.status != found:
            self._end(key_result_id, at)
            spell = self._open[key_result_id] = _Open(key_result, found, at, None)
        spell.stale_at = None if found == "stale" or due is None else micros(due)

    def until(self, at: int) -> list[Spell]:
        """All spells up to an instant, by their beginnings; those that last then have no end."""
        for key_result_id in list(self._open):
            self._age(key_result_id, at + 1)
        lasting = [
            Spell(one.key_result, one.status, one.start, None) for one in self._open.values()
        ]
        return sorted([*self._found, *lasting], key=lambda one: (one.start, one.key_result["id"]))

    def _age(self, key_result_id: str, at: int) -> None:
        """Let a spell turn stale if it did before an instant."""
        spell = self._open.get(key_result_id)
        if spell is not None and spell.stale_at is not None and spell.stale_at < at:
            key_result, due = spell.key_result, spell.stale_at
            self._end(key_result_id, due)
            self._open[key_result_id] = _Open(key_result, "stale", due, None)

    def _end(self, key_result_id: str, at: int) -> None:
        spell = self._open.pop(key_result_id, None)
        if spell is not None and spell.start < at:
            self._found.append(Spell(spell.key_result, spell.status, spell.start, at))


def status_at(key_result: State, cycle: State | None, at: int, zone: ZoneInfo) -> str:
    """The status of a key result at an instant, as the board shows it."""
    end, instant = judged_until(cycle, zone), from_micros(at)
    return status(key_result, cycle, instant if end is None else min(instant, end))

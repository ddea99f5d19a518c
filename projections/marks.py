"""The marks on a timeline: changes worth a flag, and spells in which something was amiss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from projections.corrections import puts_right
from projections.plain import from_micros, iso
from projections.spells import Spell
from projections.walk import Entry

KINDS = {
    "CycleOpened": "opened",
    "CycleFrozen": "frozen",
    "ScoringStarted": "scoring_started",
    "CycleClosed": "closed",
    "CycleReopened": "reopened",
    "ObjectivePublished": "published",
    "ObjectiveScored": "scored",
    "ObjectiveReviewed": "reviewed",
    "ObjectiveClosed": "objective_closed",
    "ObjectiveReopened": "objective_reopened",
    "TargetAdjusted": "target_moved",
    "BaselineAdjusted": "baseline_moved",
    "MeasureChanged": "measure_changed",
    "DeadlineMoved": "deadline_moved",
    "KeyResultDropped": "dropped",
    "KeyResultRestored": "restored",
    "KeyResultScored": "scored",
}
"""What each event is called as a mark; the others are none."""

AMISS = ("at_risk", "off_track")
"""The statuses whose spells are marks."""

Mark = dict[str, Any]


class Marks:
    """Collects the marks of a walk along effective time."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Mark]] = []
        self._targets: dict[str, tuple[int, Mark | None]] = {}

    def note(self, entries: Iterable[Entry]) -> None:
        """Flag what is worth it."""
        for entry in entries:
            if entry.type in KINDS:
                self._flag(entry, orjson.loads(entry.encoded))
            elif entry.type == "KeyResultAdded":
                self._targets[entry.entity_id] = (entry.at, None)

    def with_spells(self, spells: Iterable[Spell]) -> list[Mark]:
        """All marks by their instants, and the spells that are marks among them."""
        amiss = [(one.start, _spell(one)) for one in spells if one.status in AMISS]
        in_order = sorted([*self._found, *amiss], key=lambda placed: placed[0])
        return [mark for _, mark in in_order]

    def _flag(self, entry: Entry, told: dict[str, Any]) -> None:
        mark: Mark = {
            "kind": KINDS[entry.type],
            "at": told["effective_at"],
            "until": None,
            "entity": told["entity"],
            "event_id": told["event_id"],
            "position": entry.position,
            "reason": told["reason"],
            "after_freeze": told["after_freeze"],
            "changes": told["changes"],
        }
        if entry.type == "TargetAdjusted" and self._is_correction(entry, told):
            return
        self._found.append((entry.at, mark))
        if entry.type == "TargetAdjusted":
            self._targets[entry.entity_id] = (entry.at, mark)

    def _is_correction(self, entry: Entry, told: dict[str, Any]) -> bool:
        """Whether a wrong target was put right at its own time, which moves no target."""
        since, moved = self._targets.get(entry.entity_id, (None, None))
        if not puts_right(told["reason"]) or since != entry.at:
            return False
        if moved is not None:
            moved["changes"] = [
                {**old, "to": new["to"]}
                for old, new in zip(moved["changes"], told["changes"], strict=True)
            ]
        return True


def _spell(spell: Spell) -> Mark:
    key_result = spell.key_result
    return {
        "kind": spell.status,
        "at": iso(from_micros(spell.start)),
        "until": None if spell.end is None else iso(from_micros(spell.end)),
        "entity": {"type": "key_result", "id": key_result["id"], "title": key_result["title"]},
        "event_id": None,
        "position": None,
        "reason": None,
        "after_freeze": False,
        "changes": [],
    }

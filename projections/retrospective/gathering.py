"""One walk along a cycle's history, which gathers what all answers look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection

from projections import changes
from projections.curtain import Curtain, curtain
from projections.entity_states import State
from projections.instants import Moment
from projections.plain import micros_of
from projections.retrospective.stories import (
    CheckIn,
    EdgeStory,
    KeyResultStory,
    ObjectiveStory,
    Reading,
    Told,
    Version,
)
from projections.rollup import counts
from projections.spells import Spells
from projections.walk import Entry, Step, Walk

BEGINNINGS = frozenset(event.__name__ for event in changes.BEGINNINGS)
CHECK_INS = frozenset({"CheckedIn", "CheckInCorrected", "CheckInRetracted"})


class Gathering:
    """What is known of some cycles at a moment, with how it came to be."""

    def __init__(self, moment: Moment, zone: ZoneInfo) -> None:
        self._moment = moment
        self._curtain: Curtain | None = None
        self._seen_since: dict[str, int] = {}
        """Since which record key results are seen whose drafting is not."""
        self._spells = Spells(zone)
        self._states: dict[str, State] = {}
        self._parts: dict[str, list[str]] = {}
        self._touches: dict[str, list[tuple[int, CheckIn | dict[str, Any]]]] = {}
        self._actors: dict[str, dict[str, Any]] = {}
        self.cycles: dict[str, list[Version]] = {}
        self.cycle_told: list[Told] = []
        self.objectives: dict[str, ObjectiveStory] = {}
        self.key_results: dict[str, KeyResultStory] = {}
        self.edges: dict[str, EdgeStory] = {}

    def walk(
        self, connection: Connection, scopes: Sequence[str], about: Collection[str] | None = None
    ) -> None:
        """Gather the entries of some cycles, all of them or those about some entities."""
        # A check-in may have been moved past the instant asked about, so all that is known is read.
        everything = replace(self._moment, as_of=max(self._moment.as_of, self._moment.known_at))
        # What is never seen is left out; what was published is told with how it was drafted.
        self._curtain = curtain(connection, scopes, self._moment)
        screen = None if self._curtain is None else self._curtain.around_drafts()
        walk = Walk(scopes, everything, about=about, screen=screen)
        while steps := walk.read(connection):
            for step in steps:
                self._take(step)
        self._finish()

    def _take(self, step: Step) -> None:
        measured = {
            one.entity_id: self._touch(one) for one in step.entries if one.type in CHECK_INS
        }
        if step.at > self._moment.micros:
            return
        changed: list[str] = []
        if len(measured) < len(step.entries):
            others = [one for one in step.entries if one.type not in CHECK_INS]
            changed = list(dict.fromkeys(self._tell(one) for one in others))
        for encoded in step.states:
            state: State = orjson.loads(encoded)
            self._states[state["id"]] = state
        for entity_id in changed:
            self._put(step.at, self._states[entity_id])
        self._see(step.at, measured, changed)

    def _touch(self, entry: Entry) -> None:
        """Note that a check-in was made, corrected or retracted."""
        told: dict[str, Any] = orjson.loads(entry.encoded)
        touch: CheckIn | dict[str, Any] = told
        if entry.type == "CheckedIn":
            actor = told["actor"]
            touch = _check_in(entry, told, self._actors.setdefault(str(actor), actor))
        self._touches.setdefault(entry.entity_id, []).append((entry.position, touch))
        if self._curtain is not None:
            self._seen_since[entry.entity_id] = self._curtain.seen_since(entry.number)

    def _tell(self, entry: Entry) -> str:
        """Note any other entry with what it is about, and say what that is."""
        told = Told(entry.at, entry.position, entry.type, orjson.loads(entry.encoded))
        if self._curtain is not None and self._curtain.hides(entry.number, entry.position):
            if entry.type not in BEGINNINGS:
                return entry.entity_id
            since = self._curtain.seen_since(entry.number)
            told = told._replace(position=since, is_seen=False)
        match entry.kind:
            case "key_result":
                self.key_results.setdefault(entry.entity_id, KeyResultStory()).told.append(told)
            case "objective":
                self.objectives.setdefault(entry.entity_id, ObjectiveStory()).told.append(told)
            case "alignment":
                self.edges.setdefault(entry.entity_id, EdgeStory()).told.append(told)
            case _:
                self.cycle_told.append(told)
        return entry.entity_id

    def _put(self, instant: int, state: State) -> None:
        """Note what an entity has become otherwise than by a check-in."""
        version = (instant, state)
        match state["type"]:
            case "key_result":
                versions = self.key_results[state["id"]].measures
                if not versions:
                    self._parts.setdefault(state["objective_id"], []).append(state["id"])
            case "objective":
                versions = self.objectives[state["id"]].versions
            case "alignment":
                versions = self.edges[state["id"]].versions
            case _:
                versions = self.cycles.setdefault(state["id"], [])
        # An instant of very many entries comes in several steps.
        if versions and versions[-1][0] == instant:
            versions[-1] = version
        else:
            versions.append(version)

    def _see(self, instant: int, measured: Iterable[str], changed: Iterable[str]) -> None:
        """Note how key results stand after what happened to them, or to what holds them."""
        for entity_id in (*measured, *changed):
            state = self._states[entity_id]
            if state["type"] == "key_result":
                self.key_results[entity_id].readings.append(_reading(instant, state))
                self._follow(instant, state)
            elif state["type"] == "objective":
                for part in self._parts.get(entity_id, ()):
                    self._follow(instant, self._states[part])
            elif state["type"] == "cycle":
                for part in self.key_results:
                    self._follow(instant, self._states[part])

    def _follow(self, instant: int, key_result: State) -> None:
        """Note whether a key result counts, and with which status."""
        live = counts(key_result) and counts(self._states[key_result["objective_id"]])
        cycle = self._states.get(key_result["cycle_id"])
        # A spell keeps what it began with, of which nothing more is asked here.
        seen = {name: key_result[name] for name in ("id", "measured_at", "confidence")}
        self._spells.see(instant, seen, cycle, live=live)
        lives = self.key_results[key_result["id"]].lives
        if not lives or lives[-1][1] != live:
            lives.append((instant, live))

    def _finish(self) -> None:
        for spell in self._spells.until(self._moment.micros):
            self.key_results[spell.key_result["id"]].spells.append(spell)
        for key_result_id, touches in self._touches.items():
            if key_result_id in self.key_results:
                standing = _standing(touches, self._moment.micros)
                since = self._seen_since.get(key_result_id, 0)
                for one in standing:
                    one.positions = sorted({max(place, since) for place in one.positions})
                self.key_results[key_result_id].check_ins = standing


def _check_in(entry: Entry, told: dict[str, Any], actor: dict[str, Any]) -> CheckIn:
    said = {change["field"]: change["to"] for change in told["changes"]}
    recorded, effective = told["recorded_at"], told["effective_at"]
    return CheckIn(
        id=told["check_in_id"],
        at=entry.at,
        position=entry.position,
        recorded=entry.at if recorded == effective else micros_of(recorded),
        value=said.get("value"),
        reached=said.get("reached"),
        confidence=said.get("confidence"),
        note=said.get("note", ""),
        blockers=len(said.get("blockers", ())),
        actor=actor,
        positions=[entry.position],
    )


def _reading(instant: int, state: State) -> Reading:
    return Reading(
        instant, state["value"], state["reached"], state["confidence"], state["progress"]
    )


def _standing(touches: Iterable[tuple[int, CheckIn | dict[str, Any]]], until: int) -> list[CheckIn]:
    """The check-ins that stand, told in the order of the log and given in that of measuring."""
    by_id: dict[str, CheckIn] = {}
    for position, touch in sorted(touches, key=lambda one: one[0]):
        if isinstance(touch, CheckIn):
            by_id[touch.id] = touch
            continue
        check_in = by_id[touch["check_in_id"]]
        check_in.positions.append(position)
        check_in.position = position
        if touch["type"] == "CheckInRetracted":
            del by_id[touch["check_in_id"]]
        else:
            _correct(check_in, touch)
    standing = [one for one in by_id.values() if one.at <= until]
    return sorted(standing, key=lambda one: (one.at, one.position))


def _correct(check_in: CheckIn, told: dict[str, Any]) -> None:
    for change in told["changes"]:
        match change["field"]:
            case "measured_at":
                check_in.at = micros_of(change["to"])
            case "note":
                check_in.note = change["to"] or ""
            case field:
                setattr(check_in, field, change["to"])
